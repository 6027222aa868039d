import RapportCore

/// A table as a backup knows it: names and types of columns, the same on both databases.
struct BackupTable: Hashable {
    enum ColumnType: String { case integer, text, bytes }

    struct Column: Hashable {
        var name: String
        var type: ColumnType
    }

    var name: String
    var columns: [Column]
    /// The columns of the primary key: rows are written, and so restored, in its order.
    var key: [String]

    /// Every table but `migrations`, by name.
    static func all(in db: Connection) throws -> [BackupTable] {
        switch db.dialect {
        case .sqlite: try sqlite(db)
        case .postgres: try postgres(db)
        }
    }

    private static func sqlite(_ db: Connection) throws -> [BackupTable] {
        let names = try db.all(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name"
        ) { $0.text(0) }
        return try names.filter { $0 != "migrations" }.map { name in
            var keys: [(Int, String)] = []
            let columns = try db.all("SELECT name, type, pk FROM pragma_table_info(\(name)) ORDER BY cid") { row in
                if row.int(2) > 0 { keys.append((row.int(2), row.text(0))) }
                return Column(name: row.text(0), type: try type(of: row.text(1), name))
            }
            return BackupTable(name: name, columns: columns, key: keys.sorted { $0.0 < $1.0 }.map(\.1))
        }
    }

    private static func postgres(_ db: Connection) throws -> [BackupTable] {
        var tables: [BackupTable] = []
        try db.each(
            """
            SELECT c.relname::text, a.attname::text, format_type(a.atttypid, NULL)
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
            WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND c.relname <> 'migrations'
                AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY c.relname COLLATE "C", a.attnum
            """
        ) { row in
            if tables.last?.name != row.text(0) { tables.append(BackupTable(name: row.text(0), columns: [], key: [])) }
            let column = Column(name: row.text(1), type: try type(of: row.text(2), row.text(0)))
            tables[tables.count - 1].columns.append(column)
        }
        return try tables.map { table in
            var table = table
            table.key = try db.all(
                """
                SELECT a.attname::text
                FROM pg_catalog.pg_index i
                CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(number, place)
                JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
                WHERE i.indisprimary AND i.indrelid = \(table.name)::text::regclass
                ORDER BY k.place
                """
            ) { $0.text(0) }
            return table
        }
    }

    private static func type(of declared: String, _ table: String) throws -> ColumnType {
        switch declared {
        case "INTEGER", "bigint": return .integer
        case "TEXT", "text": return .text
        case "BLOB", "bytea": return .bytes
        default: throw Problem("backup.type", "the table \(table) has a column of type \(declared), which no backup can hold")
        }
    }
}

extension BackupTable {
    var json: JSONValue {
        .object([
            .init("table", .string(name)),
            .init("columns", .array(columns.map { .array([.string($0.name), .string($0.type.rawValue)]) })),
            .init("key", .array(key.map { .string($0) })),
        ])
    }

    init?(_ json: JSONValue) {
        guard let name = json["table"]?.string, let columns = json["columns"]?.array, let key = json["key"]?.array else {
            return nil
        }
        self.name = name
        self.key = key.compactMap(\.string)
        self.columns = []
        for column in columns {
            guard let pair = column.array, pair.count == 2, let name = pair[0].string,
                let type = pair[1].string.flatMap(ColumnType.init)
            else { return nil }
            self.columns.append(Column(name: name, type: type))
        }
        // Names become part of statements, and a file may come from anywhere.
        let names = [self.name] + self.columns.map(\.name) + self.key
        guard !self.columns.isEmpty, names.allSatisfy(Self.isName) else { return nil }
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
    }
}
