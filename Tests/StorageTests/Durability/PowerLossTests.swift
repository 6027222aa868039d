import Foundation
import RapportCore
import RapportStorage
import Testing

@Suite("when the power goes")
struct PowerLossTests {
    /// Five writers at once number their rows, each transaction written while those before are on their way to the disk; the log is moved and begun anew many times meanwhile.
    @Test("what was written is there, whole, whatever the disk had not been told to keep", arguments: [11, 12, 13])
    func powerLoss(seed: UInt64) async throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "power-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        let (disk, base) = try await record(in: root.appending(path: "alive"), seed: seed)
        var random = SplitMix64(seed: seed)
        for round in 0..<24 {
            let moment = Int.random(in: base...disk.count, using: &random)
            let share = [0, 0.5, 0.97, 1][round % 4]
            let image = disk.image(after: moment, base: base, share: share, by: &random)
            let folder = root.appending(path: "\(round)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let path = folder.appending(path: "test.db").path
            try Data(image.database).write(to: URL(fileURLWithPath: path))
            try Data(image.log).write(to: URL(fileURLWithPath: path + "-wal"))
            let database = try SQLiteDatabase(path: path)
            let found = try await database.read { db in
                (
                    try db.text("PRAGMA integrity_check"), try db.integer("SELECT COUNT(*) FROM pages"),
                    try db.integer("SELECT MAX(id) FROM pages"), try db.integer("SELECT last FROM counter")
                )
            }
            try await database.close()
            #expect(found.0 == "ok", "after \(moment) of \(disk.count) acts")
            #expect(found.1 == found.3 && (found.2 ?? 0) == found.3, "whole transactions, none left out")
            #expect(found.3 ?? -1 >= image.acknowledged, "after \(moment) of \(disk.count) acts")
        }
    }

    /// - Returns: the disk, and how many acts it took to make the database.
    private func record(in folder: URL, seed: UInt64) async throws -> (RecordedDisk, Int) {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let disk = RecordedDisk(folder: folder.path)
        defer { disk.stop() }
        let database = try SQLiteDatabase(path: folder.appending(path: "test.db").path, logPages: 200)
        try await database.write { db in
            try db.run("CREATE TABLE pages (id BIGINT NOT NULL PRIMARY KEY, bytes BLOB NOT NULL)")
            try db.run("CREATE TABLE counter (last BIGINT NOT NULL)")
            try db.run("INSERT INTO counter (last) VALUES (0)")
        }
        let base = disk.count
        #expect(base > 0, "the disk is recorded")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<5 {
                group.addTask {
                    var random = SplitMix64(seed: seed &+ UInt64(writer))
                    for _ in 0..<32 {
                        let bytes = [UInt8](
                            repeating: UInt8.random(in: 0...255, using: &random),
                            count: Int.random(in: 1...80_000, using: &random))
                        let number = try await database.write { db in
                            let next = (try db.integer("SELECT last FROM counter") ?? 0) + 1
                            try db.run("INSERT INTO pages (id, bytes) VALUES (\(next), \(bytes))")
                            // A page that each transaction changes, and one that was written long ago.
                            try db.run("UPDATE counter SET last = \(next)")
                            try db.run("UPDATE pages SET bytes = \(bytes) WHERE id = \(next / 2)")
                            return next
                        }
                        disk.acknowledge(number)
                    }
                }
            }
            try await group.waitForAll()
        }
        // A process that is gone closes nothing.
        let acts = disk.count
        try await database.close()
        #expect(acts > base)
        return (disk, base)
    }
}
