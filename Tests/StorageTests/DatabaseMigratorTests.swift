import Foundation
import RapportCore
import RapportStorage
import RapportTestKit
import Testing

@Suite("migrations")
struct DatabaseMigratorTests {
    private static let first = Migration(
        "0001-first", ["CREATE TABLE first (id BIGINT NOT NULL PRIMARY KEY) STRICT"],
        seed: { try $0.insert(into: "first", ["id"], [[.integer(1)]]) })
    private static let second = Migration("0002-second", ["ALTER TABLE first ADD COLUMN name TEXT"])
    private static let broken = Migration(
        "0003-broken", ["CREATE TABLE third (id BIGINT NOT NULL PRIMARY KEY) STRICT", "ALTER TABLE absent ADD COLUMN a TEXT"])

    private func with(_ kind: DatabaseKind, _ body: (any Database) async throws -> Void) async throws {
        try await TemporaryDatabase.with(kind, migrations: [], body)
    }

    @Test("they are applied once, in the order of their names", arguments: DatabaseKind.available)
    func once(kind: DatabaseKind) async throws {
        try await with(kind) { database async throws in
            let migrator = Migrator(migrations: [Self.second, Self.first])
            #expect(try await migrator.migrate(database) == ["0001-first", "0002-second"])
            #expect(try await migrator.migrate(database) == [])
            try await migrator.check(database)
            let rows = try await database.read { try $0.integer("SELECT count(*) FROM first WHERE name IS NULL") }
            #expect(rows == 1)
        }
    }

    @Test("a plan tells what is pending and changes nothing", arguments: DatabaseKind.available)
    func plan(kind: DatabaseKind) async throws {
        try await with(kind) { database async throws in
            let migrator = Migrator(migrations: [Self.first, Self.second])
            #expect(try await migrator.plan(for: database).pending.map(\.name) == ["0001-first", "0002-second"])
            #expect(try await migrator.plan(for: database).applied == [])
            try await Migrator(migrations: [Self.first]).migrate(database)
            let plan = try await migrator.plan(for: database)
            #expect(plan.applied == ["0001-first"])
            #expect(plan.pending.map(\.name) == ["0002-second"])
            let problem = await #expect(throws: Problem.self) { try await migrator.check(database) }
            #expect(problem?.code == "database.outdated")
        }
    }

    @Test("one that fails leaves nothing of itself", arguments: DatabaseKind.available)
    func broken(kind: DatabaseKind) async throws {
        try await with(kind) { database async throws in
            let migrator = Migrator(migrations: [Self.first, Self.broken])
            await #expect(throws: Problem.self) { try await migrator.migrate(database) }
            #expect(try await migrator.plan(for: database).applied == ["0001-first"])
            await #expect(throws: Problem.self) { try await database.read { try $0.integer("SELECT count(*) FROM third") } }
        }
    }

    @Test("two processes that migrate at once do it once", arguments: DatabaseKind.available)
    func concurrent(kind: DatabaseKind) async throws {
        try await TemporaryDatabase.withURL(kind, migrations: []) { url async throws in
            let databases = [try await DatabaseURL(url).open(), try await DatabaseURL(url).open()]
            let applied = try await withThrowingTaskGroup(of: [String].self) { group in
                for database in databases {
                    group.addTask { try await Migrator(migrations: [Self.first, Self.second]).migrate(database) }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(applied.sorted() == ["0001-first", "0002-second"])
            for database in databases { try await database.close() }
        }
    }

    @Test("a database made by a newer version is refused by name", arguments: DatabaseKind.available)
    func newer(kind: DatabaseKind) async throws {
        try await with(kind) { database async throws in
            try await Migrator(migrations: [Self.first, Self.second]).migrate(database)
            let problem = await #expect(throws: Problem.self) {
                try await Migrator(migrations: [Self.first]).migrate(database)
            }
            #expect(problem?.code == "database.newer")
            #expect(problem?.reason.contains("0002-second") == true)
            #expect(problem?.remedy != nil)
        }
    }

    @Test("a database of another program is refused", arguments: DatabaseKind.available)
    func foreign(kind: DatabaseKind) async throws {
        try await with(kind) { database async throws in
            try await database.write { try $0.run("CREATE TABLE invoices (id BIGINT)") }
            let problem = await #expect(throws: Problem.self) {
                try await Migrator(migrations: [Self.first]).migrate(database)
            }
            #expect(problem?.code == "database.foreign")
            #expect(problem?.reason.contains("invoices") == true)
        }
    }
}
