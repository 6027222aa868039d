public import RapportCore
public import RapportPluginKit
public import RapportStorage

/// Makes events of records by a mapping. A value: the same record always becomes the same events.
public struct Mapper: Sendable {
    public let mapping: Mapping
    public let source: String
    let fields: FieldCatalog
    /// When things without a time of their own were said.
    let said: Timestamp
    let isHistory: Bool

    public init(_ mapping: Mapping, source: String, fields: FieldCatalog, said: Timestamp, isHistory: Bool? = nil) {
        self.mapping = mapping
        self.isHistory = isHistory ?? mapping.history ?? true
        self.source = source
        self.fields = fields
        self.said = said
    }

    /// What became of one record.
    public struct Outcome: Sendable {
        /// Without dedupe keys where `keyed` is false: whoever counts occurrences gives them.
        public var events: [(event: NewEvent, content: [UInt8], keyed: Bool)] = []
        /// Why the record, or a part of it, was rejected; places name the field.
        public var problems: [Problem] = []
        /// Values that were left out while the record came in.
        public var omissions: [Problem] = []
    }

    public func map(_ record: SourceRecord) -> Outcome { map(record, ColumnIndex(record.names)) }

    func map(_ record: SourceRecord, _ columns: ColumnIndex) -> Outcome {
        let row = MappedRow(record: record, columns: columns)
        var outcome = Outcome()
        for rule in mapping.records {
            guard rule.streams.isEmpty || rule.streams.contains(record.stream) else { continue }
            do {
                if let condition = rule.condition, try !condition.holds(for: row) { continue }
                var maker = EventMaker(mapper: self, rule: rule, row: row)
                let events = try maker.events()
                outcome.events += events
                outcome.omissions += maker.omissions
            } catch let problem as Problem {
                outcome.problems.append(problem)
            } catch {
                outcome.problems.append(Problem("import.failed", "\(error)"))
            }
        }
        return outcome
    }
}

/// One rule at work on one record.
struct EventMaker {
    let mapper: Mapper
    let rule: RecordRule
    let row: MappedRow
    var omissions: [Problem] = []

    init(mapper: Mapper, rule: RecordRule, row: MappedRow) {
        self.mapper = mapper
        self.rule = rule
        self.row = row
    }

    mutating func events() throws -> [(event: NewEvent, content: [UInt8], keyed: Bool)] {
        let identifiers = try identifiers()
        let at = try time()
        let key = try text(rule.key, "key") ?? row.record.key
        var event = NewEvent(
            kind: "person.identified", source: mapper.source, identifiers: identifiers, occurredAt: at ?? mapper.said,
            history: mapper.isHistory)
        // A thing with its own id happened once; what is said of somebody is said again when it has changed.
        var once = false
        switch rule.target {
        case .people:
            let sorted = mapper.fields.sort(try values())
            omissions += sorted.unfit
            if let name = sorted.undeclared.first {
                throw Problem("import.undeclared_field", "no field \"\(name)\" is declared", at: .init(path: name))
            }
            event.properties = ["fields": .object(sorted.properties)]
            event.personal = sorted.personal.isEmpty ? nil : ["fields": .object(sorted.personal)]
        case .accounts, .products:
            event.kind = rule.target == .accounts ? "account.identified" : "product.identified"
            event.properties = .object((key.map { [.init("id", .string($0))] } ?? []) + (try values()))
        case .events:
            let kind = try required("kind")
            event.kind = EventKind.isValid(kind) ? kind : "track.\(Self.snake(kind))"
            event.properties = .object(try values())
            once = key != nil
        case .orders:
            event.kind = "order.\(try state())"
            event.properties = .object(try order())
            once = rule.line.isEmpty
        case .permissions:
            try permission(&event)
        case .suppressions:
            try suppression(&event)
        }
        let order = rule.target == .orders ? try text(part("order"), "order") : nil
        let identity = [event.kind, order ?? key ?? ""]
        var content = identity
        if !once {
            content += identifiers.flatMap { [$0.kind, $0.value] }
            content += [
                event.properties.canonicalText, event.personal?.canonicalText ?? "", at.map { String($0.milliseconds) } ?? "",
            ]
        }
        let hash = DedupeKey.hash(["import", mapper.source] + content)
        let keyed = order != nil && rule.line.isEmpty || key != nil
        if keyed { event.dedupeKey = hash }
        return [(event, hash, keyed)]
    }

    // MARK: Values

    func part(_ name: String) -> ValueRule? { rule.parts.first { $0.name == name }?.rule }

    func text(_ rule: ValueRule?, _ name: String) throws -> String? {
        try placed(name) { try rule?.value(of: row)?.plainText }
    }

    func required(_ name: String) throws -> String {
        guard let text = try text(part(name), name) else {
            throw Problem("import.missing", "there is no \(name)", at: .init(path: name))
        }
        return text
    }

    func values() throws -> [JSONValue.Member] {
        try rule.values.compactMap { named in
            try placed(named.name) { try named.rule.value(of: row) }.map { .init(named.name, $0) }
        }
    }

    private func time() throws -> Timestamp? {
        guard let text = try text(rule.at, "at") else { return nil }
        guard let time = Timestamp(rfc3339: text) ?? Timestamp(rfc3339: text + "T00:00:00Z") else {
            throw Problem("import.bad_date", "\"\(text)\" is no time", at: .init(path: "at"))
        }
        return time
    }

    /// An identifier that cannot be one is left out and noted; a record that keeps none is rejected.
    private mutating func identifiers() throws -> [Identifier] {
        guard rule.target.concernsPeople else { return [] }
        var found: [Identifier] = []
        var last: Problem?
        for named in rule.identifiers {
            do {
                guard let text = try named.rule.value(of: row)?.plainText else { continue }
                found.append(try Identifier.normalised(kind: named.name, value: text, region: rule.region))
            } catch let problem as Problem {
                last = problem.at(.init(path: named.name))
                omissions.append(problem.at(.init(path: named.name)))
            }
        }
        guard !found.isEmpty else {
            throw last
                ?? Problem(
                    "import.nobody", "no column says whom this is about",
                    at: .init(path: rule.identifiers.map(\.name).joined(separator: ", ")))
        }
        return found
    }

    func placed<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let problem as Problem { throw problem.at(.init(path: name)) }
    }

    /// `Song Played` → `song_played`.
    static func snake(_ name: String) -> String {
        var out = ""
        for character in Text.folded(name) {
            if character.isASCII, character.isLetter || character.isNumber {
                out.append(character)
            } else if out.last != "_", !out.isEmpty {
                out.append("_")
            }
        }
        return out.last == "_" ? String(out.dropLast()) : out
    }
}
