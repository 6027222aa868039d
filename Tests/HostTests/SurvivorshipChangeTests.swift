import RapportCore
import RapportHost
import RapportStorage
import RapportTestKit
import RapportWeb
import Testing

@Suite("A rule changes in a running house")
struct SurvivorshipChangeTests {
    private static func map(_ source: String) -> String {
        """
        source: \(source)
        as: people
        at: {column: changed, time: YYYY-MM-DD}
        identifiers: {email: email}
        fields: {city: city}
        """
    }

    @Test(
        "segments and search follow when another source is trusted, and the log finds nothing amiss",
        arguments: DatabaseKind.available)
    func story(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let rapport = house.rapport
            func file(_ day: String, _ city: String) -> String {
                "email,city,changed\n" + (0..<30).map { "p\($0)@a.example,\(city),\(day)\n" }.joined()
            }
            try await house.bring("crm.csv", file("2024-01-05", "Leeds"), map: Self.map("crm"))
            try await house.bring("shop.csv", file("2024-02-05", "Bath"), map: Self.map("shop"))
            try await house.segments(["near": "city = \"Leeds\""])
            #expect(try await house.count("SELECT COUNT(*) FROM membership WHERE segment > 0") == 0)
            let (store, now) = (rapport.definitions, rapport.clock.now)
            try await rapport.database.write { db in
                _ = try store.apply(
                    [
                        .init(
                            kind: "field", name: "city",
                            body: ["purpose": "to be near", "searched": true, "survivorship": [["trusted": ["crm"]]]])
                    ], actor: "test", now: now, in: db)
            }
            #expect(await rapport.checks().contains { $0.name == "Changed rules" && $0.finding.contains("64 of 64") })
            try await rapport.fillSegments()
            #expect(try await house.count("SELECT COUNT(*) FROM golden_fills") == 0)
            #expect(try await house.count("SELECT COUNT(*) FROM membership WHERE segment > 0") == 30)
            #expect(try await house.count("SELECT COUNT(*) FROM words WHERE word = 'leeds'") == 30)
            #expect(await !rapport.checks().contains { $0.name == "Changed rules" })
            let causes = try await rapport.database.read { db in
                try db.all(
                    """
                    SELECT DISTINCT events.properties FROM events JOIN kinds ON kinds.id = events.kind
                    WHERE kinds.name = 'segment.entered' ORDER BY events.properties
                    """
                ) { try? JSONValue(parsing: $0.text(0))["cause"]?.string }
            }
            #expect(causes == ["definition"])
            #expect(try await rapport.logVerifier().verify().differences.isEmpty)
        }
    }
    @Test(
        "households follow where the field alone has spoken, and stay where somebody said more of them",
        arguments: DatabaseKind.available)
    func households(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let rapport = house.rapport
            func file(_ day: String, _ household: String) -> String {
                "email,household,changed\n" + ["ann", "ben"].map { "\($0)@a.example,\(household),\(day)\n" }.joined()
            }
            func map(_ source: String) -> String { Self.map(source).replacing("city: city", with: "household: household") }
            func home(_ name: String) async throws -> String? {
                try await rapport.database.read { db in
                    let person = try #require(try People.find("\(name)@a.example", in: db))
                    return try People.households(of: person, in: db).last?.household
                }
            }
            try await house.bring("crm.csv", file("2024-01-05", "Mill Lane"), map: map("crm"))
            try await house.bring("shop.csv", file("2024-02-05", "High Street"), map: map("shop"))
            try await house.say(
                "household.joined", [Identifier(kind: "email", value: "ben@a.example")], ["household": "Castle Hill"])
            let before = [try await home("ann"), try await home("ben")]
            #expect(before == ["high street", "castle hill"])
            let (store, now) = (rapport.definitions, rapport.clock.now)
            try await rapport.database.write { db in
                let body: JSONValue = ["purpose": "to say a thing once", "survivorship": [["trusted": ["crm"]]]]
                _ = try store.apply([.init(kind: "field", name: "household", body: body)], actor: "test", now: now, in: db)
            }
            try await rapport.fillSegments()
            let after = [try await home("ann"), try await home("ben")]
            #expect(after == ["mill lane", "castle hill"])
            #expect(try await rapport.logVerifier().verify().differences.isEmpty)
        }
    }
}
