import RapportCore
import RapportEngagement
import RapportHost
import RapportIntegration
import RapportStorage
import RapportTestKit
import Testing

@Suite("permissions that an import brings")
struct ImportPermissionTests {
    static let map = """
        source: crm
        as: permissions
        identifiers: {email: email}
        at: {column: date, time: YYYY-MM-DD}
        brand: {constant: grocer}
        topic: news
        channel: email
        where: {column: where}
        wording: {column: wording}
        """

    /// Who may be written news by email, by address.
    private func permitted(_ house: ImportHouse) async throws -> Set<String> {
        let permits = FoldedPermits(catalog: house.rapport.catalog)
        return try await house.rapport.database.read { db in
            let people = Dictionary(
                try db.all("SELECT person, value FROM identifiers WHERE holder = 0 ORDER BY kind, value") {
                    ($0.integer(0), $0.text(1))
                }
            ) { first, _ in first }
            let found = try permits.permits(
                of: people.keys.sorted(), among: [SegmentPermit(topic: "news", channel: "email")], in: db)
            return Set(found.keys.compactMap { people[$0] })
        }
    }

    @Test("without date, source and wording they are unproven and permit nothing", arguments: DatabaseKind.available)
    func unproven(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let file = """
                email,date,where,wording
                all@a.example,2024-01-02,checkout,v1
                undated@a.example,,checkout,v1
                nowhere@a.example,2024-01-02,,v1
                unworded@a.example,2024-01-02,checkout,
                """
            let report = try await house.bring("p.csv", file, map: Self.map)
            #expect(report.progress.added == 4, "\(report.problems)")
            #expect(try await house.count("SELECT COUNT(*) FROM permissions WHERE proven = 1") == 1)
            #expect(try await house.count("SELECT COUNT(*) FROM permissions WHERE proven = 0") == 3)
            #expect(try await permitted(house) == ["all@a.example"])
        }
    }

    @Test("no import lifts an objection, an unsubscribe or a bounce", arguments: DatabaseKind.available)
    func lifts(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let names = ["objected", "left", "bounced", "free"]
            func email(_ name: String) -> Identifier { Identifier(kind: "email", value: "\(name)@a.example") }
            try await house.say("objection.made", [email("objected")], ["channel": "email"])
            try await house.say("permission.withdrawn", [email("left")], ["topic": "news", "channel": "email"])
            let bounce: JSONValue = [
                "bounce": "hard", "channel": "email", "address": .integer(AddressHash.of(email("bounced"))),
            ]
            try await house.say("message.bounced", [email("bounced")], bounce)
            // The file says that all of them agreed, yesterday and in a year.
            let rows = names.flatMap { ["\($0)@a.example,2024-01-02,checkout,v1", "\($0)@a.example,2031-01-02,checkout,v1"] }
            let file = "email,date,where,wording\n" + rows.joined(separator: "\n")
            #expect(try await house.bring("p.csv", file, map: Self.map).progress.rejected == 0)
            // Whoever bounced has agreed; the address is what stands against it.
            #expect(try await permitted(house) == ["free@a.example", "bounced@a.example"])
            #expect(try await house.count("SELECT COUNT(*) FROM suppressions WHERE lifted_at = 0") == 1)
            let released = """
                source: crm
                as: events
                kind: {column: what}
                identifiers: {email: email}
                properties: {channel: {constant: email}}
                """
            try await house.bring(
                "e.csv", "email,what\nobjected@a.example,objection.lifted\nbounced@a.example,address.released\n", map: released)
            #expect(try await permitted(house) == ["free@a.example", "bounced@a.example"])
            #expect(try await house.count("SELECT COUNT(*) FROM suppressions WHERE lifted_at = 0") == 1)
        }
    }
}
