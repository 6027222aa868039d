import Foundation
import RapportCore
import RapportStorage
import Testing

@Suite("when the disk is full or fails")
struct FailingDiskTests {
    /// Two writers at once number their rows, while the log is gathered, moved and begun anew.
    @Test("what was acknowledged stays, what was not is told, and all goes on once there is room", arguments: [21, 22, 23])
    func faults(seed: UInt64) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "failing-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let disk = RecordedDisk(folder: folder.path)
        defer { disk.stop() }
        let path = folder.appending(path: "test.db").path
        let database = try SQLiteDatabase(path: path, logPages: 200)
        try await database.write { db in
            try db.run("CREATE TABLE pages (id BIGINT NOT NULL PRIMARY KEY, bytes BLOB NOT NULL)")
        }
        disk.fail(0.1, seed: seed)
        let during = try await write(0..<120, to: database, seed: seed)
        #expect(disk.failures > 20 && !during.refused.isEmpty && !during.stored.isEmpty)
        // There is room again, and nobody starts anew.
        disk.fail(0, seed: seed)
        let after = try await write(1_000..<1_020, to: database, seed: seed)
        #expect(after.stored.count == 20, "after the faults: \(after.refused)")
        try await check(database, during.stored.union(after.stored))
        try await database.close()
        let again = try SQLiteDatabase(path: path)
        try await check(again, during.stored.union(after.stored))
        try await again.close()
    }

    @Test("what is written to a file that was deleted or replaced is not accepted", arguments: ["", "-wal"])
    func gone(name: String) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gone-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "test.db").path
        let database = try SQLiteDatabase(path: path)
        try await database.write { db in try db.run("CREATE TABLE rows (id BIGINT NOT NULL PRIMARY KEY)") }
        try FileManager.default.removeItem(atPath: path + name)
        for isReplaced in [false, true] {
            if isReplaced { try Data().write(to: URL(fileURLWithPath: path + name)) }
            do {
                try await database.write { db in try db.run("INSERT INTO rows (id) VALUES (1)") }
                Issue.record("it was accepted")
            } catch let problem as Problem {
                #expect(problem.code == "database.gone" && problem.reason.contains(path + name))
            }
        }
        try? await database.close()
    }

    private struct Outcome: Sendable {
        var stored: Set<Int> = []
        var refused: [Int: String] = [:]
    }

    private func write(_ numbers: Range<Int>, to database: SQLiteDatabase, seed: UInt64) async throws -> Outcome {
        async let even = write(numbers.filter { $0 % 2 == 0 }, by: SplitMix64(seed: seed), to: database)
        async let odd = write(numbers.filter { $0 % 2 == 1 }, by: SplitMix64(seed: seed &+ 1), to: database)
        let (first, second) = try await (even, odd)
        return Outcome(
            stored: first.stored.union(second.stored), refused: first.refused.merging(second.refused) { first, _ in first })
    }

    private func write(_ numbers: [Int], by generator: SplitMix64, to database: SQLiteDatabase) async throws -> Outcome {
        var random = generator
        var outcome = Outcome()
        for number in numbers {
            let bytes = [UInt8](repeating: UInt8(number % 256), count: Int.random(in: 1...80_000, using: &random))
            do {
                try await database.write { db in
                    try db.run("INSERT INTO pages (id, bytes) VALUES (\(number), \(bytes))")
                    try db.run("UPDATE pages SET bytes = \(bytes) WHERE id = \(number / 2)")
                }
                outcome.stored.insert(number)
            } catch let problem as Problem {
                #expect(problem.isOutage, "\(problem)")
                outcome.refused[number] = problem.code
            }
        }
        return outcome
    }

    private func check(_ database: SQLiteDatabase, _ stored: Set<Int>) async throws {
        let found = try await database.read { db in
            (try db.text("PRAGMA integrity_check"), Set(try db.all("SELECT id FROM pages ORDER BY id") { $0.int(0) }))
        }
        #expect(found.0 == "ok")
        #expect(found.1 == stored)
    }
}
