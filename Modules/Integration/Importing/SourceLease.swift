public import RapportCore
public import RapportStorage

/// The right of one process to read one source. Whoever takes it next gets a higher epoch, and what the former one still
/// writes is refused. Time is the database's.
public struct SourceLease: Sendable, Hashable {
    public let instance: String
    public let holder: String
    public let epoch: Int64
    public let span: Span

    /// Takes a source that nobody reads; `nil` where somebody does, or where it is not due.
    ///
    /// - Parameter early: takes it also before it is due.
    public static func claim(_ instance: String, holder: String, span: Span, early: Bool = false, in db: Connection) throws
        -> SourceLease?
    {
        let now = try db.now()
        let due = early ? Timestamp.distantFuture : now
        // As with workers: the end that a clock gave that was ahead is none.
        let latest = now + Leases.longest
        let changed = try db.run(
            """
            UPDATE source_runs SET holder = \(holder), epoch = epoch + 1, lease_until = \(now + span), started_at = \(now)
            WHERE instance = \(instance) AND due_at <= \(due) AND (holder IS NULL OR lease_until <= \(now) OR lease_until > \(latest))
            """)
        guard changed == 1,
            let epoch = try db.integer("SELECT epoch FROM source_runs WHERE instance = \(instance) AND holder = \(holder)")
        else { return nil }
        return SourceLease(instance: instance, holder: holder, epoch: epoch, span: span)
    }

    /// - Throws: `Problem` `source.taken_over` where another process reads the source by now.
    public func renew(in db: Connection) throws {
        let changed = try db.run(
            "UPDATE source_runs SET lease_until = \(try db.now() + span) WHERE \(mine)")
        guard changed == 1 else { throw takenOver }
    }

    /// The run came to its end. Failures are forgotten.
    public func finish(_ progress: ImportProgress, next: Timestamp, in db: Connection) throws {
        try db.run(
            """
            UPDATE source_runs SET holder = NULL, lease_until = 0, due_at = \(next), finished_at = \(try db.now()),
                records = \(progress.records), added = \(progress.added), rejected = \(progress.rejected), failures = 0,
                error = ''
            WHERE \(mine)
            """)
    }

    /// The run broke off.
    public func fail(_ error: String, next: Timestamp, in db: Connection) throws {
        try db.run(
            """
            UPDATE source_runs SET holder = NULL, lease_until = 0, due_at = \(next), failures = failures + 1,
                failed_at = \(try db.now()), error = \(error.replacing("\u{0}", with: "\u{FFFD}"))
            WHERE \(mine)
            """)
    }

    /// The process stops: whoever is free goes on at once.
    public func giveBack(in db: Connection) throws {
        try db.run("UPDATE source_runs SET holder = NULL, lease_until = 0, due_at = \(try db.now()) WHERE \(mine)")
    }

    /// Notes how far the source is read, in the transaction of the records before.
    ///
    /// - Throws: `Problem` `source.taken_over`: roll back.
    func keep(bookmark: String, in db: Connection) throws {
        guard try db.run("UPDATE source_runs SET bookmark = \(bookmark) WHERE \(mine)") == 1 else { throw takenOver }
    }

    /// Notes the import of this run, and answers where reading goes on.
    func begin(_ id: Int64, in db: Connection) throws -> String? {
        let before = try db.integer("SELECT import FROM source_runs WHERE instance = \(instance)")
        guard try db.run("UPDATE source_runs SET import = \(id) WHERE \(mine)") == 1 else { throw takenOver }
        if let before, before != id {
            // A run that was killed; this one goes on in its place.
            try db.run("UPDATE imports SET state = \(ImportRow.State.stopped.rawValue) WHERE id = \(before) AND state = 0")
        }
        return try db.text("SELECT bookmark FROM source_runs WHERE instance = \(instance)")
    }

    private var mine: SQL { "instance = \(instance) AND holder = \(holder) AND epoch = \(epoch)" }

    private var takenOver: Problem {
        Problem("source.taken_over", "another process reads \(instance) by now", remedy: "Nothing is lost; that one goes on")
    }
}
