public import RapportCore

/// A month in sentences. Every word comes from the locale's texts: `report.…`.
public struct MonthlyWords: Sendable {
    let report: MonthlyReport
    let texts: Texts

    /// Something to look at, and the command that shows it.
    public struct Attention: Sendable, Hashable {
        public var text: String
        public var command: String

        public init(_ text: String, command: String) {
            self.text = text
            self.command = command
        }
    }

    public init(_ report: MonthlyReport, texts: Texts) {
        self.report = report
        self.texts = texts
    }

    // MARK: - Parts of speech

    func say(_ key: String, _ values: [String: String] = [:]) -> String { texts("report.\(key)", values) }

    func name(_ month: CalendarMonth) -> String {
        say("month", ["month": texts("why.month.\(month.month)"), "year": "\(month.year)"])
    }

    func number(_ count: Int) -> String { NumberText.grouped(count) }

    func money(_ minor: Int64) -> String {
        let decimals = Currency.exponent(of: report.currency)
        let units = (0..<decimals).reduce(Double(minor)) { unit, _ in unit / 10 }
        return NumberText.grouped(units, decimals: decimals)
    }

    /// Whether the house was there then.
    func isKnown(_ totals: MonthTotals) -> Bool { totals.known ?? 0 > 0 || totals.sent > 0 || totals.orders > 0 }

    /// `(98 in September 2026, 80 in October 2025)`; nothing where there is nothing to compare with.
    func compared(_ value: (MonthTotals) -> String?) -> String {
        let parts = [report.before, report.yearBefore].filter(isKnown).compactMap { totals in
            value(totals).map { say("then", ["value": $0, "month": name(totals.month)]) }
        }
        return parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
    }

    /// `+12 %`
    private func change(_ now: Double, _ before: Double) -> String? {
        guard before > 0 else { return nil }
        let percent = ((now / before - 1) * 100).rounded()
        return "\(percent >= 0 ? "+" : "−")\(NumberText.grouped(abs(percent))) %"
    }

    // MARK: - The letter

    /// - Parameters:
    ///   - house: what the house is called.
    ///   - health: sentences on the data as it is now.
    ///   - attention: what the house's other parts want looked at.
    public func letter(house: String, health: [String] = [], attention: [Attention] = []) -> Letter {
        let month = name(report.month)
        var letter = Letter(
            title: say("title", ["house": house, "month": month]),
            subtitle: report.isComplete
                ? say("as_of", ["day": report.zone.dayText(report.asOf)])
                : say("unfinished", ["day": report.zone.dayText(report.asOf)]),
            footer: say("footer", ["house": house]), language: texts.language)
        letter.parts += headline.map { .sentence($0) }
        letter.parts += figures
        add(say("section.people"), people.map { .sentence($0) } + moves, to: &letter)
        add(say("section.messages"), messages, to: &letter)
        add(say("section.money"), orders, to: &letter)
        add(say("section.campaigns"), campaigns.map { .sentence($0) }, to: &letter)
        add(say("section.health"), health.map { .sentence($0) }, to: &letter)
        let all = own + attention
        add(
            say("section.attention"),
            all.isEmpty ? [.sentence(say("nothing"))] : all.map { .attention($0.text, command: $0.command) }, to: &letter)
        return letter
    }

    private func add(_ heading: String, _ parts: [Letter.Part], to letter: inout Letter) {
        guard !parts.isEmpty else { return }
        letter.parts.append(.heading(heading))
        letter.parts += parts
    }

    /// The month in two or three sentences.
    private var headline: [String] {
        let (this, before) = (report.this, report.before)
        guard isKnown(this) else { return [say("empty")] }
        var out: [String] = []
        if this.orders > 0 || before.orders > 0 {
            let values = ["revenue": money(this.revenue), "currency": report.currency, "month": name(before.month)]
            if let change = change(Double(this.revenue), Double(before.revenue)) {
                out.append(say("headline.revenue", values.merging(["change": change]) { $1 }))
            } else {
                out.append(say("headline.revenue_alone", values))
            }
        }
        let values = ["new": this.new.map(number) ?? "", "sent": number(this.sent), "left": number(this.left)]
        out.append(say(this.new == nil ? "headline.messages" : "headline.people", values))
        return out
    }

    /// All that is compared, in one table.
    private var figures: [Letter.Part] {
        func rate(_ totals: MonthTotals) -> String { totals.answers.rate.map { NumberText.percent($0) } ?? "—" }
        func lost(_ totals: MonthTotals) -> String {
            totals.perThousand(totals.left + totals.complained).map { NumberText.grouped($0, decimals: 1) } ?? "—"
        }
        let lines: [(key: String, value: (MonthTotals) -> String)] =
            [
                ("known", { $0.known.map(number) ?? "—" }), ("new", { $0.new.map(number) ?? "—" }),
                ("first_orders", { number($0.firstOrders) }),
                ("lapsed", { $0.lapsed.map { number($0) } ?? "—" }), ("sent", { number($0.sent) }), ("answered", rate),
                ("lost", lost), ("orders", { number($0.orders) }), ("revenue", { money($0.revenue) }),
            ]
        // Where the house was not there yet, its noughts would say something untrue.
        let months = [report.this] + [report.before, report.yearBefore].filter(isKnown)
        let rows = lines.filter { $0.key != "lapsed" || report.this.lapsed != nil }.map { line in
            [say("row.\(line.key)", ["currency": report.currency])] + months.map(line.value)
        }
        return [.table([""] + months.map { name($0.month) }, rows)]
    }

    private var people: [String] {
        let this = report.this
        var out: [String] = []
        if let known = this.known, let new = this.new {
            out.append(say("people", ["known": number(known), "new": number(new), "then": compared { $0.new.map(number) }]))
        } else if let begin = report.begin {
            out.append(say("people_later", ["day": report.zone.dayText(begin)]))
        } else {
            out.append(say("people_none"))
        }
        if this.firstOrders > 0 || report.before.firstOrders > 0 {
            out.append(
                texts("report.first_orders", count: Int64(this.firstOrders), ["then": compared { number($0.firstOrders) }]))
        }
        if let lapsed = this.lapsed {
            out.append(texts("report.lapsed", count: Int64(lapsed), ["then": compared { $0.lapsed.map { number($0) } }]))
        }
        return out
    }

    private var moves: [Letter.Part] {
        guard !report.moves.isEmpty else { return [] }
        return [
            .table(
                [say("column.segment"), say("column.entered"), say("column.left"), say("column.members")],
                report.moves.map { [$0.segment, number($0.entered), number($0.left), number($0.members)] })
        ]
    }
}
