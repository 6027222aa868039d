/// All tables of a database.
public enum DatabaseTables {
    public static func names(in db: Connection) throws -> [String] {
        let tables = try BackupTable.all(in: db).map(\.name)
        return tables.isEmpty ? [] : tables + ["migrations"]
    }

    /// Leaves nothing behind. Whoever calls it has made sure that nothing in there is wanted.
    public static func dropAll(in db: Connection) throws {
        for table in try names(in: db) { try db.run("DROP TABLE \(raw: table)") }
    }
}
