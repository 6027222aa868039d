import Foundation
import RapportCore
import RapportTestKit
import Testing

@testable import RapportStorage

@Suite("a backup")
struct BackupTests {
    private static let extra = Migration(
        "0900-extra",
        [
            """
            CREATE TABLE extra (
                id IDENTITY,
                word TEXT,
                data BYTES
            ) STRICT
            """
        ])
    private static let migrations = Migration.storage + [extra]
    private static let rows: [[SQLValue]] = [
        [.integer(1), .text("é 🎈 \"quoted\"\n\u{1}\\"), .bytes([0, 255, 10])], [.integer(7), .null, .null],
        [.integer(Int64.max - 1), .text(""), .bytes([])],
    ]

    private struct Flow: CustomTestStringConvertible {
        var from: DatabaseKind
        var to: DatabaseKind
        var testDescription: String { "\(from) → \(to)" }

        static let all = DatabaseKind.available.flatMap { from in DatabaseKind.available.map { Flow(from: from, to: $0) } }
    }

    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rapport-backup-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder.path)
    }

    private func fill(_ database: any Database) async throws {
        try await database.write { db in
            try db.insert(into: "extra", ["id", "word", "data"], Self.rows)
            try db.insert(into: "words", ["word", "person"], (0..<6_000).map { [.text("w\($0)"), .integer($0)] })
            // As declaring a field does.
            try db.run("\(raw: Migration.translate("ALTER TABLE golden ADD COLUMN f999 TEXT", for: db.dialect))")
            try db.insert(into: "golden", ["person", "f999"], [[.integer(1), .text("anna")]])
        }
    }

    private func read(_ database: any Database) async throws -> [[SQLValue]] {
        try await database.read { db in
            try db.all("SELECT id, word, data FROM extra ORDER BY id") { row in
                [.integer(row.integer(0)), .text(row.textOrNil(1)), row.bytesOrNil(2).map { SQLValue.bytes($0) } ?? .null]
            }
        }
    }

    private func restore(
        _ file: String, into database: any Database, journal: Journal? = nil, _ replayers: [any JournalReplayer] = []
    )
        async throws -> Restore.Summary
    {
        try await Restore(migrations: Self.migrations, journal: journal, replayers: replayers).run(file, into: database)
    }

    @Test("restored, it gives the same rows on either database, and goes on numbering", arguments: Flow.all)
    private func roundTrip(flow: Flow) async throws {
        try await withFolder { folder async throws in
            let file = folder + "/backup.gz"
            let (summary, id) = try await TemporaryDatabase.with(flow.from, migrations: Self.migrations) { database in
                try await fill(database)
                let id = try await database.read { try $0.text("SELECT value FROM settings WHERE name = 'database_id'") }
                return (try await Backup.write(database, to: file), id)
            }
            try await TemporaryDatabase.with(flow.to, migrations: []) { database async throws in
                let restored = try await restore(file, into: database)
                #expect(restored.rows == summary.rows)
                #expect(restored.tables == summary.tables)
                #expect(try await read(database) == Self.rows)
                let (words, golden, newID, next) = try await database.write { db in
                    (
                        try db.integer("SELECT count(*) FROM words"), try db.text("SELECT f999 FROM golden WHERE person = 1"),
                        try db.text("SELECT value FROM settings WHERE name = 'database_id'"),
                        try db.integer("INSERT INTO extra (word) VALUES ('next') RETURNING id")
                    )
                }
                #expect(words == 6_000)
                #expect(golden == "anna")
                #expect(newID == id)
                #expect(next == Int64.max)
            }
        }
    }

    @Test("it holds one state although writing goes on", arguments: DatabaseKind.available)
    func consistent(kind: DatabaseKind) async throws {
        try await withFolder { folder async throws in
            try await TemporaryDatabase.with(kind, migrations: Self.migrations) { database async throws in
                // Both tables grow in every transaction, so that any one state has them equal.
                let writing = Task {
                    var number: Int64 = 1
                    while !Task.isCancelled {
                        let value = number
                        try await database.write { db in
                            try db.run("INSERT INTO extra (word) VALUES (\(value))")
                            try db.run("INSERT INTO words (word, person) VALUES ('x', \(value))")
                        }
                        number += 1
                    }
                }
                while try await database.read({ db in try db.integer("SELECT count(*) FROM extra") ?? 0 }) == 0 {
                    try await Task.sleep(for: .milliseconds(5))
                }
                _ = try await Backup.write(database, to: folder + "/backup.gz")
                writing.cancel()
                try await writing.value
            }
            try await TemporaryDatabase.with(kind, migrations: []) { database async throws in
                _ = try await restore(folder + "/backup.gz", into: database)
                let counts = try await database.read { db in
                    [try db.integer("SELECT count(*) FROM extra"), try db.integer("SELECT count(*) FROM words")]
                }
                #expect(counts[0] == counts[1])
                #expect(counts[0] ?? 0 > 0)
            }
        }
    }

    @Test("an older backup is brought up to date", arguments: DatabaseKind.available)
    func older(kind: DatabaseKind) async throws {
        try await withFolder { folder async throws in
            try await TemporaryDatabase.with(kind) { database async throws in
                _ = try await Backup.write(database, to: folder + "/backup.gz")
            }
            try await TemporaryDatabase.with(kind, migrations: []) { database async throws in
                _ = try await restore(folder + "/backup.gz", into: database)
                #expect(try await read(database) == [])
                try await Migrator(migrations: Self.migrations).check(database)
            }
        }
    }

    @Test("one that is cut short, of a newer version, or no backup is refused, and the database stays locked")
    func refused() async throws {
        try await withFolder { folder async throws in
            let file = folder + "/backup.gz"
            try await TemporaryDatabase.sqlite(migrations: Self.migrations) { database async throws in
                try await fill(database)
                _ = try await Backup.write(database, to: file)
            }
            let whole = try Data(contentsOf: URL(fileURLWithPath: file))
            try whole.prefix(whole.count * 3 / 4).write(to: URL(fileURLWithPath: file + ".cut"))
            try Data("hello\n".utf8).write(to: URL(fileURLWithPath: file + ".text"))
            try await TemporaryDatabase.sqlite(migrations: []) { database async throws in
                let text = await #expect(throws: Problem.self) { try await restore(file + ".text", into: database) }
                #expect(text?.code == "backup.unreadable")
                let newer = await #expect(throws: Problem.self) {
                    try await Restore(migrations: Migration.storage, journal: nil, replayers: []).run(file, into: database)
                }
                #expect(newer?.code == "backup.newer")
                let cut = await #expect(throws: Problem.self) { try await restore(file + ".cut", into: database) }
                #expect(cut?.code == "backup.damaged")
                #expect(cut?.reason.hasSuffix("the database holds only a part of the backup, and is locked") == true)
                #expect(try await database.read { db throws in try DatabaseLock.isLocked(db, machine: "a") })
            }
        }
    }

    @Test(
        "a restore that stopped half-way says so, cannot be unlocked, and starts over when run again",
        arguments: DatabaseKind.available)
    func repeatable(kind: DatabaseKind) async throws {
        try await withFolder { folder async throws in
            let file = folder + "/backup.gz"
            try await TemporaryDatabase.with(kind, migrations: Self.migrations) { database async throws in
                try await fill(database)
                _ = try await Backup.write(database, to: file)
            }
            let whole = try Data(contentsOf: URL(fileURLWithPath: file))
            for share in [2, 5, 9] {
                try whole.prefix(whole.count * share / 10).write(to: URL(fileURLWithPath: file + ".cut"))
                try await TemporaryDatabase.with(kind, migrations: []) { database async throws in
                    await #expect(throws: Problem.self) { try await restore(file + ".cut", into: database) }
                    let opened = await #expect(throws: Problem.self) {
                        try await database.read { db in try DatabaseLock.refuseUnfinishedRestore(db) }
                    }
                    #expect(opened?.code == "database.unfinished_restore")
                    let unlocked = await #expect(throws: Problem.self) {
                        try await database.write { try DatabaseLock.unlock($0, named: "shop", machine: "shop") }
                    }
                    #expect(unlocked?.code == "database.unfinished_restore")
                    // Again and again, until the whole file is there.
                    await #expect(throws: Problem.self) { try await restore(file + ".cut", into: database) }
                    _ = try await restore(file, into: database)
                    #expect(try await read(database) == Self.rows)
                    try await Migrator(migrations: Self.migrations).check(database)
                    try await database.read { db in try DatabaseLock.refuseUnfinishedRestore(db) }
                    let used = await #expect(throws: Problem.self) { try await restore(file, into: database) }
                    #expect(used?.code == "restore.not_empty")
                }
            }
        }
    }

    @Test("a database that dies at any write of a restore can be restored into again", arguments: DatabaseKind.available)
    func diesAnywhere(kind: DatabaseKind) async throws {
        try await withFolder { folder async throws in
            let file = folder + "/backup.gz"
            try await TemporaryDatabase.with(kind, migrations: Self.migrations) { database async throws in
                try await fill(database)
                _ = try await Backup.write(database, to: file)
            }
            for statement in [1, 3, 12, 40, 70, 100] {
                try await TemporaryDatabase.with(kind, migrations: []) { database async throws in
                    let faulty = FaultyDatabase(database)
                    faulty.failOnce(.atStatement(statement))
                    await #expect(throws: (any Error).self) { try await restore(file, into: faulty) }
                    _ = try await restore(file, into: database)
                    #expect(try await read(database) == Self.rows)
                }
            }
        }
    }

    @Test("a database that was only migrated is as good as new; one that is used is refused", arguments: DatabaseKind.available)
    func emptyEnough(kind: DatabaseKind) async throws {
        try await withFolder { folder async throws in
            let file = folder + "/backup.gz"
            try await TemporaryDatabase.with(kind, migrations: Self.migrations) { database async throws in
                try await fill(database)
                _ = try await Backup.write(database, to: file)
            }
            try await TemporaryDatabase.with(kind, migrations: Self.migrations) { database async throws in
                _ = try await restore(file, into: database)
                #expect(try await read(database) == Self.rows)
            }
            try await TemporaryDatabase.with(kind, migrations: Self.migrations) { database async throws in
                try await database.write { try DatabaseLock.settle($0, machine: "shop") }
                let used = await #expect(throws: Problem.self) { try await restore(file, into: database) }
                #expect(used?.code == "restore.not_empty")
            }
        }
    }

    @Test("a restored database is locked until this machine is named", arguments: DatabaseKind.available)
    func locked(kind: DatabaseKind) async throws {
        try await withFolder { folder async throws in
            try await TemporaryDatabase.with(kind, migrations: Self.migrations) { database async throws in
                try await database.write { try DatabaseLock.settle($0, machine: "shop") }
                #expect(try await database.read { try DatabaseLock.reason($0, machine: "shop") } == nil)
                _ = try await Backup.write(database, to: folder + "/backup.gz")
            }
            try await TemporaryDatabase.with(kind, migrations: []) { database async throws in
                _ = try await restore(folder + "/backup.gz", into: database)
                try await database.write { try DatabaseLock.settle($0, machine: "shop") }
                let reason = try await database.read { try DatabaseLock.reason($0, machine: "shop") }
                #expect(reason?.contains("restored from a backup of") == true)
                let problem = await #expect(throws: Problem.self) {
                    try await database.write { try DatabaseLock.unlock($0, named: "other", machine: "shop") }
                }
                #expect(problem?.code == "unlock.other_machine")
                try await database.write { try DatabaseLock.unlock($0, named: "shop", machine: "shop") }
                #expect(try await database.read { try DatabaseLock.reason($0, machine: "shop") } == nil)
            }
        }
    }

    @Test("a file copied to another machine is locked there")
    func copied() async throws {
        try await TemporaryDatabase.sqlite { database async throws in
            try await database.write { try DatabaseLock.settle($0, machine: "shop") }
            try await database.write { try DatabaseLock.settle($0, machine: "laptop") }
            let here = try await database.read { try DatabaseLock.reason($0, machine: "shop") }
            let there = try await database.read { try DatabaseLock.reason($0, machine: "laptop") }
            #expect(here == nil)
            #expect(there?.contains("shop") == true)
        }
    }

    // MARK: - Journal

    private struct Recorder: JournalReplayer {
        func replay(_ entry: JournalEntry, in db: Connection) throws -> Bool {
            let name = "replayed \(entry.kind.rawValue) \(entry.topic ?? "-") \(entry.identifiers.first?.hash.prefix(8) ?? "")"
            let sql: SQL =
                "INSERT INTO settings (name, value) VALUES (\(name), \(entry.at.rfc3339)) ON CONFLICT (name) DO NOTHING"
            return try db.run(sql) > 0
        }
    }

    private func entry(_ kind: JournalEntry.Kind, _ address: String, topic: String? = nil) -> JournalEntry {
        var generator = SplitMix64(seed: 1)
        let at = Timestamp(milliseconds: 1_790_000_000_123)
        return JournalEntry(
            kind, at: at, person: PublicID(at: at, using: &generator),
            identifiers: [HashedIdentifier(Identifier(kind: "email", value: address))], topic: topic, channel: "email",
            evidence: "page")
    }

    @Test("what people wished after the backup is applied again by the restore", arguments: DatabaseKind.available)
    func journal(kind: DatabaseKind) async throws {
        try await withFolder { folder async throws in
            let journal = Journal(path: folder + "/rapport.journal.jsonl")
            try await TemporaryDatabase.with(kind, migrations: Self.migrations) { database async throws in
                _ = try await Backup.write(database, to: folder + "/backup.gz")
            }
            try await journal.append([entry(.optOut, "a@example.org", topic: "news"), entry(.erasure, "b@example.org")])
            try await journal.append([entry(.optOut, "a@example.org", topic: "news")])
            try await TemporaryDatabase.with(kind, migrations: []) { database async throws in
                let summary = try await restore(folder + "/backup.gz", into: database, journal: journal, [Recorder()])
                #expect(summary.journalled == 3)
                #expect(summary.replayed == 2)
                let count = try await database.read {
                    try $0.integer("SELECT count(*) FROM settings WHERE substr(name, 1, 8) = 'replayed'")
                }
                #expect(count == 2)
            }
        }
    }

    @Test("a journal reads what was written, holds no address, and survives a line that a crash cut")
    func journalFile() async throws {
        try await withFolder { folder async throws in
            let journal = Journal(path: folder + "/journal.jsonl")
            #expect(try await journal.entries().entries == [])
            let entries = [entry(.optOut, "a@example.org", topic: "news"), entry(.objection, "b@example.org")]
            try await journal.append([entries[0]])
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: journal.path))
            try file.seekToEnd()
            try file.write(contentsOf: Data("{\"kind\":\"opt_o".utf8))
            try file.close()
            try await journal.append([entries[1]])
            let (read, unreadable) = try await journal.entries()
            #expect(read == entries)
            #expect(unreadable == [2])
            let text = try String(contentsOfFile: journal.path, encoding: .utf8)
            #expect(!text.contains("example.org"))
        }
    }

    @Test("many writers to one journal lose nothing")
    func journalWriters() async throws {
        try await withFolder { folder async throws in
            let path = folder + "/journal.jsonl"
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<40 {
                    let entry = entry(.optOut, "p\(number)@example.org")
                    group.addTask { try await Journal(path: path).append([entry]) }
                }
                try await group.waitForAll()
            }
            let (entries, unreadable) = try await Journal(path: path).entries()
            #expect(Set(entries).count == 40)
            #expect(unreadable.isEmpty)
        }
    }

    @Test("a journal that cannot be written refuses the wish rather than forget it")
    func journalUnwritable() async throws {
        let problem = await #expect(throws: Problem.self) {
            try await Journal(path: "/nowhere/journal.jsonl").append([entry(.optOut, "a@example.org")])
        }
        #expect(problem?.code == "journal.unwritable")
    }

    @Test("an older backup is replaced; a database, another file, a folder or a device of that name stays as it is")
    func replacing() async throws {
        try await withFolder { folder async throws in
            try await TemporaryDatabase.with(.sqlite, migrations: Self.migrations) { database async throws in
                _ = try await Backup.write(database, to: folder + "/backup.gz")
                let again = try await Backup.write(database, to: folder + "/backup.gz")
                #expect(again.rows > 0)
                let other = try SQLiteDatabase(path: folder + "/other.db")
                try await other.write { db in try db.run("CREATE TABLE kept (id INTEGER NOT NULL) STRICT") }
                try await other.close()
                try Data("mine".utf8).write(to: URL(filePath: folder + "/notes.txt"))
                func kept() throws -> [Data] {
                    try ["/other.db", "/notes.txt"].map { try Data(contentsOf: URL(filePath: folder + $0)) }
                }
                let before = try kept()
                for path in [folder + "/other.db", folder + "/notes.txt", folder, "/dev/null"] {
                    let problem = await #expect(throws: Problem.self) { try await Backup.write(database, to: path) }
                    #expect(problem?.code == "backup.not_written")
                }
                #expect(try kept() == before)
            }
        }
    }

    @Test("two at once into one file: one is written, the other is refused")
    func twoAtOnce() async throws {
        try await withFolder { folder async throws in
            try await TemporaryDatabase.with(.sqlite, migrations: Self.migrations) { database async throws in
                try await fill(database)
                let first = try GzipWriter(path: folder + "/backup.gz")
                try first.line { $0 += Array("{}".utf8) }
                let problem = await #expect(throws: Problem.self) { try await Backup.write(database, to: folder + "/backup.gz") }
                #expect(problem?.code == "backup.not_written")
                #expect(try first.finish() > 0)
            }
        }
    }
}
