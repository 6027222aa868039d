import Foundation
public import RapportCore

/// A copy of a whole database in one portable file: gzip of JSON lines, the same from SQLite and from PostgreSQL, so that a
/// backup of one can be restored into the other.
///
/// First line: format, moment, migrations. Then per table a line that names its columns, followed by a line per row, an
/// array in the order of the columns, bytes in base64. Last line: the number of rows. docs/guides/backup.md
public enum Backup {
    /// The version of the format.
    static let version: Int64 = 1

    public struct Summary: Sendable, Hashable {
        public var tables: Int
        public var rows: Int
        /// On the disk, compressed.
        public var bytes: Int64
    }

    private static let setting = "last_backup_at"

    /// Notes in the database that a backup of it is on the disk, for whoever asks how old the last one is.
    public static func note(at moment: Timestamp, in db: Connection) throws {
        try db.run(
            """
            INSERT INTO settings (name, value) VALUES (\(setting), \(moment.rfc3339))
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            """)
    }

    /// When the last backup was written; `nil` if never.
    public static func lastAt(in db: Connection) throws -> Timestamp? {
        try db.text("SELECT value FROM settings WHERE name = \(setting)").flatMap { Timestamp(rfc3339: $0) }
    }

    /// Writes one consistent state, while the database is in use. An older backup of that name is replaced once the new one is
    /// whole; anything else of that name stays as it is.
    ///
    /// - Parameter progress: called now and then with the number of rows written, on a thread of the database.
    /// - Throws: `Problem` with code `backup.not_written`.
    public static func write(
        _ database: any Database, to path: String, progress: (@Sendable (Int) -> Void)? = nil
    ) async throws -> Summary {
        try refuseOther(path)
        return try await database.read { db in
            // The writer starts anew if this body runs again.
            let out = try GzipWriter(path: path)
            let tables = try BackupTable.all(in: db)
            let migrations = try db.all("SELECT name FROM migrations ORDER BY name") { JSONValue.string($0.text(0)) }
            let now = try db.now()
            try out.line { line in
                JSONValue.object([
                    .init("rapport_backup", .integer(version)), .init("at", .string(now.rfc3339)),
                    .init("migrations", .array(migrations)),
                ]).write(to: &line)
            }
            var rows = 0
            for table in tables {
                try out.line { table.json.write(to: &$0) }
                try db.stream(table.selection) { row in
                    try out.line { table.write(row, to: &$0) }
                    rows += 1
                    if rows.isMultiple(of: 10_000) { progress?(rows) }
                }
            }
            try out.line { JSONValue.object([.init("end", .integer(Int64(rows)))]).write(to: &$0) }
            return Summary(tables: tables.count, rows: rows, bytes: try out.finish())
        }
    }
}

extension Backup {
    /// A database named by mistake would be gone, and a device be a file.
    ///
    /// - Throws: `Problem` `backup.not_written` where something is at `path` that is no backup.
    private static func refuseOther(_ path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        let isFile = status.st_mode & S_IFMT == S_IFREG
        if isFile, status.st_size == 0 || (try? BackupReader(path: path)) != nil { return }
        throw Problem(
            "backup.not_written", "\(path) is there already, and is no backup of Rapport",
            remedy: "Name a new file, or an older backup to be replaced")
    }
}

extension BackupTable {
    fileprivate var selection: SQL {
        let order = key.isEmpty ? "" : " ORDER BY \(key.joined(separator: ", "))"
        return "SELECT \(raw: columns.map(\.name).joined(separator: ", ")) FROM \(raw: name)\(raw: order)"
    }

    fileprivate func write(_ row: Row, to line: inout [UInt8]) {
        line.append(0x5B)
        for (index, column) in columns.enumerated() {
            if index > 0 { line.append(0x2C) }
            if row.isNull(index) {
                line += Array("null".utf8)
                continue
            }
            switch column.type {
            case .integer: line += Array(String(row.integer(index)).utf8)
            case .text: JSONValue.write(row.text(index), to: &line)
            case .bytes: JSONValue.write(Data(row.bytes(index)).base64EncodedString(), to: &line)
            }
        }
        line.append(0x5D)
    }

    /// The values of a line, or `nil` if it is no row of this table.
    func values(_ line: [UInt8]) throws -> [SQLValue]? {
        guard let items = try JSONValue(parsing: line).array, items.count == columns.count else { return nil }
        var out: [SQLValue] = []
        out.reserveCapacity(items.count)
        for (item, column) in zip(items, columns) {
            switch (item, column.type) {
            case (.null, _): out.append(.null)
            case (.integer(let number), .integer): out.append(.integer(number))
            case (.string(let text), .text): out.append(.text(text))
            case (.string(let text), .bytes):
                guard let data = Data(base64Encoded: text) else { return nil }
                out.append(.bytes([UInt8](data)))
            default: return nil
            }
        }
        return out
    }
}
