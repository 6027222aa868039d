public import RapportCore
public import RapportStorage

/// An import as the database knows it.
public struct ImportRow: Sendable, Hashable {
    public enum State: Int64, Sendable, Hashable {
        case running = 0
        case finished, stopped, reverting, reverted

        public var name: String { "\(self)" }
    }

    public var id: Int64
    public var name: String
    public var source: String
    public var state: State
    public var startedAt: Timestamp
    public var updatedAt: Timestamp
    public var progress: ImportProgress
    var bookmark: String?
    var bookmarkOrdinal: Int64
    var slices: Int64

    static let columns: SQL = """
        id, name, source, state, started_at, updated_at, ordinal, added, duplicates, rejected, omitted, bookmark, \
        bookmark_ordinal, slices
        """

    init(_ row: Row) {
        id = row.integer(0)
        name = row.text(1)
        source = row.text(2)
        state = State(rawValue: row.integer(3)) ?? .stopped
        startedAt = row.timestamp(4)
        updatedAt = row.timestamp(5)
        progress = ImportProgress()
        progress.records = row.integer(6)
        progress.added = row.integer(7)
        progress.duplicates = row.integer(8)
        progress.rejected = row.integer(9)
        progress.omitted = row.integer(10)
        bookmark = row.textOrNil(11)
        bookmarkOrdinal = row.integer(12)
        slices = row.integer(13)
    }
}

/// Reads imports.
public enum Imports {
    /// The latest first.
    public static func list(_ limit: Int, in db: Connection) throws -> [ImportRow] {
        try db.all("SELECT \(ImportRow.columns) FROM imports ORDER BY id DESC LIMIT \(limit)", ImportRow.init)
    }

    /// How many records each import has handled that has begun and not ended, by its number. One whose process died is among them
    /// until somebody goes on with it.
    public static func running(in db: Connection) throws -> [Int64: Int64] {
        var records: [Int64: Int64] = [:]
        try db.each("SELECT id, ordinal FROM imports WHERE state = 0 ORDER BY id") { records[$0.integer(0)] = $0.integer(1) }
        return records
    }

    /// - Throws: `Problem` `import.not_found`.
    public static func find(_ id: Int64, in db: Connection) throws -> ImportRow {
        guard let row = try db.first("SELECT \(ImportRow.columns) FROM imports WHERE id = \(id)", ImportRow.init) else {
            throw Problem("import.not_found", "there is no import \(id)", remedy: "rapport imports list shows them")
        }
        return row
    }

    /// A record, or a part of one, that did not come in.
    public struct Reject: Sendable, Hashable {
        public var line: Int64
        public var field: String
        public var code: String
        public var reason: String
        public var raw: String
    }

    /// What an import rejected or left out, in the order of the source.
    public static func rejects(of id: Int64, after number: Int64 = 0, limit: Int, in db: Connection) throws -> [(
        number: Int64, reject: Reject
    )] {
        try db.all(
            """
            SELECT number, line, field, code, reason, raw FROM import_rejects
            WHERE import = \(id) AND number > \(number)
            ORDER BY number LIMIT \(limit)
            """
        ) { row in
            (
                row.integer(0),
                Reject(line: row.integer(1), field: row.text(2), code: row.text(3), reason: row.text(4), raw: row.text(5))
            )
        }
    }
}
