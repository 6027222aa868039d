import Foundation
import RapportCore
import RapportStorage
import RapportTestKit
import Testing

/// What an import says when its events are on the log and nobody handles them.
@Suite("Events that wait after an import")
struct ImportWaitingTests {
    @Test(
        "a worker that died keeps them waiting on PostgreSQL, which is said; on SQLite the import handles them itself",
        arguments: DatabaseKind.available)
    func waiting(kind: DatabaseKind) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "waiting-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func written(_ name: String, _ text: String) throws -> String {
            let file = folder.appending(path: name)
            try Data(text.utf8).write(to: file)
            return file.path()
        }
        try await TemporaryDatabase.withURL(kind, migrations: []) { url in
            let config = try written("rapport.yaml", "database: \(url)\njournal: wishes.jsonl\n")
            func said(_ arguments: String...) async throws -> String {
                let (code, text) = try await Program.run(
                    Program.folder + "rapport", arguments + ["--config", config], in: folder)
                #expect(code == 0, "\(text)")
                return text
            }
            _ = try await said("migrate")
            let database = try await DatabaseURL(url).open()
            let dead = Leases(worker: "dead", span: .minutes(10))
            _ = try await database.write { db in try dead.refresh(in: db) }
            // What the dead one has not handled stands before the import's events.
            let visits = ["ann", "ben"].map { name in
                NewEvent(
                    kind: "page.viewed", source: "site", identifiers: [Identifier(kind: "email", value: "\(name)@a.example")])
            }
            let door = Door(catalog: Catalog(), resolver: IdentityResolver())
            _ = try await door.accept(visits, in: database)
            let people = try written("people.csv", "email,first_name\nann@a.example,Ann\nben@a.example,Ben\n")
            let brought = try await said("import", people)
            let line = "4 events still wait. A worker that runs goes on with them"
            #expect(brought.contains(line) == (kind == .postgres), "\(brought)")
            try await database.write { db in try dead.end(in: db) }
            try await database.close()
            let more = try written("more.csv", "email,first_name\ncy@a.example,Cy\n")
            #expect(!(try await said("import", more)).contains("wait"))
            let again = try JSONValue(parsing: await said("import", people, "--json"))
            #expect(again["waiting"] == 0 && again["added"] == 0)
        }
    }
}
