import RapportCore

/// Brings a database to the schema that this program knows, a transaction a migration.
public struct Migrator: Sendable {
    /// In the order of their names.
    public let migrations: [Migration]

    /// - Parameter migrations: Storage's own and those of every capability, in any order.
    public init(migrations: [Migration]) {
        self.migrations = migrations.sorted { $0.name < $1.name }
    }

    /// What is to be done.
    public struct Plan: Sendable {
        public let applied: [String]
        public let pending: [Migration]
    }

    /// Reads what has been applied, changing nothing.
    ///
    /// - Throws: `Problem` with code `database.newer` if the database knows migrations that this program does not,
    ///   `database.foreign` if it holds tables of another program.
    public func plan(for database: any Database) async throws -> Plan {
        let dialect = database.dialect
        let applied = try await database.read { db -> [String] in
            let tables = try Self.tables(in: db, dialect)
            guard !tables.isEmpty else { return [] }
            guard tables.contains("migrations") else {
                throw Problem(
                    "database.foreign",
                    "the database holds tables of another program (\(tables.sorted().prefix(3).joined(separator: ", ")))",
                    remedy: "Give Rapport a database of its own in `database:`")
            }
            return try db.all("SELECT name FROM migrations ORDER BY name") { $0.text(0) }
        }
        let known = Set(migrations.map(\.name))
        let unknown = applied.filter { !known.contains($0) }
        guard unknown.isEmpty else {
            throw Problem(
                "database.newer", "the database was made by a newer Rapport: it has \(unknown.joined(separator: ", "))",
                remedy: "Install that version, or restore a backup made by this one with `rapport restore`")
        }
        let done = Set(applied)
        return Plan(applied: applied, pending: migrations.filter { !done.contains($0.name) })
    }

    /// Applies what is pending and returns the names applied by this call. Several processes may try at once.
    @discardableResult
    public func migrate(_ database: any Database) async throws -> [String] {
        let pending = try await plan(for: database).pending
        let dialect = database.dialect
        var applied: [String] = []
        for migration in pending {
            let didApply = try await database.write { db -> Bool in
                // Without this two processes could both make the first table.
                if dialect == .postgres { try db.each("SELECT pg_advisory_xact_lock(7310579)") { _ in } }
                try db.run("\(raw: Migration.translate(Self.table, for: dialect))")
                guard try db.integer("SELECT 1 FROM migrations WHERE name = \(migration.name)") == nil else { return false }
                for statement in migration.statements { try db.run("\(raw: Migration.translate(statement, for: dialect))") }
                try migration.seed?(db)
                try db.run("INSERT INTO migrations (name, applied_at) VALUES (\(migration.name), \(try db.now()))")
                return true
            }
            if didApply { applied.append(migration.name) }
        }
        return applied
    }

    /// Checks at start that the database is as this program expects.
    ///
    /// - Throws: what `plan(for:)` throws, and `database.outdated` if there is something to apply.
    public func check(_ database: any Database) async throws {
        let pending = try await plan(for: database).pending
        guard let first = pending.first else { return }
        throw Problem(
            "database.outdated",
            "the database lacks \(pending.count == 1 ? "the migration" : "\(pending.count) migrations, the first is") \(first.name)",
            remedy: "Run `rapport migrate`")
    }

    private static let table = """
        CREATE TABLE IF NOT EXISTS migrations (
            name TEXT NOT NULL PRIMARY KEY,
            applied_at BIGINT NOT NULL
        ) STRICT
        """

    private static func tables(in db: Connection, _ dialect: Dialect) throws -> Set<String> {
        switch dialect {
        case .sqlite:
            Set(
                try db.all("SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'") {
                    $0.text(0)
                })
        case .postgres:
            Set(try db.all("SELECT tablename::text FROM pg_catalog.pg_tables WHERE schemaname = current_schema()") { $0.text(0) })
        }
    }
}
