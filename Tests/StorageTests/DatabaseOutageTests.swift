import RapportCore
import RapportStorage
import RapportTestKit
import Testing

/// A database that takes no connections, as one whose server is away or full: PostgreSQL alone.
@Suite("a PostgreSQL that is away", .enabled(if: DatabaseKind.available.contains(.postgres)))
struct DatabaseOutageTests {
    @Test("is waited for, then told of at once, and used again as soon as it answers")
    func away() async throws {
        try await with(patience: .milliseconds(600)) { database, server, name in
            try await database.write { try $0.run("INSERT INTO rows (id) VALUES (1)") }
            try await Self.shut(name, on: server)
            let began = ContinuousClock.now
            let missed = await code { try await database.write { try $0.run("INSERT INTO rows (id) VALUES (2)") } }
            #expect(missed == "database.unreachable")
            #expect(ContinuousClock.now - began > .milliseconds(500), "it is given some time")
            let next = ContinuousClock.now
            for _ in 0..<4 {
                let missed = await code { try await database.read { try $0.integer("SELECT COUNT(*) FROM rows") } }
                #expect(missed == "database.unreachable")
            }
            #expect(ContinuousClock.now - next < .milliseconds(500), "nobody waits any more")
            try await Self.open(name, on: server)
            try await database.write { try $0.run("INSERT INTO rows (id) VALUES (3)") }
            // Missed anew, it is given time anew.
            try await Self.shut(name, on: server)
            async let written = database.write { try $0.run("INSERT INTO rows (id) VALUES (4)") }
            try await Task.sleep(for: .milliseconds(200))
            try await Self.open(name, on: server)
            _ = try await written
            let rows = try await database.read { db in try db.all("SELECT id FROM rows ORDER BY id") { $0.int(0) } }
            #expect(rows == [1, 3, 4])
        }
    }

    @Test("where no more connections are to be had, those that there are serve all")
    func crowded() async throws {
        try await with(patience: .milliseconds(100)) { database, server, name in
            try await database.write { try $0.run("INSERT INTO rows (id) VALUES (0)") }
            try await server.write { try $0.run("ALTER DATABASE \(raw: name) ALLOW_CONNECTIONS false") }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...12 {
                    group.addTask {
                        try await database.write { db in
                            try db.run("INSERT INTO rows (id) VALUES (\(number))")
                            _ = try db.all("SELECT 1 FROM pg_sleep(0.02)") { $0.int(0) }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let count = try await database.read { db in try db.integer("SELECT COUNT(*) FROM rows") }
            #expect(count == 13)
            try await Self.open(name, on: server)
        }
    }

    @Test("a server that may only be read says so, and is asked anew whether it may be written")
    func readOnly() async throws {
        try await with(patience: .milliseconds(100)) { database, server, name in
            // What a standby is like from within: the transaction turns read-only.
            let refusal = await code {
                try await database.write { db in
                    try db.run("SET TRANSACTION READ ONLY")
                    try db.run("INSERT INTO rows (id) VALUES (1)")
                }
            }
            #expect(refusal == "database.read_only")
            try await database.write { try $0.run("INSERT INTO rows (id) VALUES (2)") }
        }
    }

    private func code<Result>(_ body: () async throws -> Result) async -> String? {
        do { _ = try await body() } catch { return (error as? Problem)?.code ?? "\(error)" }
        return nil
    }

    private static func shut(_ name: String, on server: any Database) async throws {
        try await server.write { try $0.run("ALTER DATABASE \(raw: name) ALLOW_CONNECTIONS false") }
        _ = try await server.read { db in
            try db.all("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = \(name)") { $0.bool(0) }
        }
    }

    private static func open(_ name: String, on server: any Database) async throws {
        try await server.write { try $0.run("ALTER DATABASE \(raw: name) ALLOW_CONNECTIONS true") }
    }

    /// - Parameter body: is given the database, another of the same server, and the name of the first.
    private func with(
        patience: Duration, _ body: (PostgresDatabase, PostgresDatabase, String) async throws -> Void
    ) async throws {
        try await TemporaryDatabase.withURL(.postgres, migrations: []) { url in
            try await TemporaryDatabase.withURL(.postgres, migrations: []) { other in
                let server = try await PostgresDatabase(uri: other)
                let database = try await PostgresDatabase(uri: url, patience: patience)
                try await database.write { try $0.run("CREATE TABLE rows (id BIGINT NOT NULL PRIMARY KEY)") }
                let name = try #require(try await database.read { db in try db.text("SELECT current_database()::text") })
                try await body(database, server, name)
                try await database.close()
                try await server.close()
            }
        }
    }
}
