public import RapportCore
public import RapportStorage

/// The house's events a day by kind and source, and when each source was last heard of.
public struct HouseGaps: Sendable {
    public struct Heard: Sendable, Hashable {
        public var source: String
        public var events: Int
        /// When the last of them came in, and when it happened.
        public var received: Timestamp
        public var occurred: Timestamp
    }

    public let gaps: Gaps
    /// The one that has been silent longest first.
    public let sources: [Heard]
    /// The first and the last day looked at, in days since 1970.
    public let days: ClosedRange<Int>

    /// - Parameters:
    ///   - day: the day asked about, which is not over and so not counted.
    ///   - weeks: how far back to look.
    public static func read(before day: Int, weeks: Int, zone: TimeZoneRules, in db: Connection) throws -> HouseGaps {
        let first = day - 7 * weeks
        let to = zone.start(ofDay: Int64(day))
        let kinds = try Dictionary(db.all("SELECT id, name FROM kinds") { ($0.integer(0), $0.text(1)) }) { first, _ in first }
        let names = try Dictionary(db.all("SELECT id, name FROM sources") { ($0.integer(0), $0.text(1)) }) { first, _ in first }
        // The clock of an offset costs more than reading a row.
        let edges = (0...(7 * weeks)).map { zone.start(ofDay: Int64(first + $0)) }
        var tally = GapTally(edges: edges, kinds: kinds.keys.max() ?? 0, sources: names.keys.max() ?? 0)
        try db.stream(
            "SELECT events.kind, events.source, events.occurred_at, events.received_at FROM events WHERE events.occurred_at < \(to)"
        ) { row in
            tally.add(kind: row.integer(0), source: row.integer(1), occurred: row.integer(2), received: row.integer(3))
        }
        let series = tally.series.compactMap { kind, source, days -> Gaps.Series? in
            guard let kind = kinds[kind], let source = names[source], source != "rapport" else { return nil }
            // What tells who somebody is comes when a list comes.
            if ["person.", "segment.", "import.", "definition.", "account.", "product.identified"].contains(where: kind.hasPrefix)
            {
                return nil
            }
            return Gaps.Series(kind: kind, source: source, counts: days)
        }
        let sources = tally.heard.compactMap { source, known in
            names[source].map {
                Heard(
                    source: $0, events: known.events, received: Timestamp(milliseconds: known.received),
                    occurred: Timestamp(milliseconds: known.occurred))
            }
        }.sorted { ($0.occurred, $0.source) < ($1.occurred, $1.source) }
        return HouseGaps(gaps: Gaps(series), sources: sources, days: first...(day - 1))
    }
}
