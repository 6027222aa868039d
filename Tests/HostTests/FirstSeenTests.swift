import RapportCore
import RapportHost
import RapportIntegration
import RapportStorage
import RapportTestKit
import Testing

@Suite("Since when people are known")
struct FirstSeenTests {
    @Test(
        "history that is imported later goes back to before the record was made; taken back, it does not",
        arguments: DatabaseKind.available)
    func history(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            func record() async throws -> PersonRecord {
                let ann = try await house.find("ann")
                return try await house.rapport.database.read { db in try #require(try People.record(of: ann, in: db)) }
            }
            try await house.say("page.viewed", [Identifier(kind: "email", value: "ann@a.example")])
            let fresh = try await record()
            #expect(fresh.firstSeen == fresh.createdAt)
            let orders = "Order,Date,Email,Total\n1,2019-03-04,ann@a.example,5\n2,2021-03-04,ann@a.example,5\n"
            let brought = try await house.bring("o.csv", orders, map: ImportHouse.orders(from: "till"))
            let known = try await record()
            #expect(known.firstSeen.rfc3339.hasPrefix("2019-03-04"))
            #expect(known.createdAt == fresh.createdAt && known.lastSeen == fresh.lastSeen)
            try await house.revert(brought.id)
            #expect(try await record().firstSeen == fresh.createdAt)
        }
    }
}
