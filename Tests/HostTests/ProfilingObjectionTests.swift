import RapportAnalytics
import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage
import RapportTestKit
import Testing

/// Stories of people who object to being profiled, or whose record is restricted.
@Suite("Objections to profiling")
struct ProfilingObjectionTests {
    private static let orders = ImportHouse.orderStates(
        "currency: GBP", "total: {column: Total, number: true}", "line: {product: SKU}")

    /// Ada, Ben, Cy and Dot buy the same things in a year.
    private static func file() -> String {
        var text = "Row,Order,Date,Email,Status,SKU,Total\n"
        var row = 0
        for (place, name) in ["ada", "ben", "cy", "dot"].enumerated() {
            for month in 1...9 {
                row += 1
                text += "\(row),\(row),2025-0\(month)-1\(place),\(name)@a.example,placed,P\((row + place) % 4),\(20 + row).00\n"
            }
        }
        return text
    }

    private func person(_ name: String, _ rapport: Rapport) async throws -> PersonID {
        try #require(try await rapport.database.read { try People.find("\(name)@a.example", in: $0) })
    }

    private func profiles(_ rapport: Rapport) async throws -> Profiles {
        let catalog = rapport.catalog
        return try await rapport.database.read { db in
            let house = try HouseOrders.read(catalog, among: .profiled, in: db)
            return try Profiles(house: house, currency: "GBP", rates: [:], zone: .utc, asOf: 20_400, catalog, in: db)
        }
    }

    @discardableResult
    private func keep(_ scores: Scores, _ rapport: Rapport) async throws -> Int {
        let (store, now) = (rapport.definitions, rapport.clock.now)
        _ = try await rapport.database.write { db in
            try scores.declare(model: "profiles", body: ["model": "profiles"], by: "test", at: now, store, in: db)
        }
        return try await rapport.stepping { try await scores.write(rapport.door, rapport.database) }
    }

    private func fields(_ person: PersonID, _ rapport: Rapport) async throws -> [String] {
        try await rapport.database.read {
            try People.fields(of: [person], in: $0)[person]?.filter { !$0.value.isNull }.map(\.name) ?? []
        }
    }

    private func members(_ rapport: Rapport, of segment: String) async throws -> Set<PersonID> {
        try await rapport.database.read { db in
            let status = try #require(try SegmentStore.all(in: db).first { $0.name == segment })
            return Set(try SegmentStore.members(of: status.id, limit: 100, in: db))
        }
    }

    @Test(
        "what was concluded of somebody goes when the objection comes, is not said again, and comes back when it is lifted",
        arguments: DatabaseKind.available)
    func scores(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let rapport = house.rapport
            try await house.bring("o.csv", Self.file(), map: Self.orders)
            try await house.bring(
                "p.csv", "Email,First\nada@a.example,Ada\n",
                map: "source: crm\nas: people\nidentifiers: {email: Email}\nfields: {first_name: First}\n")
            let (ada, ben, cy) = (
                try await person("ada", rapport), try await person("ben", rapport), try await person("cy", rapport)
            )
            let first = try await profiles(rapport)
            #expect(first.profiles.count == 4)
            #expect(try await keep(first.scores(), rapport) == 4)
            #expect(try await fields(ada, rapport).contains("rfm_cell"))

            _ = try await rapport.stepping {
                _ = try await rapport.take(.object(topic: nil, channel: nil), of: ada, actor: "test", evidence: "call")
                _ = try await rapport.take(
                    .object(topic: Unprofiled.topic, channel: nil), of: ben, actor: "test", evidence: "call")
                _ = try await rapport.take(.restrict, of: cy, actor: "test", evidence: "letter")
            }
            #expect(try await fields(ada, rapport) == ["first_name"], "what she gave stays")
            #expect(try await fields(ben, rapport).isEmpty)
            #expect(try await fields(cy, rapport).contains("rfm_cell"), "who is restricted is kept, and not used")

            // An analysis that began before the objection says nothing after it.
            #expect(try await keep(first.scores(), rapport) == 0)
            let second = try await profiles(rapport)
            #expect(second.profiles.count == 1)
            let catalog = rapport.catalog
            let (lines, everybody) = try await rapport.database.read { db in
                (try HouseLines.read(catalog, among: .profiled, in: db), try HouseLines.read(catalog, in: db))
            }
            #expect(Set(lines.baskets.map(\.person)).count == 1 && lines.leftOut == 3)
            #expect(Set(everybody.baskets.map(\.person)).count == 4, "sums are of all")
            let worth = try await rapport.database.read { db in
                try Worth.read(catalog, in: "GBP", zone: .utc, until: .distantFuture, find: { _, _ in nil }, db)
            }
            #expect(worth.people.count == 4 && worth.told.count == 1 && worth.scores.values.count == 1)
            #expect(worth.total.revenue == first.profiles.map(\.value).reduce(0, +))

            // Whoever lifts it is reckoned with again. Who takes messages again has not agreed to being profiled.
            func lift(_ person: PersonID, _ topic: String?) async throws {
                let event = NewEvent(
                    kind: "objection.lifted", source: "form", person: person, occurredAt: rapport.clock.now + .seconds(1),
                    properties: topic.map { ["topic": .string($0)] } ?? [:])
                _ = try await rapport.stepping { try await rapport.door.accept([event], in: rapport.database) }
            }
            try await lift(ada, nil)
            try await lift(ben, nil)
            let dot = try await person("dot", rapport)
            #expect(try await profiles(rapport).profiles.map(\.person) == [ada, dot].sorted())
            try await lift(ben, Unprofiled.topic)
            let third = try await profiles(rapport)
            #expect(third.profiles.count == 3)
            try await keep(third.scores(), rapport)
            #expect(try await fields(ada, rapport).contains("rfm_cell"))
            #expect(try await rapport.logVerifier().verify().differences.isEmpty)
        }
    }

    @Test("a score that was on its way when the objection came is taken back in the same step", arguments: DatabaseKind.available)
    func race(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let rapport = house.rapport
            try await house.bring("o.csv", Self.file(), map: Self.orders)
            let ada = try await person("ada", rapport)
            try await keep(try await profiles(rapport).scores(), rapport)
            _ = try await rapport.stepping {
                _ = try await rapport.take(.object(topic: nil, channel: nil), of: ada, actor: "test", evidence: "call")
            }
            let late = NewEvent(
                kind: "person.identified", source: "rapport", person: ada, properties: ["fields": ["rfm_money": 5]], history: true
            )
            _ = try await rapport.stepping { try await rapport.door.accept([late], in: rapport.database) }
            #expect(try await fields(ada, rapport).isEmpty)
        }
    }

    @Test(
        "who objects leaves segments for marketing, now and whatever happens, and stays in those for service",
        arguments: DatabaseKind.available)
    func segments(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let rapport = house.rapport
            try await house.bring("o.csv", Self.file(), map: Self.orders)
            let now = rapport.clock.now
            let store = rapport.definitions
            @Sendable func draft(_ name: String, _ purpose: String?) -> DefinitionDraft {
                let body: [JSONValue.Member] = [.init("expression", .string("count(order.placed) >= 3"))]
                return DefinitionDraft(
                    kind: "segment", name: name, body: .object(body + (purpose.map { [.init("purpose", .string($0))] } ?? [])))
            }
            try await rapport.database.write { db in
                _ = try store.apply([draft("loyal", nil), draft("recalled", "service")], actor: "test", now: now, in: db)
            }
            try await rapport.fillSegments()
            let (ada, cy) = (try await person("ada", rapport), try await person("cy", rapport))
            #expect(try await members(rapport, of: "loyal").count == 4)
            _ = try await rapport.stepping {
                _ = try await rapport.take(
                    .object(topic: Unprofiled.topic, channel: nil), of: ada, actor: "test", evidence: "call")
                _ = try await rapport.take(.restrict, of: cy, actor: "test", evidence: "letter")
            }
            func agree(_ comment: Comment) async throws {
                let questions = SegmentQuestions(house: .utc, permits: FoldedPermits(catalog: rapport.catalog))
                for (name, purpose) in [("loyal", SegmentPurpose.marketing), ("recalled", .service)] {
                    let live = try await members(rapport, of: name)
                    let counted = try await rapport.database.read { db in
                        try questions.count("count(order.placed) >= 3", for: purpose, at: rapport.clock.now, in: db)
                    }
                    #expect(Int64(live.count) == counted, comment)
                }
            }
            #expect(try await members(rapport, of: "loyal").isDisjoint(with: [ada, cy]))
            #expect(try await members(rapport, of: "recalled").contains(ada))
            #expect(try await !members(rapport, of: "recalled").contains(cy))
            try await agree("after the objection")
            let answer = try await rapport.database.read { db in
                try SegmentQuestions(house: .utc).explain(ada, segments: ["loyal"], at: rapport.clock.now, in: db)
            }
            #expect(answer.first?.leftOut == .objected && answer.first?.explanation.holds == true)

            // Another purchase wakes the segment, which still has not got her; a new definition neither.
            try await house.bring(
                "more.csv", "Row,Order,Date,Email,Status,SKU,Total\n99,99,2025-10-01,ada@a.example,placed,P1,9.00\n",
                map: Self.orders)
            try await agree("after an order")
            #expect(try await !members(rapport, of: "loyal").contains(ada))
            try await rapport.database.write { db in
                _ = try store.apply([draft("fresh", nil)], actor: "test", now: now, in: db)
            }
            try await rapport.fillSegments()
            let loyal = try await members(rapport, of: "loyal")
            #expect(try await members(rapport, of: "fresh") == loyal)

            let lifted = NewEvent(
                kind: "objection.lifted", source: "form", person: ada, occurredAt: rapport.clock.now + .seconds(1),
                properties: ["topic": .string(Unprofiled.topic)])
            _ = try await rapport.stepping { try await rapport.door.accept([lifted], in: rapport.database) }
            #expect(try await members(rapport, of: "loyal").contains(ada))
            try await agree("when it is lifted")
        }
    }

    @Test("a segment's purpose is one of two, and no topic may be called profiling")
    func words() async throws {
        try await ImportHouse.with(.sqlite) { house in
            let (store, now) = (house.rapport.definitions, house.rapport.clock.now)
            func refusal(_ kind: String, _ name: String, _ body: JSONValue) async -> String? {
                do {
                    try await house.rapport.database.write { db in
                        _ = try store.apply([.init(kind: kind, name: name, body: body)], actor: "t", now: now, in: db)
                    }
                    return nil
                } catch let problems as Problems {
                    return problems.list.first?.code
                } catch { return (error as? Problem)?.code }
            }
            #expect(await refusal("segment", "a", ["expression": "vip", "purpose": "fun"]) == "segment.purpose")
            #expect(await refusal("topic", "Profiling", ["class": "marketing"]) == "topic.reserved")
        }
    }
}
