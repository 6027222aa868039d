import Foundation
import RapportCore
import RapportStorage
import Testing

/// Transactions that begin while those before are on their way to the disk.
@Suite("group commit")
struct GroupCommitTests {
    private func with(_ body: (RecordedDisk, SQLiteDatabase, String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "group-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let disk = RecordedDisk(folder: folder.path)
        defer { disk.stop() }
        let path = folder.appending(path: "test.db").path
        let database = try SQLiteDatabase(path: path)
        try await database.write { db in try db.run("CREATE TABLE numbers (id BIGINT NOT NULL PRIMARY KEY)") }
        try await body(disk, database, path)
        try await database.close()
    }

    private func insert(_ number: Int, into database: SQLiteDatabase) async throws {
        try await database.write { db in try db.run("INSERT INTO numbers (id) VALUES (\(number))") }
    }

    private func count(_ database: SQLiteDatabase) async throws -> Int64? {
        try await database.read { db in try db.integer("SELECT COUNT(*) FROM numbers") }
    }

    @Test("syncs once for all who committed meanwhile, and answers each after it")
    func together() async throws {
        try await with { disk, database, _ in
            disk.behave { $0.syncTakes = 20_000 }
            let before = disk.syncsOfLog
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        try await insert(number, into: database)
                        #expect(disk.syncsOfLog > before, "nobody is answered before a sync")
                    }
                }
                try await group.waitForAll()
            }
            #expect(disk.syncsOfLog - before < 100)
            #expect(try await count(database) == 100)
        }
    }

    @Test("lets who promises nothing go on before the disk has it, and is synced for the next who waits")
    func ahead() async throws {
        try await with { disk, database, _ in
            disk.behave { $0.syncTakes = 300_000 }
            let before = disk.syncsOfLog
            try await database.writeAhead { db in try db.run("INSERT INTO numbers (id) VALUES (1)") }
            #expect(disk.syncsOfLog == before)
            try await insert(2, into: database)
            #expect(disk.syncsOfLog > before)
            #expect(try await count(database) == 2)
        }
    }

    @Test("accepts nothing that the disk refused to keep, nor anything after it, until it is opened again")
    func refused() async throws {
        try await with { disk, database, path in
            try await insert(1, into: database)
            disk.behave { $0.refusesSyncs = true }
            await #expect(throws: Problem.self) { try await insert(2, into: database) }
            disk.behave { $0.refusesSyncs = false }
            // The system says of a later sync only whether that one failed.
            let problem = await #expect(throws: Problem.self) { try await insert(3, into: database) }
            #expect(problem?.code == "database.not_durable")
            #expect(problem?.description.contains(path) == true)
            _ = try await count(database)
            try await database.close()

            let again = try SQLiteDatabase(path: path)
            try await insert(4, into: again)
            let found = try await again.read { db in
                (try db.text("PRAGMA integrity_check"), try db.integer("SELECT COUNT(*) FROM numbers WHERE id IN (1, 4)"))
            }
            #expect(found.0 == "ok" && found.1 == 2)
            try await again.close()
        }
    }
}
