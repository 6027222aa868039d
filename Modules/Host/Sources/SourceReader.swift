import Logging
import RapportCore
import RapportIntegration
import RapportPluginKit
import RapportStorage

/// Reads sources under their leases: one run, kept alive by a heartbeat, with its end written down whatever it is.
struct SourceReader: Sendable {
    let rapport: Rapport
    /// Unique to this process.
    let holder: String
    /// How long a source waits whose process has died.
    var span: Span { max(rapport.configuration.worker.lease, .seconds(3)) }

    private var zone: TimeZoneRules { TimeZoneRules(rapport.configuration.house.timeZone) ?? .utc }

    /// Makes the source known. One with a rhythm is due at once, one with times at the next of them.
    func enrol(_ instance: PluginInstance) async throws {
        let zone = zone
        try await rapport.database.write { db in
            let now = try db.now()
            let due: Timestamp =
                switch instance.schedule {
                case .every: now
                case .at: instance.schedule?.next(after: now, in: zone) ?? now
                case nil: .distantFuture
                }
            try SourceRuns.enrol(instance.name, schedule: instance.schedule?.text ?? "", due: due, in: db)
        }
    }

    /// The lease of a source that is due and that nobody reads.
    func claim(_ instance: PluginInstance) async throws -> SourceLease? {
        let zone = zone
        let (isDue, sooner) = try await rapport.database.read { db -> (Bool, Timestamp?) in
            guard let run = try SourceRuns.find(instance.name, in: db), run.holder == nil else { return (false, nil) }
            let now = try db.now()
            let next = instance.schedule?.next(after: now, in: zone) ?? .distantFuture
            return (run.dueAt <= now, run.dueAt > next ? next : nil)
        }
        if let sooner {
            // It was put down by a clock that was ahead.
            try await rapport.database.write { db in try SourceRuns.hasten(instance.name, to: sooner, in: db) }
        }
        guard isDue else { return nil }
        return try await rapport.database.write { [holder, span] db in
            try SourceLease.claim(instance.name, holder: holder, span: span, in: db)
        }
    }

    /// - Throws: what made the run fail, after it has been written down; `CancellationError` after the lease was given back.
    func run(
        _ instance: PluginInstance, _ lease: SourceLease, progress: @escaping @Sendable (ImportProgress) async -> Void = { _ in }
    ) async throws -> ImportReport {
        let (database, zone) = (rapport.database, zone)
        let began = rapport.clock.now
        do {
            let report = try await beating(lease) { try await read(instance, lease, progress) }
            try await database.write { db in
                let next = try instance.schedule.map { schedule in
                    // A rhythm counts from the beginning of a run; one that took longer than that begins again at once.
                    if case .every(let span) = schedule { return max(began + span, try db.now()) }
                    return schedule.next(after: try db.now(), in: zone)
                }
                try lease.finish(report.progress, next: next ?? .distantFuture, in: db)
            }
            return report
        } catch {
            // Neither cancelled with the run.
            let isCancelled = error is CancellationError || Task.isCancelled
            let ending = Task {
                try await database.write { db in
                    if isCancelled { return try lease.giveBack(in: db) }
                    let failures = try SourceRuns.find(instance.name, in: db)?.failures ?? 0
                    let next = Self.retry(instance.schedule, after: failures, now: try db.now(), zone)
                    try lease.fail("\(error)", next: next, in: db)
                }
            }
            try? await ending.value
            throw error
        }
    }

    private func read(
        _ instance: PluginInstance, _ lease: SourceLease, _ progress: @escaping @Sendable (ImportProgress) async -> Void
    ) async throws -> ImportReport {
        let source = try rapport.source(instance.name)
        do {
            let isFirst = try await rapport.database.read { db in try SourceRuns.find(instance.name, in: db)?.isFirst ?? true }
            let plan = try await rapport.sourcePlan(instance, source, ImportFeed(lease: lease, isFirst: isFirst))
            let report = try await rapport.importer().run(plan, progress: progress)
            await source.cleanup()
            return report
        } catch {
            await source.cleanup()
            throw error
        }
    }

    /// Runs `body` and keeps the lease meanwhile. Where it is lost, `body` is cancelled.
    private func beating<Result: Sendable>(_ lease: SourceLease, _ body: @escaping @Sendable () async throws -> Result)
        async throws
        -> Result
    {
        let database = rapport.database
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                while true {
                    try await Task.sleep(for: .milliseconds(lease.span.milliseconds / 3))
                    try await database.write { db in try lease.renew(in: db) }
                }
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    /// After a failure a source is tried again in a minute, then two, four … half an hour, at most as late as it would be due anyway.
    static func retry(_ schedule: Schedule?, after failures: Int64, now: Timestamp, _ zone: TimeZoneRules) -> Timestamp {
        guard let schedule else { return .distantFuture }
        let wait = Span.minutes(1 << min(failures, 5))
        return min(now + wait, schedule.next(after: now, in: zone))
    }
}
