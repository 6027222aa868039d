public import RapportCore

extension Objective {
    private static let keys = [
        "title", "description", "owner", "department", "metric", "direction", "baseline", "target", "from", "until", "over",
        "programme",
    ]

    /// Reads a definition's body.
    ///
    /// - Throws: `Problem` `definition.invalid` whose place is the path within the body.
    public init(name: String, json: JSONValue) throws {
        let reader = try DefinitionReader(json, keys: Self.keys)
        let starts = name.utf8.first.map { $0 >= 0x61 && $0 <= 0x7A } ?? false
        guard starts, name.utf8.count <= 60,
            name.utf8.allSatisfy({ ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x5F })
        else {
            throw reader.problem(
                "\"\(name)\" is no name of an objective", remedy: "Use lower-case letters, digits and underscores.")
        }
        self.name = name
        title = try reader.text("title") ?? name
        _ = try reader.text("description")
        guard let owner = try reader.text("owner") else {
            throw reader.problem("nobody answers for it", "owner", remedy: "Say whose it is: owner: Ana")
        }
        self.owner = owner
        department = try reader.text("department")
        metric = try ObjectiveMetric(reader)
        direction = .up
        if let word = try reader.text("direction") {
            guard let known = Direction(rawValue: word) else {
                throw reader.problem(
                    "\"\(word)\" is no direction", "direction",
                    remedy: "Say \(Direction.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            direction = known
        }
        days = try reader.days()
        over = nil
        if let text = try reader.text("over") {
            guard let span = Span(text), span.milliseconds > 0, span.milliseconds % 86_400_000 == 0 else {
                throw reader.problem("\"\(text)\" is no number of days", "over", remedy: "Write 28d.")
            }
            guard case let length = Int(span.milliseconds / 86_400_000), length <= days.count else {
                throw reader.problem("a window is no longer than the period, which has \(days.count) days", "over")
            }
            if case .size = metric {
                throw reader.problem("a segment has a size at each moment, and no window", "over", remedy: "Leave it out.")
            }
            over = length
        }
        target = try Self.target(reader, direction)
        baseline = try Self.baseline(reader, before: days.lowerBound)
        programme = nil
        try checkBaseline(reader)
        if let stated = reader.value("programme") { programme = try readProgramme(stated, reader) }
    }

    private static func target(_ reader: DefinitionReader, _ direction: Direction) throws -> Target {
        guard let value = reader.value("target") else {
            throw reader.problem("the target is missing", "target", remedy: "Say target: 4.5")
        }
        guard direction == .within else {
            guard let number = DefinitionReader.number(value) else { throw reader.problem("this should be a number", "target") }
            return .value(number)
        }
        let ends = (value.array ?? []).compactMap(DefinitionReader.number)
        guard ends.count == 2, value.array?.count == 2, ends[0] <= ends[1] else {
            throw reader.problem("to keep within needs the least and the most", "target", remedy: "Write target: [4.0, 4.5]")
        }
        return .band(ends[0]...ends[1])
    }

    private static func baseline(_ reader: DefinitionReader, before first: Int) throws -> Baseline? {
        guard let value = reader.value("baseline") else { return nil }
        if let number = DefinitionReader.number(value) { return .stated(number) }
        guard value.object != nil else {
            throw reader.problem(
                "this should be a number, or the days over which it is measured", "baseline",
                remedy: "Write baseline: 4.1, or baseline: {from: 2025-01-01, until: 2025-12-31}")
        }
        let days = try DefinitionReader(value, keys: ["from", "until"], path: "baseline").days()
        guard days.upperBound < first else {
            throw reader.problem("a baseline is measured before the period", "baseline.until")
        }
        return .measured(days)
    }

    /// A target on the wrong side of a stated baseline is a slip. Totals start from nothing, whatever was before.
    private func checkBaseline(_ reader: DefinitionReader) throws {
        guard case .stated(let start)? = baseline, case .value(let wanted) = target, nature != .total else { return }
        guard direction == .up ? wanted >= start : wanted <= start else {
            throw reader.problem(
                "the target is on the other side of the baseline than \(direction.rawValue)", "target",
                remedy: "Say direction: \(direction == .up ? "down" : "up"), or mend the numbers.")
        }
    }

    private func readProgramme(_ value: JSONValue, _ outer: DefinitionReader) throws -> Programme {
        let reader = try DefinitionReader(value, keys: ["cost", "currency", "value"], path: "programme")
        guard direction != .within, baseline != nil else {
            throw outer.problem(
                "what a programme gained is told from where things stood", "programme",
                remedy: direction == .within ? "Leave it out: keeping within gains nothing." : "Say the baseline, too.")
        }
        guard let currency = try reader.text("currency"), RatesHandler.isCode(currency) else {
            throw reader.problem("this should be a currency of ISO 4217, such as GBP", "currency")
        }
        guard let cost = reader.value("cost"),
            let minor = ScaledInteger.parse(cost.string ?? cost.text, scale: Currency.exponent(of: currency), exactly: true),
            minor > 0
        else { throw reader.problem("this should be an amount over 0, such as 12000.00", "cost") }
        guard let worth = try reader.number("value"), worth > 0 else {
            throw reader.problem(
                "what one more is worth is missing", "value", remedy: "Say it in \(currency): value: 25, for each that is gained."
            )
        }
        return Programme(cost: minor, currency: currency, value: worth)
    }
}

extension ObjectiveMetric {
    /// - Throws: `Problem` `definition.invalid`.
    init(_ reader: DefinitionReader) throws {
        guard let value = reader.value("metric") else {
            throw reader.problem("the metric is missing", "metric", remedy: "Write metric: count(order.placed), for one.")
        }
        guard let text = value.string else {
            guard value.object != nil else {
                throw reader.problem("this should be a figure, or a mapping with of and to", "metric")
            }
            if value["revenue"] != nil {
                let inner = try DefinitionReader(value, keys: ["revenue"], path: "metric")
                guard let code = try inner.text("revenue"), RatesHandler.isCode(code) else {
                    throw inner.problem("this should be a currency of ISO 4217, such as GBP", "revenue")
                }
                self = .revenue(currency: code)
                return
            }
            let inner = try DefinitionReader(value, keys: ["of", "to", "per"], path: "metric")
            let (of, to) = (try inner.texts("of"), try inner.texts("to"))
            for (key, texts) in [("of", of), ("to", to)] where texts.isEmpty {
                throw inner.problem("a rate is of something to something", key)
            }
            for (key, texts) in [("of", of), ("to", to)]
            where texts.contains(where: { ["mean", "segment"].contains(Self.head($0)) }) {
                throw inner.problem("a rate is made of count(), people() and sum()", key)
            }
            let per = try inner.number("per") ?? 1
            guard per > 0 else { throw inner.problem("this should be a number over 0", "per") }
            self = .rate(of: of, to: to, per: per)
            return
        }
        switch Self.head(text) {
        case "revenue" where text.trimmingSpaces == "revenue": self = .revenue(currency: nil)
        case "mean": self = .mean(text)
        case "segment": self = .size(text)
        default: self = .figure(text)
        }
    }

    /// The word that a figure begins with.
    private static func head(_ text: String) -> String { String(text.trimmingSpaces.prefix { $0.isLetter }) }
}
