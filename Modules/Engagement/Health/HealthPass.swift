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
        var tallies = try await database.read { [now] db in try HealthTallies(at: now, in: db) }
        var last: PersonID = 0
        while true {
            let (before, after) = (tallies, last)
            let (next, end): (HealthTallies, PersonID?) = try await database.read { db in
                var tallies = before
                let end = try tallies.take(after: after, limit: Self.page, in: db)
                return (tallies, end)
            }
            tallies = next
            guard let end else { break }
            last = end
            await progress(tallies.people)
        }
        let duplicates = try await database.read { db in
            try db.integer("SELECT COUNT(*) FROM reviews WHERE verdict = 'open'") ?? 0
        }
        return tallies.report(duplicates: duplicates, dropped: dropped)
    }
}
