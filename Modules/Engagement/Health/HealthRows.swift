public import RapportCore

/// The report as people read it: rows of text for a terminal and for pages. Every word comes from the locale's texts.
public struct HealthRows: Sendable {
    public struct Table: Sendable {
        /// Keys of `health.column.`; numbers stand in all but the first columns.
        public var columns: [String]
        public var rows: [[String]]
    }

    private let report: DataHealth
    private let texts: Texts
    private let zone: TimeZoneRules

    /// - Parameter zone: by whose clocks the time is told.
    public init(_ report: DataHealth, texts: Texts, zone: TimeZoneRules) {
        self.report = report
        self.texts = texts
        self.zone = zone
    }

    /// One sentence on the whole.
    public var lead: String {
        guard report.people > 0 else { return texts("health.nobody") }
        let total = report.everybody.total
        guard total.known > 0 else {
            return texts("health.unknown", count: report.people, ["count": grouped(report.people)])
        }
        return texts(
            "health.lead",
            [
                "people": grouped(report.people), "values": grouped(total.known), "invalid": percent(total.invalid, total.known),
                "stale": percent(total.stale, total.known), "conflicts": percent(total.conflicts, total.known),
            ])
    }

    /// What to do, the worst first: what is the matter, and what helps.
    public func findings(limit: Int = 8) -> [(finding: String, remedy: String)] {
        report.findings.prefix(limit).map { finding in
            let values = [
                "name": finding.name, "count": grouped(finding.count), "of": grouped(finding.of),
                "share": percent(finding.count, finding.of),
            ]
            return (
                texts("health.finding.\(finding.kind.rawValue)", count: finding.count, values),
                texts("health.remedy.\(finding.kind.rawValue)", values)
            )
        }
    }

    /// Subjects of which something is known, or that were declared with a budget.
    public var fields: Table {
        Table(
            columns: ["field", "owner", "believed", "known", "invalid", "stale", "conflicts"],
            rows: zip(report.subjects, report.everybody.tallies).filter { $1.known > 0 || $0.budget != nil }.map {
                subject, tally in
                [
                    subject.name, subject.owner ?? "", subject.budget.map { "\($0.milliseconds / 86_400_000) d" } ?? "",
                    percent(tally.known, report.people),
                ] + shares(tally)
            })
    }

    public var sources: Table {
        Table(
            columns: ["source", "people", "values", "invalid", "stale", "conflicts", "duplicates"],
            rows: report.sources.map { group in
                [group.name, grouped(group.people), grouped(group.total.known)] + shares(group.total) + [duplicates(group)]
            })
    }

    public var segments: Table {
        Table(
            columns: ["segment", "people", "coverage", "invalid", "stale", "conflicts", "duplicates"],
            rows: report.segments.map { group in
                // Of the values that somebody at all has.
                let asked = Int64(report.everybody.tallies.count { $0.known > 0 })
                return [group.name, grouped(group.people), percent(group.total.known, group.people * asked)]
                    + shares(group.total) + [duplicates(group)]
            })
    }

    /// A line for each segment in which nobody is, or that is still being filled.
    public var idle: [String] {
        report.idle.map { one in
            switch one.state {
            case .empty(let since): texts("health.idle.empty", ["name": one.name, "since": zone.minuteText(since)])
            case .filling(let left):
                texts("health.idle.filling", ["name": one.name, "left": "\(left)", "of": "\(Partition.count)"])
            }
        }
    }

    public var dropped: Table {
        Table(
            columns: ["source", "dropped", "reason", "times"],
            rows: report.dropped.map { [$0.source, $0.name, texts("health.reason.\($0.reason.rawValue)"), grouped($0.count)] })
    }

    private func duplicates(_ group: DataHealth.Group) -> String { percent(group.duplicates, group.people) }

    private func shares(_ tally: DataHealth.Tally) -> [String] {
        [tally.invalid, tally.stale, tally.conflicts].map { percent($0, tally.known) }
    }

    /// In whole percent, but never nothing for something, and never all for less.
    private func percent(_ part: Int64, _ whole: Int64) -> String {
        guard whole > 0 else { return "–" }
        let share = part * 100 / whole
        if part > 0, share == 0 { return "< 1 %" }
        return "\(share) %"
    }

    private func grouped(_ number: Int64) -> String {
        let digits = Array(String(number))
        var out = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { out += texts("page.thousands") }
            out.append(digit)
        }
        return out
    }
}
