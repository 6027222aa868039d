import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage
import RapportTestKit
import Testing

@Suite("What is on a person's permission ledger")
struct PermissionLineTests {
    @Test("each act in its order, and what ends an objection is not taken for one", arguments: DatabaseKind.available)
    func lines(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let ann = [Identifier(kind: "email", value: "ann@a.example")]
            let offers: JSONValue = ["brand": "house", "topic": "offers", "channel": "email", "basis": "consent"]
            let proof: [JSONValue.Member] = [
                .init("date", "2026-01-02T10:00:00Z"), .init("where", "till"), .init("wording", "Offers by mail?"),
            ]
            try await house.say("permission.granted", ann, .object((offers.object ?? []) + proof))
            try await house.say("permission.withdrawn", ann, ["brand": "house", "topic": "offers"])
            try await house.say("objection.made", ann, [:])
            try await house.say("objection.lifted", ann, [:])
            try await house.say("processing.restricted", ann, [:])
            try await house.say("processing.released", ann, [:])
            let lines = try await house.rapport.database.read { db in
                try PermissionLine.all(of: #require(try People.find("ann@a.example", in: db)), in: db)
            }
            #expect(lines.map(\.state) == [.granted, .withdrawn, .objected, .lifted, .restricted, .released])
            #expect(lines.first?.topic == "offers" && lines.first?.basis == "consent" && lines.first?.brand == "house")
            #expect(lines[1].topic == "offers" && lines[1].channel.isEmpty && lines[2].topic.isEmpty)
        }
    }
}
