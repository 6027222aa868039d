import RapportCore
import RapportStorage
import RapportTestKit
import Testing

@Suite("Inserting many rows")
struct DatabaseInsertTests {
    private static let table = "CREATE TABLE squares (number BIGINT NOT NULL PRIMARY KEY, square BIGINT NOT NULL, said TEXT)"

    private func insert(_ numbers: some Sequence<Int64>, onConflict conflict: String? = nil, in db: Connection) throws -> Int {
        try db.insert(into: "squares", ["number", "square", "said"], numbers, onConflict: conflict) { row, number in
            row.integer(number)
            row.integer(number * number)
            row.text(number % 3 == 0 ? nil : "\(number)²")
        }
    }

    private func sum(in db: Connection) throws -> [Int64] {
        try db.first("SELECT COUNT(*), COALESCE(SUM(square), 0), COUNT(said) FROM squares") {
            [$0.integer(0), $0.integer(1), $0.integer(2)]
        } ?? []
    }

    private func expected(_ numbers: Set<Int64>) -> [Int64] {
        [Int64(numbers.count), numbers.reduce(0) { $0 + $1 * $1 }, Int64(numbers.count { $0 % 3 != 0 })]
    }

    @Test("all arrive, however many they are and however they come", arguments: DatabaseKind.available)
    func arrive(_ kind: DatabaseKind) async throws {
        try await TemporaryDatabase.with(kind) { database async throws in
            try await database.write { db throws in try db.run("\(raw: Self.table)") }
            for count in [0, 1, 31, 32, 33, 64, 100] as [Int64] {
                let numbers = 0..<count
                try await database.write { db throws in
                    #expect(try insert(Array(numbers), in: db) == Int(count))
                    // How many there are of these is known only at their end.
                    #expect(try insert((1000..<1000 + count * 2).lazy.filter { $0 % 2 == 0 }, in: db) == Int(count))
                }
                let known = Set(numbers).union((1000..<1000 + count * 2).filter { $0 % 2 == 0 })
                #expect(try await database.read { db throws in try sum(in: db) } == expected(known))
                try await database.write { db throws in try db.run("DELETE FROM squares") }
            }
        }
    }

    @Test("rows that are there are passed over, and those that come are counted", arguments: DatabaseKind.available)
    func conflicts(_ kind: DatabaseKind) async throws {
        try await TemporaryDatabase.with(kind) { database async throws in
            try await database.write { db throws in
                try db.run("\(raw: Self.table)")
                _ = try insert([3, 40, 41, 90] as [Int64], in: db)
                #expect(try insert(Array(0..<100 as Range<Int64>), onConflict: "DO NOTHING", in: db) == 96)
                #expect(try sum(in: db) == expected(Set(0..<100)))
            }
        }
    }

    @Test("a row whose key exists fails, and nothing of its transaction stays", arguments: DatabaseKind.available)
    func fails(_ kind: DatabaseKind) async throws {
        try await TemporaryDatabase.with(kind) { database async throws in
            try await database.write { db throws in
                try db.run("\(raw: Self.table)")
                _ = try insert([50] as [Int64], in: db)
            }
            for count in [60, 96, 200] as [Int64] {
                let problem = await #expect(throws: Problem.self) {
                    try await database.write { db throws in
                        try db.run("INSERT INTO squares (number, square) VALUES (1000, 0)")
                        // Whoever passes over the error gets no further.
                        do { _ = try insert(Array(0..<count), in: db) } catch {}
                        try db.run("INSERT INTO squares (number, square) VALUES (1001, 0)")
                    }
                }
                #expect(problem?.code == "database.conflict")
                #expect(try await database.read { db throws in try sum(in: db) } == expected([50]))
            }
        }
    }

    @Test("texts and bytes of every length arrive as they were, many rows at once", arguments: DatabaseKind.available)
    func lengths(_ kind: DatabaseKind) async throws {
        // Some fill what the writer keeps for the rows of a statement, some do not fit at all, and some are empty.
        let lengths = [0, 1, 40, 3_000, 0, 65_535, 65_536, 65_537, 200_000, 7, 1_000] + (0..<90).map { $0 * 37 % 4_099 }
        @Sendable func text(_ number: Int) -> String {
            String(repeating: number % 2 == 0 ? "é" : "x", count: lengths[number] / (number % 2 + 1)) + "\(number)"
        }
        @Sendable func bytes(_ number: Int) -> [UInt8] {
            (0..<lengths[lengths.count - 1 - number]).map { UInt8(truncatingIfNeeded: $0 * 7 + number) }
        }
        try await TemporaryDatabase.with(kind) { database async throws in
            try await database.write { db throws in
                let type = db.dialect == .sqlite ? "BLOB" : "BYTEA"
                try db.run("CREATE TABLE long (id BIGINT NOT NULL PRIMARY KEY, said TEXT NOT NULL, kept \(raw: type) NOT NULL)")
                try db.insert(into: "long", ["id", "said", "kept"], lengths.indices) { row, number in
                    row.int(number)
                    row.text(text(number))
                    row.bytes(bytes(number))
                }
                var seen = 0
                try db.each("SELECT id, said, kept FROM long ORDER BY id") { row in
                    #expect(row.int(0) == seen)
                    #expect(row.text(1) == text(seen))
                    #expect(row.bytes(2) == bytes(seen))
                    seen += 1
                }
                #expect(seen == lengths.count)
            }
        }
    }
}
