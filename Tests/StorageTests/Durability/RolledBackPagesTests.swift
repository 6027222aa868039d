import Foundation
import GRDBSQLite
import Testing

@testable import RapportStorage

@Suite("pages in the log of a transaction that is rolled back")
struct RolledBackPagesTests {
    /// By connections of SQLite's own: those of `SQLiteDatabase` read between any two transactions, which hides it.
    @Test("never take the place of what another process writes there", arguments: [1, 7, 25, 40, 95])
    func overwriting(pages: Int) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rolled-back-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "test.db").path
        let (failing, other) = (Self.open(path), Self.open(path))
        Self.run(other, "CREATE TABLE heap (who TEXT NOT NULL, bytes BLOB NOT NULL)")
        SQLiteGatheredLog.gather(failing)
        for _ in 0..<2 {
            // In a log that is empty: by what it reads of an older one when it rolls back, SQLite hides it, too.
            Self.run(other, "PRAGMA wal_checkpoint(TRUNCATE)")
            Self.run(failing, "BEGIN IMMEDIATE")
            Self.insert(failing, "failing", pages)
            Self.run(failing, "ROLLBACK")
            // It covers all of the place in the log.
            Self.insert(other, "other", pages + 60)
            Self.insert(failing, "failing again", 1)
        }
        let reader = Self.open(path)
        #expect(Self.first(reader, "PRAGMA integrity_check") == "ok")
        #expect(Self.first(reader, "SELECT COUNT(*) FROM heap WHERE who = 'other'") == "\(2 * (pages + 60))")
        #expect(Self.first(reader, "SELECT COUNT(*) FROM heap WHERE who = 'failing'") == "0")
        #expect(Self.first(reader, "SELECT COUNT(*) FROM heap WHERE who = 'failing again'") == "2")
        for connection in [reader, failing, other] { #expect(sqlite3_close(connection) == SQLITE_OK) }
    }

    private static func open(_ path: String) -> OpaquePointer? {
        var connection: OpaquePointer?
        #expect(sqlite3_open(path, &connection) == SQLITE_OK)
        // So few pages are kept in memory that those of a transaction reach the log before it commits.
        for pragma in ["journal_mode = WAL", "synchronous = FULL", "cache_size = 5", "wal_autocheckpoint = 0"] {
            run(connection, "PRAGMA \(pragma)")
        }
        return connection
    }

    /// Rows of a page each, put at the end.
    private static func insert(_ connection: OpaquePointer?, _ who: String, _ count: Int) {
        run(
            connection,
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))
            INSERT INTO heap SELECT '\(who)', zeroblob(4000) FROM n
            """)
    }

    private static func run(_ connection: OpaquePointer?, _ sql: String) {
        #expect(
            sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK, "\(sql): \(String(cString: sqlite3_errmsg(connection)))")
    }

    private static func first(_ connection: OpaquePointer?, _ sql: String) -> String? {
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        guard sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK, sqlite3_step(statement) == SQLITE_ROW
        else { return nil }
        return sqlite3_column_text(statement, 0).map { String(cString: $0) }
    }
}
