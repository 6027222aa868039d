public import RapportCore
import RapportPluginKit
public import RapportStorage

/// Imports: any data source, through a mapping, to the door, in slices short enough to run beside a busy server.
///
/// A slice and the account of it are one transaction: killed anywhere, an import goes on where it was, and the result is that
/// of an import never interrupted.
public struct Importer: Sendable {
    let database: any Database
    let door: any ImportDoor
    let clock: any WallClock
    let fields: FieldCatalog
    let identity: IdentityRules
    let context: MappingContext
    /// How long a transaction should take at most. Slices grow and shrink by it.
    let budget: Span
    /// How long a transaction goes on with further slices where nobody waits for it; `nil`: each slice has one of its own.
    private(set) var joins: Duration?
    /// Called before each slice: returns when the log is not too far behind the door (2,000 events a partition).
    let pace: (@Sendable () async throws -> Void)?
    /// Called at the end of each slice's transaction: handles what came with it.
    let follow: Follow?

    /// - Throws: `StepFault` where that fails. The slice is then written again without, and the worker sees to it.
    public typealias Follow = @Sendable (EventsAtHand, Connection) throws -> Void

    public init(
        database: any Database, door: any ImportDoor, clock: any WallClock, fields: FieldCatalog,
        identity: IdentityRules = .builtIn, context: MappingContext = MappingContext(),
        budget: Span = Span(milliseconds: 50), joins: Duration? = nil,
        pace: (@Sendable () async throws -> Void)? = nil, follow: Follow? = nil
    ) {
        self.database = database
        self.door = door
        self.clock = clock
        self.fields = fields
        self.identity = identity
        self.context = context
        self.budget = budget
        self.joins = joins
        self.pace = pace
        self.follow = follow
    }

    /// Runs an import, or goes on with the same one where it was interrupted.
    ///
    /// - Throws: `Problem` where the source cannot be read, `CancellationError` when its task is cancelled; either way it can
    ///   be run again.
    public func run(_ plan: ImportPlan, progress: @escaping @Sendable (ImportProgress) async -> Void = { _ in }) async throws
        -> ImportReport
    {
        // A source that is asked again and again brings little, and what it says of itself goes with each slice.
        var importer = self
        if !plan.resumes { importer.joins = nil }
        do {
            return try await importer.run(plan, after: nil, progress: progress)
        } catch let setback as Setback {
            importer.joins = nil
            return try await importer.run(plan, after: setback, progress: progress)
        }
    }

    /// What was counted before a transaction of several slices failed.
    private struct Setback: Error {
        var counted: ImportCount
        var resumed: Bool
    }

    /// - Throws: `Setback` where it is to be run again, without joining slices.
    private func run(
        _ plan: ImportPlan, after setback: Setback?, progress: @escaping @Sendable (ImportProgress) async -> Void
    ) async throws -> ImportReport {
        let (row, goesOn, isRepetition) = try await begin(plan)
        let resumed = setback?.resumed ?? goesOn
        let mapper = Mapper(
            plan.mapping, source: plan.source, fields: fields, identity: identity, context: context, said: row.startedAt,
            isHistory: plan.mapping.history ?? plan.feed?.isFirst, isRepetition: isRepetition)
        let seeks = plan.seeks
        // What the source writes to its store waits for the records that it belongs to.
        let kept = PendingPluginState()
        let sink = ImportSink(
            importer: self, mapper: mapper, id: row.id, done: row.progress, slices: row.slices,
            startsAt: seeks ? row.bookmarkOrdinal : 0, lease: plan.feed?.lease, kept: kept,
            counted: setback?.counted ?? ImportCount(), progress: progress)
        do {
            try await PendingPluginState.$current.withValue(kept) {
                try await plan.reader.read(
                    after: seeks ? row.bookmark.flatMap { try? JSONValue(parsing: $0) } : nil, into: sink)
            }
            try await sink.finish()
        } catch {
            await sink.abandon()
            // Whoever took the import over goes on with it.
            if (error as? Problem)?.code != "import.taken_over" { try? await end(.stopped, of: row.id) }
            if error is ImportSetback { throw Setback(counted: await sink.counted, resumed: resumed) }
            throw error
        }
        let report = await sink.report(resumed: resumed)
        // A source is asked often, and mostly has nothing new.
        if plan.feed != nil, report.progress.added == 0, report.progress.rejected == 0, report.progress.omitted == 0 {
            _ = try await database.write { db in try db.run("DELETE FROM imports WHERE id = \(row.id) AND added = 0") }
        }
        return report
    }

    /// Says what an import would bring, and writes nothing.
    public func rehearse(_ plan: ImportPlan) async throws -> ImportReport {
        let mapper = Mapper(
            plan.mapping, source: plan.source, fields: fields, identity: identity, context: context, said: clock.now)
        let sink = RehearsalSink(mapper: mapper)
        // Nothing is written, and so nothing is kept.
        try await PendingPluginState.$current.withValue(PendingPluginState()) {
            try await plan.reader.read(after: nil, into: sink)
        }
        return await sink.report()
    }

    private func begin(_ plan: ImportPlan) async throws -> (ImportRow, resumed: Bool, isRepetition: Bool) {
        let (hash, now) = (plan.hash, clock.now)
        let (name, source, mapping) = (plan.name, plan.source, "\(plan.mapping.summary.joined(separator: "\n"))")
        let (lease, resumes) = (plan.feed?.lease, plan.resumes)
        return try await database.write { db in
            let finished = try db.integer("SELECT COUNT(*) FROM imports WHERE plan = \(hash) AND state = 1") ?? 0
            let isRepetition = lease == nil && finished > 0
            let open: SQL = """
                SELECT \(ImportRow.columns) FROM imports WHERE plan = \(hash) AND state IN (0, 2) ORDER BY id DESC LIMIT 1
                """
            if resumes, var row = try db.first(open, ImportRow.init) {
                try db.run("UPDATE imports SET state = 0, updated_at = \(now.milliseconds) WHERE id = \(row.id)")
                if let lease { row.bookmark = try lease.begin(row.id, in: db) }
                return (row, true, isRepetition)
            }
            try db.insert(
                into: "imports",
                [
                    "name", "source", "plan", "mapping", "state", "started_at", "updated_at", "ordinal", "bookmark_ordinal",
                    "added",
                    "duplicates", "rejected", "omitted", "slices",
                ],
                [
                    [.text(name), .text(source), .text(hash), .text(mapping), .integer(0), .time(now), .time(now)]
                        + [SQLValue](repeating: .integer(0), count: 7)
                ])
            guard var row = try db.first(open, ImportRow.init) else {
                throw Problem("import.vanished", "the import was not kept")
            }
            if let lease { row.bookmark = try lease.begin(row.id, in: db) }
            return (row, false, isRepetition)
        }
    }

    /// Ends a run; where the import is not running any more, because somebody else ended it or reverts it, it stays as it is.
    func end(_ state: ImportRow.State, of id: Int64) async throws {
        let (now, running) = (clock.now.milliseconds, ImportRow.State.running.rawValue)
        _ = try await database.write { db in
            try db.run(
                "UPDATE imports SET state = \(state.rawValue), updated_at = \(now) WHERE id = \(id) AND state = \(running)")
        }
    }
}

extension Mapping {
    /// Whether every event is known again by an id of its source. Else occurrences are counted, and an import that goes on
    /// reads its source from the start to count them.
    var isSeekable: Bool { records.allSatisfy(\.isKeyed) && !hasLines }

    var hasLines: Bool { records.contains { !$0.line.isEmpty } }
}

extension RecordRule {
    fileprivate var isKeyed: Bool {
        if key != nil || target.isState || target.isContext { return true }
        // Orders without a state of their own are placed, which happens once.
        return target == .orders && line.isEmpty && !parts.contains { $0.name == "state" }
    }
}
