import Foundation
import RapportAnalytics
import RapportCore
import RapportIntegration
import RapportStorage
public import RapportWeb

extension Rapport {
    /// Of the checks those without which nothing can be done: room on the disk, and a database that takes changes.
    public func essentialChecks() async -> [WebServices.Check] {
        do {
            try await database.write { _ in }
            return [disk()]
        } catch {
            return [disk(), unreachable(error)]
        }
    }

    /// What `rapport doctor` and the health page look at, in a fixed order.
    ///
    /// - Parameters:
    ///   - probing: also tries out every channel and source, which takes as long as they take to answer.
    ///   - pages: up to which size, in bytes, all pages of an SQLite file are read too.
    public func checks(probing: Bool = false, pages: Int64 = 0) async -> [WebServices.Check] {
        var checks = [disk()]
        let clock = clock
        do {
            let figures = try await database.read { db in try HealthFigures.read(in: db) }
            // A file that was deleted, a standby and a disk that may only be read still answer questions.
            try await database.write { _ in }
            checks.append(check("database", .good, ["where": configuration.database.redacted]))
            if pages > 0, let file = database as? SQLiteDatabase { checks.append(try await pageCheck(file, upTo: pages)) }
            checks.append(clocks(figures, now: clock.now))
            checks.append(
                check(
                    "log", figures.behind > 10_000 ? .warning : .good, ["events": "\(figures.behind)"],
                    remedy: figures.behind > 10_000))
            checks.append(
                check("held", figures.held > 0 ? .warning : .good, ["people": "\(figures.held)"], remedy: figures.held > 0))
            if let sources = try await sourceCheck(now: figures.databaseTime) { checks.append(sources) }
            checks.append(
                check(
                    "set_aside", figures.refused == 0 ? .good : .warning, ["events": "\(figures.refused)"],
                    remedy: figures.refused > 0))
            if figures.valuesLeft > 0 { checks.append(check("values", .good, ["left": "\(figures.valuesLeft)"])) }
            checks += [callbacks(figures), duties(figures)]
            if let objectives = objectives(figures) { checks.append(objectives) }
            checks.append(backup(figures))
            checks.append(check("lock", figures.locked ? .warning : .good, [:], remedy: figures.locked))
        } catch {
            checks.append(unreachable(error))
        }
        let isSilent = configuration.channels.isEmpty
        checks.append(
            check("channels", isSilent ? .warning : .good, ["count": "\(configuration.channels.count)"], remedy: isSilent))
        guard probing else { return checks }
        for instance in configuration.channels + configuration.sources {
            let result = await probe(instance)
            let findings = result.findings.isEmpty ? "" : " (\(result.findings.joined(separator: "; ")))"
            checks.append(
                WebServices.Check(
                    name: instance.label, state: result.problem == nil ? .good : .bad,
                    finding: result.problem.map { texts("doctor.probe.bad", ["reason": $0.reason]) }
                        ?? texts("doctor.probe.good", ["findings": findings]),
                    remedy: result.problem.map {
                        $0.remedy ?? texts("doctor.probe.remedy", ["instance": instance.label])
                    }))
        }
        return checks
    }

    private func unreachable(_ error: any Error) -> WebServices.Check {
        check("database", .bad, ["where": "\(error)"], remedy: true)
    }

    /// Whether the pages of the file are sound. Damage shows itself only to whoever reads the damaged page, which may be next year.
    private func pageCheck(_ file: SQLiteDatabase, upTo limit: Int64) async throws -> WebServices.Check {
        let values = ["megabytes": "\((file.size + 1_048_575) / 1_048_576)"]
        guard file.size <= limit else { return check("pages", .good, values, form: "unread") }
        let damage = try await file.damage()
        guard let first = damage.first else { return check("pages", .good, values) }
        return check("pages", .bad, ["path": file.path, "count": "\(damage.count)", "damage": first], remedy: true)
    }

    /// This machine's clock, the database's, and that of the log, which never runs backwards.
    private func clocks(_ figures: HealthFigures, now: Timestamp) -> WebServices.Check {
        let skew = abs((now - figures.databaseTime).milliseconds)
        let ahead = (figures.logTime - figures.databaseTime).milliseconds
        if skew <= 5_000, ahead > 5_000 {
            return WebServices.Check(
                name: texts("doctor.clock"), state: .warning,
                finding: texts("doctor.clock.ahead", ["until": houseCalendar.minuteText(figures.logTime)]),
                remedy: texts("doctor.clock.ahead.remedy"))
        }
        return check("clock", skew > 5_000 ? .warning : .good, ["seconds": "\(skew / 1_000)"], remedy: skew > 5_000)
    }

    /// Requests that no plugin could use.
    private func callbacks(_ figures: HealthFigures) -> WebServices.Check {
        guard let last = figures.givenUp.last else { return check("callbacks", .good, [:]) }
        let values = ["count": "\(figures.givenUp.count)", "instance": last.instance, "reason": last.reason]
        return check("callbacks", .warning, values, remedy: true)
    }

    /// Wishes of people that a system behind a plugin has not heard of.
    private func duties(_ figures: HealthFigures) -> WebServices.Check {
        guard let first = figures.duties.first else { return check("duties", .good, [:]) }
        let values = [
            "count": "\(figures.duties.count { $0.instance == first.instance })", "instance": first.instance,
            "since": houseCalendar.minuteText(first.at),
            "reason": first.reason.isEmpty ? texts("doctor.duties.untried") : first.reason,
        ]
        return check("duties", .warning, values, remedy: true)
    }

    /// What was told of objectives last; `nil` where none is stated.
    private func objectives(_ figures: HealthFigures) -> WebServices.Check? {
        guard !figures.objectives.isEmpty else { return nil }
        let values = ["count": "\(figures.objectives.count)", "names": named(figures.drifting)]
        guard figures.isToldOfObjectives else { return check("objectives", .warning, values, form: "untold", remedy: true) }
        let isDrifting = !figures.drifting.isEmpty
        return check("objectives", isDrifting ? .warning : .good, values, remedy: isDrifting)
    }

    private func backup(_ figures: HealthFigures) -> WebServices.Check {
        // Nothing is lost with a database in which nothing has happened.
        guard figures.events > 0 || figures.backupAt != nil else { return check("backup", .good, ["age": "–"], form: "unneeded") }
        guard let at = figures.backupAt else { return check("backup", .warning, [:], form: "never", remedy: true) }
        let days = max(0, (figures.databaseTime - at).milliseconds / 86_400_000)
        let isOld = days >= 7
        return check("backup", isOld ? .warning : .good, ["days": "\(days)"], remedy: isOld)
    }

    /// The sentences are `doctor.NAME.STATE`, the remedies `doctor.NAME.remedy`.
    private func check(
        _ name: String, _ state: WebServices.Check.State, _ values: [String: String], form: String? = nil, remedy: Bool = false
    ) -> WebServices.Check {
        WebServices.Check(
            name: texts("doctor.\(name)"), state: state,
            finding: texts("doctor.\(name).\(form ?? state.rawValue)", values),
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
                    "source": failing.instance.name, "times": "\(run.failures)",
                    "when": run.failedAt.map(houseCalendar.minuteText) ?? "",
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

    /// Of the database where it is a file, else of the folder of the configuration.
    private func disk() -> WebServices.Check {
        let file = (database as? SQLiteDatabase).map { URL(filePath: $0.path).deletingLastPathComponent().path }
        let folder = file.flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil } ?? configuration.folder
        let values = try? URL(filePath: folder).resourceValues(forKeys: [.volumeAvailableCapacityKey])
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        let free =
            values?.volumeAvailableCapacity.map { Int64($0) } ?? (attributes?[.systemFreeSize] as? NSNumber)?.int64Value ?? 0
        let megabytes = free / 1_048_576
        let state: WebServices.Check.State = megabytes < 200 ? .bad : megabytes < 2_048 ? .warning : .good
        return check(
            "disk", state, ["size": megabytes < 10_240 ? "\(megabytes) MB" : "\(megabytes / 1_024) GB"], remedy: state != .good)
    }
}

/// What the checks read of the database.
struct HealthFigures: Sendable {
    var databaseTime: Timestamp
    /// Of the partition whose clock is furthest: no event is received earlier there.
    var logTime: Timestamp
    var behind: Int64
    var held: Int64
    var locked: Bool
    /// On the log.
    var events: Int64
    /// Effects of events that the door refused.
    var refused: Int64
    /// Partitions in which values are still chosen anew by a changed rule.
    var valuesLeft: Int64
    var givenUp: [CallbackRecord]
    /// Those that wait for longer than they should, the oldest first.
    var duties: [DutyRecord]
    var backupAt: Timestamp?
    /// The names of those that are stated, and what was told of those that were drifting, missed or without data when they were looked
    /// at last.
    var objectives: [String]
    var drifting: [ObjectiveStore.Told]
    var isToldOfObjectives: Bool

    static func read(in db: Connection) throws -> HealthFigures {
        let objectives = try DefinitionStore(handlers: []).current("objective", in: db).map(\.name)
        let told = try ObjectiveStore.last(in: db)
        return HealthFigures(
            databaseTime: try db.now(),
            logTime: Timestamp(milliseconds: try db.integer("SELECT MAX(clock) FROM partitions") ?? 0),
            behind: try Door.waiting(in: db),
            held: try db.integer("SELECT COUNT(*) FROM held") ?? 0,
            locked: try DatabaseLock.isLocked(db, machine: DatabaseLock.machine),
            events: try db.integer("SELECT SUM(head) FROM partitions") ?? 0,
            refused: try db.integer("SELECT COUNT(*) FROM refusals") ?? 0,
            valuesLeft: try GoldenReactor.partitionsLeft(in: db),
            givenUp: try CallbackRecord.all(givenUp: true, in: db),
            duties: try DutyRecord.overdue(since: try db.now() - .minutes(10), in: db),
            backupAt: try Backup.lastAt(in: db), objectives: objectives,
            drifting: objectives.compactMap { told[$0] }.filter(\.verdict.isAlarming), isToldOfObjectives: !told.isEmpty)
    }
}
