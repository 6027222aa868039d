import RapportCore
import RapportStorage

extension Rapport {
    /// Runs `body` and returns when the step has handled all that was on the log then. Where no worker is alive, this process
    /// is one meanwhile: it takes leases as any worker does, and gives them back.
    ///
    /// - Parameter patience: with a database that is away before and after `body`, which has to see to itself.
    public func stepping<Result>(
        _ patience: OutagePatience = .none, _ body: () async throws -> Result
    ) async throws -> Result {
        guard try await patience.over({ try await isAlone() }) else {
            let result = try await body()
            try await patience.over { try await waitForStep() }
            return result
        }
        let worker = Host.worker(self)
        let work = Task { try await worker.run() }
        do {
            let result = try await body()
            try await patience.over {
                try await waitForStep()
                try await MergeService(self).mergeAll()
                try await compareFew()
                // Whoever was merged is judged again.
                try await waitForStep()
                try await waitForSegments()
                // What filling said: who entered and who left.
                try await waitForStep()
            }
            work.cancel()
            try await work.value
            return result
        } catch {
            work.cancel()
            _ = try? await work.value
            throw error
        }
    }

    /// Counts and fills segments that wait for it where no worker is alive to do so.
    public func fillSegments() async throws {
        if try await isAlone() { try await stepping {} }
    }

    /// How many events the step has not handled, without those of people who are held.
    public func eventsWaiting() async throws -> Int64 { try await database.read { db in try Door.waiting(in: db) } }

    /// Whether no worker is alive on this database.
    public func isAlone() async throws -> Bool {
        try await database.read { db in
            try db.integer("SELECT COUNT(*) FROM workers WHERE alive_until > \(db.now())") ?? 0
        } == 0
    }

    /// Counts segments and waits until they and the stages are filled. Gives up when filling has not moved for ten seconds.
    private func waitForSegments() async throws {
        var before: [Int64] = []
        var idle = 0
        while idle < 200 {
            try await countSegments()
            let left = try await database.read { db in
                try db.first(
                    """
                    SELECT COUNT(*), COALESCE(SUM(fills.upto), 0)
                    FROM (SELECT upto FROM segment_fills UNION ALL SELECT upto FROM lifecycle_fills
                        UNION ALL SELECT upto FROM golden_fills) AS fills
                    """
                ) { [$0.integer(0), $0.integer(1)] }
            }
            guard let left, left[0] > 0 else { return }
            idle = left == before ? idle + 1 : 0
            before = left
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Waits until the step has caught up with the log and with the moments that have come. Gives up when it has not moved for
    /// ten seconds: somebody else's worker died.
    private func waitForStep() async throws {
        var best = Int64.max
        var idle = 0
        while idle < 500 {
            let left = try await database.read { db in
                let now = try db.now()
                return try db.integer(
                    """
                    SELECT SUM(partitions.head - cursors.position) + (
                        SELECT COUNT(*) FROM timers WHERE timers.due_at <= \(now) AND NOT EXISTS (
                            SELECT 1 FROM held WHERE held.partition = timers.partition AND held.person = timers.person))
                    FROM partitions JOIN cursors ON cursors.partition = partitions.partition
                    """) ?? 0
            }
            if left == 0 { return }
            idle = left < best ? 0 : idle + 1
            best = min(best, left)
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
