import Foundation
import RapportCore
import RapportStorage
import RapportTestKit
import Synchronization
import Testing

@Suite("a transaction")
struct DatabaseTransactionTests {
    private struct Oops: Error {}

    private final class Counter: Sendable {
        private let state = Mutex(0)

        var count: Int { state.withLock { $0 } }

        @discardableResult
        func next() -> Int {
            state.withLock { count in
                count += 1
                return count
            }
        }
    }

    private static let counters = Migration(
        "counters",
        [
            """
            CREATE TABLE counters (
                id BIGINT NOT NULL PRIMARY KEY,
                value BIGINT NOT NULL
            ) STRICT
            """
        ],
        seed: { try $0.insert(into: "counters", ["id", "value"], [[.integer(1), .integer(0)], [.integer(2), .integer(0)]]) })

    private func with(_ kind: DatabaseKind, _ body: (any Database) async throws -> Void) async throws {
        try await TemporaryDatabase.with(kind, migrations: [Self.counters], body)
    }

    private func values(_ database: any Database) async throws -> [Int64] {
        try await database.read { try $0.all("SELECT value FROM counters ORDER BY id") { $0.integer(0) } }
    }

    @Test("what a body throws reaches the caller, and nothing of it stays", arguments: DatabaseKind.available)
    func rollback(kind: DatabaseKind) async throws {
        try await with(kind) { database async throws in
            await #expect(throws: Oops.self) {
                try await database.write { db throws in
                    try db.run("UPDATE counters SET value = 9")
                    throw Oops()
                }
            }
            #expect(try await values(database) == [0, 0])
            try await database.write { try $0.run("UPDATE counters SET value = 1") }
            #expect(try await values(database) == [1, 1])
        }
    }

    @Test("a failed statement fails its transaction even if the body swallows the error", arguments: DatabaseKind.available)
    func swallowed(kind: DatabaseKind) async throws {
        try await with(kind) { database async throws in
            let problem = await #expect(throws: Problem.self) {
                try await database.write { db throws in
                    try db.run("UPDATE counters SET value = 9")
                    _ = try? db.run("INSERT INTO counters (id, value) VALUES (1, 1)")
                }
            }
            #expect(problem?.code == "database.conflict")
            #expect(try await values(database) == [0, 0])
        }
    }

    @Test("errors have codes that tell them apart", arguments: DatabaseKind.available)
    func codes(kind: DatabaseKind) async throws {
        try await with(kind) { database async throws in
            let bodies: [(String, @Sendable (Connection) throws -> Void)] = [
                ("database.conflict", { try $0.run("INSERT INTO counters (id, value) VALUES (1, 1)") }),
                ("database.constraint", { try $0.run("INSERT INTO counters (id, value) VALUES (3, NULL)") }),
                ("database.failed", { try $0.run("INSERT INTO absent (id) VALUES (1)") }),
            ]
            for (code, body) in bodies {
                let problem = await #expect(throws: Problem.self) { try await database.write(body) }
                #expect(problem?.code == code)
            }
        }
    }

    @Test("a read cannot write", arguments: DatabaseKind.available)
    func readOnly(kind: DatabaseKind) async throws {
        try await with(kind) { database async throws in
            await #expect(throws: Problem.self) { try await database.read { try $0.run("UPDATE counters SET value = 5") } }
            #expect(try await values(database) == [0, 0])
        }
    }

    @Test("a read sees one state from its first statement to its last", arguments: DatabaseKind.available)
    func isolation(kind: DatabaseKind) async throws {
        try await with(kind) { database async throws in
            let (isReading, hasWritten) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            async let seen = database.read { db -> [Int64?] in
                let before = try db.integer("SELECT sum(value) FROM counters")
                isReading.signal()
                hasWritten.wait()
                return [before, try db.integer("SELECT sum(value) FROM counters")]
            }
            await onThread { isReading.wait() }
            try await database.write { try $0.run("UPDATE counters SET value = 5") }
            hasWritten.signal()
            #expect(try await seen == [0, 0])
            #expect(try await values(database) == [5, 5])
        }
    }

    @Test("many writers at once lose no update", arguments: DatabaseKind.available)
    func concurrent(kind: DatabaseKind) async throws {
        try await with(kind) { database async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        _ = try await database.write { try $0.run("UPDATE counters SET value = value + 1 WHERE id = 1") }
                    }
                    group.addTask { _ = try await database.read { try $0.integer("SELECT value FROM counters WHERE id = 1") } }
                }
                try await group.waitForAll()
            }
            #expect(try await values(database) == [100, 0])
        }
    }

    @Test("two connections to one database take turns", arguments: DatabaseKind.available)
    func guests(kind: DatabaseKind) async throws {
        try await TemporaryDatabase.withURL(kind, migrations: [Self.counters]) { url async throws in
            let databases = [try await DatabaseURL(url).open(), try await DatabaseURL(url).open()]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<100 {
                    group.addTask {
                        _ = try await databases[index % 2].write {
                            try $0.run("UPDATE counters SET value = value + 1 WHERE id = 1")
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await values(databases[0]) == [100, 0])
            for database in databases { try await database.close() }
        }
    }

    @Test("a body that met a deadlock runs again, and both writers succeed")
    func deadlock() async throws {
        guard DatabaseKind.available.contains(.postgres) else { return }
        try await with(.postgres) { database async throws in
            let runs = Counter()
            let barrier = [DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for me in 0...1 {
                    group.addTask {
                        let mine = Counter()
                        try await database.write { db throws in
                            runs.next()
                            try db.run("UPDATE counters SET value = value + 1 WHERE id = \(me + 1)")
                            if mine.next() == 1 {
                                // Each holds its first row before either asks for the other's.
                                barrier[me].signal()
                                barrier[1 - me].wait()
                            }
                            try db.run("UPDATE counters SET value = value + 1 WHERE id = \(2 - me)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await values(database) == [2, 2])
            #expect(runs.count > 2)
        }
    }

    @Test("a body whose connection is lost before COMMIT runs again")
    func lostConnection() async throws {
        guard DatabaseKind.available.contains(.postgres) else { return }
        try await with(.postgres) { database async throws in
            let runs = Counter()
            try await database.write { db throws in
                try db.run("UPDATE counters SET value = value + 1 WHERE id = 1")
                if runs.next() == 1 { _ = try db.integer("SELECT pg_terminate_backend(pg_backend_pid())") }
            }
            #expect(runs.count == 2)
            #expect(try await values(database) == [1, 0])
        }
    }

    @Test("a closed database says so", arguments: DatabaseKind.available)
    func closed(kind: DatabaseKind) async throws {
        try await TemporaryDatabase.withURL(kind) { url async throws in
            let database = try await DatabaseURL(url).open()
            try await database.close()
            for _ in 0..<2 {
                let read = await #expect(throws: Problem.self) { try await database.read { try $0.integer("SELECT 1") } }
                #expect(read?.code == "database.closed")
                let write = await #expect(throws: Problem.self) { try await database.write { try $0.run("DELETE FROM held") } }
                #expect(write?.code == "database.closed")
            }
            try await database.close()
        }
    }

    @Test("the database's clock is the one injected", arguments: DatabaseKind.available)
    func clock(kind: DatabaseKind) async throws {
        struct Fixed: WallClock { var now: Timestamp { Timestamp(milliseconds: 123_456) } }
        try await TemporaryDatabase.with(kind, clock: Fixed()) { database async throws in
            #expect(try await database.read { try $0.now() } == Timestamp(milliseconds: 123_456))
        }
        try await TemporaryDatabase.with(kind) { database async throws in
            let before = Int64(Date().timeIntervalSince1970 * 1_000) - 1
            let now = try await database.read { try $0.now() }
            #expect((before...before + 5_000).contains(now.milliseconds))
        }
    }

    private func onThread(_ work: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                work()
                continuation.resume()
            }
        }
    }
}
