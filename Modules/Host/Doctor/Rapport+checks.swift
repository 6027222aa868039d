import Foundation
import RapportCore
import RapportIntegration
import RapportStorage
public import RapportWeb

extension Rapport {
    /// What `rapport doctor`, the health page and `/readyz` look at, in a fixed order.
    public func checks() async -> [WebServices.Check] {
        var checks = [disk()]
        let clock = clock
        do {
            let figures = try await database.read { db in try HealthFigures.read(in: db) }
            checks.append(check("database", .good, ["where": configuration.database.redacted]))
            let skew = abs((clock.now - figures.databaseTime).milliseconds)
            checks.append(
                check("clock", skew > 5_000 ? .warning : .good, ["seconds": "\(skew / 1_000)"], remedy: skew > 5_000))
            checks.append(
                check(
                    "log", figures.behind > 10_000 ? .warning : .good, ["events": "\(figures.behind)"],
                    remedy: figures.behind > 10_000))
            checks.append(
                check("held", figures.held > 0 ? .warning : .good, ["people": "\(figures.held)"], remedy: figures.held > 0))
            if let sources = try await sourceCheck(now: figures.databaseTime) { checks.append(sources) }
            checks.append(check("lock", figures.locked ? .warning : .good, [:], remedy: figures.locked))
        } catch {
            checks.append(check("database", .bad, ["where": "\(error)"], remedy: true))
        }
        let isSilent = configuration.channels.isEmpty
        checks.append(
            check("channels", isSilent ? .warning : .good, ["count": "\(configuration.channels.count)"], remedy: isSilent))
        return checks
    }

    /// The sentences are `doctor.NAME.STATE`, the remedies `doctor.NAME.remedy`.
    private func check(
        _ name: String, _ state: WebServices.Check.State, _ values: [String: String], remedy: Bool = false
    ) -> WebServices.Check {
        WebServices.Check(
            name: texts("doctor.\(name)"), state: state, finding: texts("doctor.\(name).\(state.rawValue)", values),
            remedy: remedy ? texts("doctor.\(name).remedy", values) : nil)
    }

    /// The first source that fails, or that is long due and that nobody reads; `nil` where none has a schedule.
    private func sourceCheck(now: Timestamp) async throws -> WebServices.Check? {
        let statuses = try await sourceStatuses().filter { $0.instance.schedule != nil }
        guard !statuses.isEmpty else { return nil }
        var values = ["count": "\(statuses.count)"]
        if let failing = statuses.first(where: { $0.run?.state == .failed }), let run = failing.run {
            return check(
                "sources", .warning,
                values.merging([
                    "source": failing.instance.name, "times": "\(run.failures)", "when": run.failedAt?.rfc3339 ?? "",
                    "error": run.error,
                ]) { $1 }, remedy: true)
        }
        let late = statuses.first { status in
            guard let run = status.run else { return true }
            return run.state == .waiting && run.dueAt + .minutes(5) < now
        }
        guard let late else { return check("sources", .good, values) }
        values["source"] = late.instance.name
        return WebServices.Check(
            name: texts("doctor.sources"), state: .warning, finding: texts("doctor.sources.late", values),
            remedy: texts("doctor.log.remedy"))
    }

    private func disk() -> WebServices.Check {
        let values = try? URL(filePath: configuration.folder).resourceValues(forKeys: [.volumeAvailableCapacityKey])
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: configuration.folder)
        let free =
            values?.volumeAvailableCapacity.map { Int64($0) } ?? (attributes?[.systemFreeSize] as? NSNumber)?.int64Value ?? 0
        let megabytes = free / 1_048_576
        let state: WebServices.Check.State = megabytes < 200 ? .bad : megabytes < 2_048 ? .warning : .good
        return check("disk", state, ["megabytes": "\(megabytes)"], remedy: state != .good)
    }
}

/// What the checks read of the database.
struct HealthFigures: Sendable {
    var databaseTime: Timestamp
    var behind: Int64
    var held: Int64
    var locked: Bool

    static func read(in db: Connection) throws -> HealthFigures {
        HealthFigures(
            databaseTime: try db.now(),
            behind: try db.integer(
                """
                SELECT SUM(partitions.head - cursors.position) FROM partitions
                JOIN cursors ON cursors.partition = partitions.partition
                """) ?? 0,
            held: try db.integer("SELECT COUNT(*) FROM held") ?? 0,
            locked: try DatabaseLock.isLocked(db, machine: DatabaseLock.machine))
    }
}
