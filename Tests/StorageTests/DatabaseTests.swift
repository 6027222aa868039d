import RapportCore
import RapportStorage
import RapportTestKit
import Testing

@Suite("a database")
struct DatabaseTests {
    @Test("a new database has its partitions, cursors and settings", arguments: DatabaseKind.available)
    func seeded(kind: DatabaseKind) async throws {
        try await TemporaryDatabase.with(kind) { database in
            try await database.read { db in
                #expect(try db.integer("SELECT count(*) FROM partitions") == 64)
                #expect(try db.integer("SELECT count(*) FROM cursors WHERE position = 0") == 64)
                let id = try db.text("SELECT value FROM settings WHERE name = 'database_id'")
                #expect(id.flatMap { PublicID($0) } != nil)
                #expect(try db.text("SELECT value FROM settings WHERE name = 'created_at'") != nil)
            }
        }
    }
}
