public import RapportCore
public import RapportStorage

/// A source as the database knows it.
public struct SourceRun: Sendable, Hashable {
    public enum State: String, Sendable, Hashable {
        case waiting, running, failed
    }

    public var instance: String
    public var dueAt: Timestamp
    /// Who reads it now.
    public var holder: String?
    public var importID: Int64?
    public var startedAt: Timestamp?
    /// When a run last came to its end.
    public var finishedAt: Timestamp?
    /// What the run at hand, or else the last one, has read, added and rejected.
    public var records: Int64
    public var added: Int64
    public var rejected: Int64
    /// Runs that failed since one came to its end.
    public var failures: Int64
    public var failedAt: Timestamp?
    public var error: String
    var bookmark: String?

    public var state: State { holder != nil ? .running : failures > 0 ? .failed : .waiting }

    /// Whether no run has come to its end yet: what the first one brings is the past.
    public var isFirst: Bool { finishedAt == nil }
}

/// Reads and writes what is known of sources.
public enum SourceRuns {
    static let columns: SQL = """
        source_runs.instance, source_runs.due_at, source_runs.holder, source_runs.lease_until, source_runs.import, \
        source_runs.started_at, source_runs.finished_at, source_runs.records, source_runs.added, source_runs.rejected, \
        source_runs.failures, source_runs.failed_at, source_runs.error, source_runs.bookmark, imports.ordinal, imports.added, \
        imports.rejected
        """

    /// All sources that have ever been on a schedule or been run, by name.
    public static func list(in db: Connection) throws -> [SourceRun] { try select("", in: db) }

    public static func find(_ instance: String, in db: Connection) throws -> SourceRun? {
        try select(" WHERE source_runs.instance = \(instance)", in: db).first
    }

    private static func select(_ condition: SQL, in db: Connection) throws -> [SourceRun] {
        let now = try db.now()
        return try db.all(
            """
            SELECT \(columns) FROM source_runs LEFT JOIN imports ON imports.id = source_runs.import\(condition)
            ORDER BY source_runs.instance
            """
        ) { row in
            let isHeld = !row.isNull(2) && row.timestamp(3) > now && row.timestamp(3) <= now + Leases.longest
            // The counts of a run at hand are those of its import.
            let counts = isHeld && !row.isNull(14) ? [row.integer(14), row.integer(15), row.integer(16)] : nil
            return SourceRun(
                instance: row.text(0), dueAt: row.timestamp(1), holder: isHeld ? row.text(2) : nil, importID: row.integerOrNil(4),
                startedAt: row.timestampOrNil(5), finishedAt: row.timestampOrNil(6), records: counts?[0] ?? row.integer(7),
                added: counts?[1] ?? row.integer(8), rejected: counts?[2] ?? row.integer(9), failures: row.integer(10),
                failedAt: row.timestampOrNil(11), error: row.text(12), bookmark: row.textOrNil(13))
        }
    }

    /// Has a source read no later than `due`.
    public static func hasten(_ instance: String, to due: Timestamp, in db: Connection) throws {
        try db.run("UPDATE source_runs SET due_at = \(due) WHERE instance = \(instance) AND due_at > \(due)")
    }

    /// Makes a source known with its schedule, or notes that it has another one.
    ///
    /// - Parameter due: when it is to be read first, or first by the new schedule.
    public static func enrol(_ instance: String, schedule: String, due: Timestamp, in db: Connection) throws {
        try db.run(
            """
            INSERT INTO source_runs (instance, schedule, due_at, epoch, lease_until, records, added, rejected, failures, error)
            VALUES (\(instance), \(schedule), \(due), 0, 0, 0, 0, 0, 0, '') ON CONFLICT (instance) DO NOTHING
            """)
        try db.run(
            """
            UPDATE source_runs SET schedule = \(schedule), due_at = \(due)
            WHERE instance = \(instance) AND schedule <> \(schedule)
            """)
    }

    /// Forgets how far a source has been read: the next run begins at its start.
    public static func rewind(_ instance: String, in db: Connection) throws {
        try db.run("UPDATE source_runs SET bookmark = NULL WHERE instance = \(instance)")
    }
}
