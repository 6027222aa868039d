public import RapportCore
public import RapportStorage

/// Reads everybody once, in the order of their numbers, and tallies what is known of them.
///
/// One ordered pass: a page of people, what their profiles say, their identifiers and segments, each by range. Nothing is kept, so
/// nothing can be out of date; each page is a transaction of its own, so that none is long.
public struct HealthPass: Sendable {
    private static let page: Int64 = 4_000

    private let database: any Database
    private let now: Timestamp

    public init(database: any Database, at now: Timestamp) {
        self.database = database
        self.now = now
    }

    /// - Parameters:
    ///   - dropped: what did not come in, as whoever keeps count of it knows.
    ///   - progress: people read so far.
    public func run(dropped: [DataHealth.Dropped] = [], progress: @Sendable (Int64) async -> Void = { _ in }) async throws
        -> DataHealth
    {
        let (empty, end) = try await database.read { [now] db in
            (try HealthTallies(at: now, in: db), try db.integer("SELECT MAX(id) FROM people") ?? 0)
        }
        // Two halves beside one another: reading takes a processor each.
        let middle = end / 2
        let counter = Counter()
        async let first = half(0, upTo: middle, of: empty) { people in await progress(await counter.add(people)) }
        async let second = half(middle, upTo: end, of: empty) { people in await progress(await counter.add(people)) }
        var tallies = try await first
        tallies.add(try await second)
        let peopled = tallies.peopledSegments
        let (duplicates, idle) = try await database.read { db in
            (
                try db.integer("SELECT COUNT(*) FROM reviews WHERE verdict = 'open'") ?? 0,
                try Self.idle(besides: peopled, in: db)
            )
        }
        return tallies.report(duplicates: duplicates, dropped: dropped, idle: idle)
    }

    /// Segments that are being filled, and those in which nobody is, with since when.
    private static func idle(besides peopled: Set<Int64>, in db: Connection) throws -> [DataHealth.Idle] {
        let statuses = try SegmentStore.all(in: db).filter { $0.state != .live || !peopled.contains($0.id) }
        var left: [String: Timestamp] = [:]
        if let kind = try Catalog().existingKind("segment.left", in: db), let slot = kind.definition.slot(of: "segment") {
            let names = Dictionary(statuses.map { (Text.folded($0.name), $0.name) }) { first, _ in first }
            let column: SQL = "n\(raw: String(slot + 1))"
            let numbers = try Dictionary(
                db.all("SELECT id, value FROM symbols WHERE value IN \(list: names.keys.sorted())") {
                    ($0.integer(0), names[$0.text(1)] ?? "")
                }
            ) { first, _ in first }
            try db.each(
                """
                SELECT \(column), MAX(occurred_at) FROM timeline
                WHERE kind = \(kind.id) AND \(column) IN \(list: numbers.keys.sorted()) GROUP BY \(column)
                """
            ) { row in left[numbers[row.integer(0)] ?? ""] = row.timestamp(1) }
        }
        return statuses.map { status in
            guard status.state == .live else {
                return .init(name: status.name, state: .filling(partitionsLeft: status.partitionsLeft))
            }
            // Who left before it was defined anew left another segment.
            return .init(
                name: status.name, state: .empty(since: max(left[status.name] ?? status.changedAt, status.changedAt)))
        }
    }

    private actor Counter {
        private var people: Int64 = 0

        func add(_ more: Int64) -> Int64 {
            people += more
            return people
        }
    }

    /// - Parameter read: how many more have been read.
    private func half(
        _ after: PersonID, upTo end: PersonID, of empty: HealthTallies, read: @Sendable (Int64) async -> Void
    ) async throws -> HealthTallies {
        var tallies = empty
        var last = after
        let judgements = HealthJudgements(empty.validity)
        while true {
            let (before, from) = (tallies, last)
            let (next, reached): (HealthTallies, PersonID?) = try await database.read { db in
                var tallies = before
                let reached = try judgements.use {
                    try tallies.take(after: from, upTo: end, limit: Self.page, judging: &$0, in: db)
                }
                return (tallies, reached)
            }
            guard let reached else { return tallies }
            await read(next.people - tallies.people)
            (tallies, last) = (next, reached)
        }
    }
}
