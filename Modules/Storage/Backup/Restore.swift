import Foundation
public import RapportCore

/// Fills a new database from a backup, and locks it: until `rapport unlock`, channels write to the outbox only.
public struct Restore: Sendable {
    private let migrations: [Migration]
    private let journal: Journal?
    private let replayers: [any JournalReplayer]

    public struct Summary: Sendable, Hashable {
        /// When the backup was made.
        public var madeAt: Timestamp
        public var tables: Int
        public var rows: Int
        /// Entries of the journal that changed something, and entries read.
        public var replayed: Int
        public var journalled: Int
        /// Lines of the journal that a crash left unfinished.
        public var unreadable: [Int]
    }

    /// - Parameters:
    ///   - migrations: all that this program knows. An older backup is brought up to date.
    ///   - journal: opt-outs, objections and erasures, of which some may be younger than the backup.
    ///   - replayers: who applies them.
    public init(migrations: [Migration], journal: Journal?, replayers: [any JournalReplayer]) {
        self.migrations = migrations
        self.journal = journal
        self.replayers = replayers
    }

    /// A restore that stopped half-way leaves the database locked and says so wherever the database is opened. Running it again,
    /// with this backup or another, starts over.
    ///
    /// - Throws: `Problem` with code `backup.unreadable`, `backup.damaged`, `backup.newer`, or `restore.not_empty` if
    ///   `database` holds anything but a restore that stopped.
    public func run(_ path: String, into database: any Database, progress: (@Sendable (Int) -> Void)? = nil) async throws
        -> Summary
    {
        let (file, madeAt, names) = try await onThread(named: "rapport.restore") {
            let file = try BackupReader(path: path)
            return (file, file.madeAt, file.migrations)
        }
        let known = Set(migrations.map(\.name))
        let unknown = names.filter { !known.contains($0) }
        guard unknown.isEmpty else {
            throw Problem(
                "backup.newer", "the backup \(path) was made by a newer Rapport: it has \(unknown.joined(separator: ", "))",
                remedy: "Install that version")
        }
        try await makeEmpty(database)
        do {
            return try await fill(database, from: file, madeAt: madeAt, migrations: names, progress)
        } catch {
            throw Self.stopped(because: error)
        }
    }

    private func fill(
        _ database: any Database, from file: BackupReader, madeAt: Timestamp, migrations names: [String],
        _ progress: (@Sendable (Int) -> Void)?
    ) async throws -> Summary {
        try await Migrator(migrations: migrations.filter { names.contains($0.name) }).migrate(database)
        try await database.write { db in
            for table in try BackupTable.all(in: db) { try db.run("DELETE FROM \(raw: table.name)") }
            try DatabaseLock.lock(db, because: DatabaseLock.unfinishedRestore)
        }
        let (tables, rows) = try await copy(file, into: database, progress)
        try await Migrator(migrations: migrations).migrate(database)
        let (replayed, journalled, unreadable) = try await replay(into: database)
        try await database.write { db in
            try DatabaseLock.lock(db, because: "restored from a backup of \(madeAt.rfc3339)")
        }
        return Summary(
            madeAt: madeAt, tables: tables, rows: rows, replayed: replayed, journalled: journalled, unreadable: unreadable)
    }

    /// What went wrong, and what it has left behind.
    private static func stopped(because error: any Error) -> Problem {
        let problem = error as? Problem ?? Problem("restore.stopped", "\(error)")
        let remedy = problem.remedy.map { "\($0.hasSuffix(".") ? $0 : $0 + ".") Then run" } ?? "Run"
        return Problem(
            problem.code, "\(problem.reason); the database holds only a part of the backup, and is locked", at: problem.place,
            remedy: "\(remedy) `rapport restore` into it again: it starts over.")
    }

    /// Takes away what a restore that stopped has left. A database that was only migrated is as good as new.
    private func makeEmpty(_ database: any Database) async throws {
        guard try await !Migrator(migrations: migrations).plan(for: database).applied.isEmpty else { return }
        try await database.write { db in
            let tables = try BackupTable.all(in: db).map(\.name)
            guard try Self.isLeftover(tables, in: db) else {
                throw Problem(
                    "restore.not_empty", "the database is in use",
                    remedy: "Restore into a new one: give its place with --database, or move the old one away")
            }
            try DatabaseTables.dropAll(in: db)
        }
    }

    private static func isLeftover(_ tables: [String], in db: Connection) throws -> Bool {
        guard tables.contains("settings") else { return true }
        if try DatabaseLock.isUnfinishedRestore(db) { return true }
        // Where a server or worker has settled, a backup was restored, or anything has happened, somebody uses it.
        let keys = [DatabaseLock.homeKey, DatabaseLock.lockedKey]
        guard try db.integer("SELECT COUNT(*) FROM settings WHERE name IN \(list: keys)") == 0 else { return false }
        return try tables.filter { !seeded.contains($0) }.allSatisfy {
            try db.integer("SELECT COUNT(*) FROM \(raw: $0)") == 0
        }
    }

    /// Tables in which migrations and the first start leave rows.
    private static let seeded: Set<String> = ["settings", "partitions", "cursors", "kinds", "fields", "identifier_kinds"]

    /// Each slice is a transaction. Only the slices travel between threads.
    private func copy(
        _ file: BackupReader, into database: any Database, _ progress: (@Sendable (Int) -> Void)?
    ) async throws -> (tables: Int, rows: Int) {
        var tables = 0
        var rows = 0
        var prepared: String?
        while let slice = try await onThread(named: "rapport.restore", { try file.slice() }) {
            let table = slice.table
            if prepared != table.name {
                prepared = table.name
                tables += 1
                try await database.write { try Self.addColumns(table, in: $0) }
            }
            let kept = table.name == "settings" ? slice.rows.filter { !Self.isOfOneMachine($0) } : slice.rows
            try await database.write { db in
                try db.insert(into: table.name, table.columns.map(\.name), kept)
                if slice.isLast { try Self.continueNumbering(table, in: db) }
            }
            rows += slice.rows.count
            progress?(rows)
        }
        return (tables, rows)
    }

    /// What says where a database may send from stays behind.
    private static func isOfOneMachine(_ row: [SQLValue]) -> Bool {
        row.first == .text(DatabaseLock.lockedKey) || row.first == .text(DatabaseLock.homeKey)
    }

    /// Declared fields have columns that no migration makes.
    private static func addColumns(_ table: BackupTable, in db: Connection) throws {
        guard let present = try BackupTable.all(in: db).first(where: { $0.name == table.name }) else {
            throw Problem("backup.damaged", "the backup has a table \(table.name) that its migrations do not make")
        }
        for column in table.columns where !present.columns.contains(where: { $0.name == column.name }) {
            let type =
                switch column.type {
                case .integer: "BIGINT"
                case .text: "TEXT"
                case .bytes: "BYTES"
                }
            let statement = "ALTER TABLE \(table.name) ADD COLUMN \(column.name) \(type)"
            try db.run("\(raw: Migration.translate(statement, for: db.dialect))")
        }
    }

    /// PostgreSQL numbers rows from a sequence, which rows that bring their number do not move.
    private static func continueNumbering(_ table: BackupTable, in db: Connection) throws {
        guard db.dialect == .postgres, table.key.count == 1, let key = table.key.first,
            let sequence = try db.text("SELECT pg_get_serial_sequence(\(table.name), \(key))")
        else { return }
        _ = try db.integer(
            "SELECT setval(\(sequence)::text::regclass, max(\(raw: key))) FROM \(raw: table.name) HAVING count(*) > 0")
    }

    private func replay(into database: any Database) async throws -> (replayed: Int, journalled: Int, unreadable: [Int]) {
        guard let journal else { return (0, 0, []) }
        let (entries, unreadable) = try await journal.entries()
        guard entries.isEmpty || !replayers.isEmpty else {
            throw Problem(
                "restore.no_replayer", "the journal \(journal.path) holds \(entries.count) wishes that this build cannot apply",
                remedy: "Restore with a build that can; without them people who opted out would be written to")
        }
        for replayer in replayers { try await replayer.prepare(entries, for: database) }
        var replayed = 0
        var start = 0
        while start < entries.count {
            let slice = Array(entries[start..<min(start + 500, entries.count)])
            start += slice.count
            replayed += try await database.write { [replayers] db in
                var changed = 0
                for entry in slice {
                    for replayer in replayers where try replayer.replay(entry, in: db) { changed += 1 }
                }
                return changed
            }
        }
        return (replayed, entries.count, unreadable)
    }
}
