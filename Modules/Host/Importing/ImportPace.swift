import RapportStorage

/// Waits while the step is more than 2,000 events behind the door, so that a live event waits behind a slice and not behind a
/// file. Where nobody steps, nobody is waited for.
enum ImportPace {
    static func wait(_ database: any Database) async throws {
        var best = Int64.max
        var idle = 0
        while idle < 50 {
            let backlog = try await database.read { db in try Door.backlog(in: db) }
            if backlog <= 2_000 { return }
            idle = backlog < best ? 0 : idle + 1
            best = min(best, backlog)
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
