import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage
import RapportTestKit
import Testing

@Suite("Who uses it")
struct AdoptionTests {
    @Test("what Rapport does by itself is nobody's act", arguments: DatabaseKind.available)
    func own(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let ann = Identifier(kind: "email", value: "ann@a.example")
            let phone = Identifier(kind: "device", value: "d-1")
            // A visitor who says who she is: two people become one without anybody's doing.
            try await house.say("page.viewed", [phone])
            try await house.say("person.identified", [ann], ["fields": [:]])
            try await house.say("page.viewed", [ann, phone])
            try await house.segments(["all": "count(page.viewed) >= 0"])
            let (merges, adoption) = try await house.rapport.database.read { db in
                (
                    try db.all("SELECT actor FROM merges ORDER BY id") { $0.text(0) },
                    try Adoption.read(since: .distantPast, in: db)
                )
            }
            #expect(merges == [Merger.house])
            #expect(adoption.actors.map(\.name) == ["test"])
            #expect(adoption.actors.first?.acts["merges"] == nil)
        }
    }
}
