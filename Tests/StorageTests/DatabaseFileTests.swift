import Foundation
import RapportCore
import RapportStorage
import RapportTestKit
import Testing

@Suite("an SQLite file")
struct DatabaseFileTests {
    @Test("the log begins anew although somebody writes all the time")
    func logStaysShort() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "log-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "test.db").path
        let database = try SQLiteDatabase(path: path, logPages: 200)
        try await database.write { db in
            try db.run("CREATE TABLE pages (id BIGINT NOT NULL PRIMARY KEY, bytes BLOB NOT NULL)")
        }
        // Two writers: while one commits, the other is already waiting.
        let (rows, size) = (300, 150_000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<2 {
                group.addTask {
                    for row in 0..<rows {
                        let bytes = [UInt8](repeating: UInt8(row % 256), count: size)
                        try await database.write { db in
                            try db.run("INSERT INTO pages (id, bytes) VALUES (\(row * 2 + writer), \(bytes))")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let log = try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int ?? 0
        #expect(log < 2 * rows * size / 2, "\(log) bytes of log for \(2 * rows * size) bytes of rows")
        try await database.close()
    }

    @Test("every commit waits for the disk: synchronous is FULL on the writer")
    func durability() async throws {
        try await TemporaryDatabase.sqlite { database async throws in
            let (level, mode) = try await database.write { db in
                (try db.integer("PRAGMA synchronous"), try db.text("PRAGMA journal_mode"))
            }
            #expect(level == 2)
            #expect(mode == "wal")
        }
    }

    @Test("the write-ahead log is moved into the file while commits go on")
    func checkpoints() async throws {
        try await TemporaryDatabase.withURL(.sqlite) { url async throws in
            let path = String(url.dropFirst("sqlite:".count))
            let database = try await DatabaseURL(url).open()
            let before = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
            let deadline = ContinuousClock.now + .seconds(20)
            var round: Int64 = 0
            var size = before
            // 6 MB a round; the log alone may hold 16.
            while size < before + 10_000_000, ContinuousClock.now < deadline {
                round += 1
                let rows = (0..<1_500).map { [SQLValue.text("\(round)-\($0)"), .text(String(repeating: "x", count: 4_000))] }
                try await database.write { try $0.insert(into: "settings", ["name", "value"], rows) }
                size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
            }
            #expect(size >= before + 10_000_000)
            try await database.close()
        }
    }

    @Test("a file that is none, or that lost its end, is refused with a remedy", arguments: ["text", "cut"])
    func damaged(how: String) async throws {
        try await TemporaryDatabase.withURL(.sqlite) { url async throws in
            let path = String(url.dropFirst("sqlite:".count))
            if how == "text" {
                try Data(repeating: 65, count: 5_000).write(to: URL(fileURLWithPath: path))
            } else {
                let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
                try file.truncate(atOffset: 8_192)
                try file.close()
            }
            let problem = await #expect(throws: Problem.self) { _ = try await DatabaseURL(url).open() }
            #expect(problem?.code == "database.damaged")
            #expect(problem?.remedy?.contains("rapport restore") == true)
        }
    }

    @Test("a page overwritten within the file is told when it is read")
    func overwritten() async throws {
        try await TemporaryDatabase.withURL(.sqlite) { url async throws in
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: String(url.dropFirst("sqlite:".count))))
            let size = try file.seekToEnd()
            try file.seek(toOffset: 100)
            try file.write(contentsOf: Data(repeating: 0xA5, count: Int(size) - 100))
            try file.close()
            let problem = await #expect(throws: Problem.self) {
                let database = try await DatabaseURL(url).open()
                _ = try await Migrator(migrations: Migration.storage).plan(for: database)
            }
            #expect(problem?.code == "database.damaged")
        }
    }

    @Test(
        "damaged pages are found in tables and in indexes, each with its table; a sound file has none",
        arguments: ["rows", "rows_by_text"])
    func pages(of tree: String) async throws {
        try await TemporaryDatabase.withURL(.sqlite) { url async throws in
            let path = String(url.dropFirst("sqlite:".count))
            let database = try SQLiteDatabase(path: path)
            try await database.write { db in
                try db.run("CREATE TABLE rows (id BIGINT NOT NULL PRIMARY KEY, text TEXT NOT NULL)")
                try db.run("CREATE INDEX rows_by_text ON rows (text)")
                let rows = (0..<4_000).map { [SQLValue.integer(Int64($0)), .text("text \($0 * 7_919 % 4_000) of a row")] }
                try db.insert(into: "rows", ["id", "text"], rows)
            }
            #expect(try await database.damage() == [])
            // Its root and its last page, as SQLite's own catalogue has them.
            let (root, size) = try await database.read { db in
                (
                    try db.integer("SELECT rootpage FROM sqlite_schema WHERE name = \(tree)") ?? 0,
                    try db.integer("PRAGMA page_size") ?? 4_096
                )
            }
            try await database.close()
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            try file.seek(toOffset: UInt64((root - 1) * size) + 12)
            try file.write(contentsOf: Data(repeating: 0xA5, count: Int(size) / 2))
            try file.close()

            let damaged = try SQLiteDatabase(path: path)
            let damage = try await damaged.damage()
            #expect(!damage.isEmpty && damage.allSatisfy { $0.hasPrefix("rows: ") }, "\(damage)")
            // What is sound can still be read.
            #expect(try await damaged.read { try $0.integer("SELECT COUNT(*) FROM settings") } != nil)
            try await damaged.close()
        }
    }

    @Test("a folder that is missing is named")
    func missingFolder() async throws {
        let problem = await #expect(throws: Problem.self) {
            _ = try await DatabaseURL("sqlite:/nowhere/at/all/rapport.db").open()
        }
        #expect(problem?.code == "database.unreachable")
        #expect(problem?.reason.contains("/nowhere/at/all") == true)
    }

    @Test(
        "an address that names no database says what to write",
        arguments: ["mysql://u:secret@h/d", "rapport.db", "sqlite:", "sqlite::memory:"])
    func address(text: String) throws {
        let problem = #expect(throws: Problem.self) { _ = try DatabaseURL(text) }
        #expect(problem?.code == "database.url")
        #expect(problem?.remedy?.contains("sqlite:rapport.db") == true)
        #expect(problem?.description.contains("secret") == false)
    }

    @Test("a password is not shown")
    func redacted() throws {
        #expect(try DatabaseURL("postgres://me:p@ss@host:5432/db").redacted == "postgres://me:…@host:5432/db")
        #expect(try DatabaseURL("postgres://host/db").redacted == "postgres://host/db")
    }

    @Test("a server that is not there is told at once")
    func noServer() async throws {
        let problem = await #expect(throws: Problem.self) {
            _ = try await DatabaseURL("postgres://nobody@/none?host=/nowhere").open()
        }
        #expect(problem?.code == "database.unreachable")
    }
}
