import RapportHost
import RapportStorage
import RapportTestKit
import Testing

/// A table that nobody thought of is forgotten neither by an access export nor by an erasure.
@Suite("Personal data")
struct PersonalDataTests {
    @Test(
        "every table of the database is covered by access export and erasure, or says why not", arguments: DatabaseKind.available)
    func tables(kind: DatabaseKind) async throws {
        try await TemporaryDatabase.with(kind, migrations: Host.migrations) { database in
            let findings = try await database.read { db in try PersonalSchema(Host.personalData).findings(in: db) }
            #expect(findings.isEmpty, "\(findings.joined(separator: "\n")); see Modules/Host/Wiring/Host+personal.swift")
        }
    }

    @Test("a table that no module answers for is found, and so is a person's number that nothing goes by")
    func missing() async throws {
        try await TemporaryDatabase.with(.sqlite, migrations: Host.migrations + [Self.strange]) { database in
            struct Half: PersonalData {
                let tables = [PersonalTable("pets", [.people("owner")], erased: .delete)]
            }
            let findings = try await database.read { db in
                try PersonalSchema(Host.personalData + [Half()]).findings(in: db)
            }
            #expect(findings.count == 2)
            #expect(findings.contains { $0.hasPrefix("diaries: no module") })
            #expect(findings.contains { $0.hasPrefix("pets.person: ") })
        }
    }

    private static let strange = Migration(
        "9990-strange",
        [
            "CREATE TABLE diaries (person BIGINT NOT NULL PRIMARY KEY, text TEXT NOT NULL) STRICT",
            "CREATE TABLE pets (id IDENTITY, owner BIGINT NOT NULL, person BIGINT NOT NULL) STRICT",
        ])
}
