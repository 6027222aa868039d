public import RapportCore
import RapportEngagement
public import RapportStorage

/// What became of one rule of retention.
public struct RetentionReport: Sendable {
    public var rule: RetentionRule
    /// Why it was not applied; `nil` where it was.
    public var refusal: Problem?
    public var outcome: RetentionSweep.Outcome
}

extension Rapport {
    private static let setting = "retention_ran_at"

    public func retentionRules() async throws -> [RetentionRule] {
        try await database.read { db in try RetentionRule.all(in: db) }
    }

    /// Applies every rule in force, but those that a segment looks behind by now.
    ///
    /// - Parameter dryRun: counts, and changes nothing.
    public func retain(dryRun: Bool) async throws -> [RetentionReport] {
        let conflicts = RetentionConflicts(catalog: catalog, permits: FoldedPermits(catalog: catalog))
        let sweep = RetentionSweep(folds: folds, catalog: catalog, database: database, wall: clock)
        var reports: [RetentionReport] = []
        for rule in try await retentionRules() {
            let refusal = try await database.read { db in try conflicts.of(rule, in: db) }
            let outcome = refusal == nil ? try await sweep.run(rule, dryRun: dryRun) : RetentionSweep.Outcome()
            reports.append(RetentionReport(rule: rule, refusal: refusal, outcome: outcome))
        }
        if !dryRun { try await noteRetention() }
        return reports
    }

    private func noteRetention() async throws {
        let now = clock.now.rfc3339
        try await database.write { db in
            try db.run(
                """
                INSERT INTO settings (name, value) VALUES (\(Self.setting), \(now))
                ON CONFLICT (name) DO UPDATE SET value = excluded.value
                """)
        }
    }

    /// Whether the rules have not been applied for a day, and there are any.
    func isRetentionDue() async throws -> Bool {
        let now = clock.now
        return try await database.read { db in
            let last = try db.text("SELECT value FROM settings WHERE name = \(Self.setting)").flatMap { Timestamp(rfc3339: $0) }
            if let last, now - last < .days(1) { return false }
            return try !RetentionRule.all(in: db).isEmpty
        }
    }
}
