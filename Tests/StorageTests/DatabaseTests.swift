import RapportCore
import RapportStorage
import RapportTestKit
import Testing

@Suite("a database")
struct DatabaseTests {
    private static let things = Migration(
        "things",
        [
            """
            CREATE TABLE things (
                id IDENTITY,
                number BIGINT,
                word TEXT,
                data BYTES
            ) STRICT
            """,
            """
            CREATE TABLE pairs (
                word TEXT NOT NULL,
                number BIGINT NOT NULL,
                PRIMARY KEY (word, number)
            ) STRICT, WITHOUT ROWID
            """,
        ])

    private func with(_ kind: DatabaseKind, _ body: (any Database) async throws -> Void) async throws {
        try await TemporaryDatabase.with(kind, migrations: [Self.things], body)
    }

    @Test("a new database has its partitions, cursors and settings", arguments: DatabaseKind.available)
    func seeded(kind: DatabaseKind) async throws {
        try await TemporaryDatabase.with(kind) { database async throws in
            try await database.read { db throws in
                #expect(try db.integer("SELECT count(*) FROM partitions") == 64)
                #expect(try db.integer("SELECT count(*) FROM cursors WHERE position = 0") == 64)
                let id = try db.text("SELECT value FROM settings WHERE name = 'database_id'")
                #expect(id.flatMap { PublicID($0) } != nil)
                #expect(try db.text("SELECT value FROM settings WHERE name = 'created_at'") != nil)
            }
        }
    }

    @Test("values of every type come back as they were bound", arguments: DatabaseKind.available)
    func types(kind: DatabaseKind) async throws {
        try await with(kind) { database async throws in
            let numbers: [Int64?] = [nil, 0, -1, .max, .min, 42]
            let words: [String?] = [nil, "", "é", "e\u{301}", "日本語 🎈", "it's \"quoted\" \\ \n\t"]
            let data: [[UInt8]?] = [nil, [], [0], Array(0...255), [0xFF, 0xFE], [0x5C, 0x78, 0x30]]
            try await database.write { db throws in
                for index in numbers.indices {
                    try db.run(
                        "INSERT INTO things (number, word, data) VALUES (\(numbers[index]), \(words[index]), \(data[index]))")
                }
            }
            let rows = try await database.read { db throws in
                try db.all("SELECT number, word, data FROM things ORDER BY id") {
                    ($0.integerOrNil(0), $0.textOrNil(1).map { Array($0.utf8) }, $0.bytesOrNil(2))
                }
            }
            #expect(rows.map(\.0) == numbers)
            #expect(rows.map(\.1) == words.map { $0.map { Array($0.utf8) } })
            #expect(rows.map(\.2) == data)
        }
    }

    @Test("counts, sums and comparisons read as integers", arguments: DatabaseKind.available)
    func expressions(kind: DatabaseKind) async throws {
        try await with(kind) { database async throws in
            try await database.write { db throws in
                try db.insert(
                    into: "things", ["number"], [10_000_000_000, 20_000, -7].map { [SQLValue.integer($0)] })
            }
            try await database.read { db throws in
                #expect(try db.integer("SELECT sum(number) FROM things") == 10_000_019_993)
                #expect(try db.integer("SELECT sum(number) FROM things WHERE number < 0") == -7)
                #expect(try db.integer("SELECT sum(number) FROM things WHERE number = 20000") == 20_000)
                #expect(try db.integer("SELECT sum(number) FROM things WHERE number = 5") == nil)
                #expect(try db.integer("SELECT count(*) FROM things WHERE number > \(0)") == 2)
                #expect(try db.integer("SELECT 1") == 1)
                #expect(try db.integer("SELECT max(number) FROM things") == 10_000_000_000)
                #expect(try db.integer("SELECT CASE WHEN \(3) > 2 THEN 1 ELSE 0 END") == 1)
            }
        }
    }

    @Test("a list is one parameter, also an empty one and one with odd texts", arguments: DatabaseKind.available)
    func lists(kind: DatabaseKind) async throws {
        try await with(kind) { database async throws in
            let words = ["a", "", "quote'\"\\", "é", "{x,y}", "NULL"]
            try await database.write { db throws in
                try db.insert(into: "pairs", ["word", "number"], words.map { [.text($0), .integer(1)] })
                try db.insert(into: "things", ["id"], (1...5000).map { [SQLValue.integer($0)] })
            }
            try await database.read { db throws in
                #expect(try db.integer("SELECT count(*) FROM pairs WHERE word IN \(list: words + ["absent"])") == 6)
                #expect(try db.integer("SELECT count(*) FROM pairs WHERE word IN \(list: [String]())") == 0)
                #expect(try db.integer("SELECT count(*) FROM things WHERE id IN \(list: Array(1...4000))") == 4000)
                #expect(try db.integer("SELECT count(*) FROM things WHERE id IN \(list: [Int64]())") == 0)
            }
        }
    }

    @Test("text is ordered by its bytes, on every database alike", arguments: DatabaseKind.available)
    func order(kind: DatabaseKind) async throws {
        try await with(kind) { database async throws in
            let words = ["b", "B", "a", "Z", "é", "e\u{301}", "z", "", "a b", "a-b", "ab", "ÿ", "日", "🎈", "_", "1", "10", "2"]
            let expected = words.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
            try await database.write { db throws in
                try db.insert(into: "pairs", ["word", "number"], words.map { [.text($0), .integer(1)] })
            }
            try await database.read { db throws in
                #expect(try db.all("SELECT word FROM pairs ORDER BY word, number") { $0.text(0) } == expected)
                let from = try db.all("SELECT word FROM pairs WHERE word >= \("a") AND word < \("b") ORDER BY word") {
                    $0.text(0)
                }
                #expect(from == ["a", "a b", "a-b", "ab"])
            }
        }
    }

    @Test("U+0000 in a text is refused, wherever it is bound", arguments: DatabaseKind.available)
    func nul(kind: DatabaseKind) async throws {
        try await with(kind) { database async throws in
            let bodies: [@Sendable (Connection) throws -> Void] = [
                { try $0.run("INSERT INTO things (word) VALUES (\("a\u{0}b"))") },
                { try $0.insert(into: "things", ["word"], [[.text("\u{0}")]]) },
                { _ = try $0.integer("SELECT count(*) FROM things WHERE word IN \(list: ["a", "\u{0}"])") },
            ]
            for body in bodies {
                let problem = await #expect(throws: Problem.self) { try await database.write(body) }
                #expect(problem?.code == "database.text_nul")
            }
            #expect(try await database.read { try $0.integer("SELECT count(*) FROM things") } == 0)
        }
    }

    @Test("ten thousand rows go in at once, in order, passing over keys that exist", arguments: DatabaseKind.available)
    func bulk(kind: DatabaseKind) async throws {
        try await with(kind) { database async throws in
            let rows = (0..<25_000).map { [SQLValue.text("w\($0 % 12_500)"), .integer(7)] }
            let (first, again) = try await database.write { db throws in
                (
                    try db.insert(into: "pairs", ["word", "number"], rows, ignoringConflicts: true),
                    try db.insert(into: "pairs", ["word", "number"], rows, ignoringConflicts: true)
                )
            }
            #expect(first == 12_500)
            #expect(again == 0)
            let mixed: [[SQLValue]] = (0..<10_000).map {
                [$0 % 3 == 0 ? .null : .integer(Int64($0)), .text("é\($0)"), .bytes([UInt8($0 % 256)])]
            }
            try await database.write { try $0.insert(into: "things", ["number", "word", "data"], mixed) }
            let back = try await database.read { db throws in
                try db.all("SELECT number, word, data FROM things ORDER BY id") { row -> [SQLValue] in
                    [.integer(row.integerOrNil(0)), .text(row.text(1)), .bytes(row.bytes(2))]
                }
            }
            #expect(back == mixed)
        }
    }

    @Test("inserting nothing, and columns that are NULL in every row, work", arguments: DatabaseKind.available)
    func sparse(kind: DatabaseKind) async throws {
        try await with(kind) { database async throws in
            try await database.write { db throws in
                #expect(try db.insert(into: "things", ["number"], []) == 0)
                #expect(try db.insert(into: "things", ["number", "word"], [[.null, .text("a")], [.null, .null]]) == 2)
                #expect(try db.insert(into: "things", ["number", "word"], [[.null, .null]]) == 1)
                #expect(try db.integer("SELECT count(*) FROM things WHERE number IS NULL") == 3)
            }
        }
    }

    @Test("run tells how many rows changed", arguments: DatabaseKind.available)
    func changes(kind: DatabaseKind) async throws {
        try await with(kind) { database async throws in
            try await database.write { db throws in
                #expect(try db.run("INSERT INTO pairs (word, number) VALUES ('a', 1), ('b', 2)") == 2)
                #expect(try db.run("UPDATE pairs SET number = number + 1 WHERE word = 'absent'") == 0)
                #expect(try db.run("UPDATE pairs SET number = number + 1") == 2)
                #expect(try db.run("SELECT 1") == 0)
                let sql: SQL = "INSERT INTO pairs (word, number) VALUES ('a', 2) ON CONFLICT (word, number) DO NOTHING"
                #expect(try db.run(sql) == 0)
                #expect(try db.run("DELETE FROM pairs") == 2)
                #expect(try db.all("INSERT INTO things (word) VALUES ('x') RETURNING id") { $0.integer(0) }.count == 1)
            }
        }
    }

    @Test("a statement may run again inside its own loop", arguments: DatabaseKind.available)
    func nested(kind: DatabaseKind) async throws {
        try await with(kind) { database async throws in
            try await database.write { db throws in
                try db.insert(into: "things", ["id"], (1...3).map { [.integer($0)] })
                var seen: [Int64] = []
                try db.each("SELECT id FROM things WHERE id > \(0) ORDER BY id") { outer in
                    try db.each("SELECT id FROM things WHERE id > \(outer.integer(0)) ORDER BY id") { seen.append($0.integer(0)) }
                    seen.append(outer.integer(0) * 10)
                }
                #expect(seen == [2, 3, 10, 3, 20, 30])
            }
        }
    }
}
