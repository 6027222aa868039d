import RapportAnalytics
import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage
import RapportTestKit
import Testing

/// What is learnt from a house's own people: predictions, rules and recommendations.
@Suite("Learning from a house")
struct HouseLearningTests {
    private static let orders = ImportHouse.orderStates("line: {product: SKU}")
    private static let products = """
        source: shop
        as: products
        key: SKU
        fields: {name: Name, in_stock: Stock}
        keep: true
        """
    private func midnight(_ day: Int) -> Timestamp { Timestamp(milliseconds: Int64(day) * 86_400_000) }

    /// Sixty come every week to the end; sixty came often and stopped at some time; sixty come every other month.
    private func visits(until end: Int) -> String {
        var text = "Row,Order,Date,Email,Status,SKU\n"
        var row = 0
        for customer in 0..<180 {
            let (gap, stop) =
                switch customer % 3 {
                case 0: (7, end)
                case 1: (9, 20_400 - 320 + (customer * 53) % 300)
                default: (61, end)
                }
            var day = 20_400 - 360 + customer % 31
            while day < min(end, stop) {
                row += 1
                text += "\(row),\(row),\(CivilDate(daysSince1970: day).text),c\(customer)@a.example,placed,P\(row % 5)\n"
                day += gap
            }
        }
        return text
    }

    private func predicted(_ house: ImportHouse, asOf day: Int = 20_400) async throws -> HousePrediction {
        try await HousePrediction(
            HouseQuestion(outcome: "order.placed", within: 30), asOf: midnight(day), house.rapport.database, house.rapport.catalog
        )
    }

    @Test(
        "who will buy is learnt from earlier moments, tried on the latest, and stands on each person with its reasons",
        arguments: DatabaseKind.available)
    func prediction(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await house.bring("o.csv", visits(until: 20_400), map: Self.orders)
            let found = try await predicted(house)
            #expect(found.moments.last == midnight(20_370))
            #expect(found.moments.count == 5)
            #expect(found.prediction.isByTime)
            #expect(found.prediction.scores.auc > 0.8)
            let likely = Dictionary(uniqueKeysWithValues: found.answers.map { ($0.person, $0.probability) })
            #expect(likely.values.allSatisfy { (0...1).contains($0) })
            let scores = found.scores(.english)
            #expect(scores.fields.map(\.name) == ["order_placed_30d", "order_placed_30d_because"])
            let (store, now) = (house.rapport.definitions, house.rapport.clock.now)
            _ = try await house.rapport.database.write { db in
                try scores.declare(model: "order_placed_30d", body: ["model": "logistic"], by: "test", at: now, store, in: db)
            }
            let written = try await house.rapport.stepping {
                try await scores.write(house.rapport.door, house.rapport.database)
            }
            #expect(written == 180)
            try await house.segments(["likely": "order_placed_30d >= 0.5"])
            try await house.rapport.database.read { db in
                let weekly = try #require(try People.find("c0@a.example", in: db))
                let gone = try #require(try People.find("c1@a.example", in: db))
                #expect(likely[weekly] ?? 0 > 0.9)
                #expect(likely[gone] ?? 1 < 0.3)
                let because = try People.fields(of: [weekly], in: db)[weekly]?.first { $0.name == "order_placed_30d_because" }
                #expect(because?.text.contains("likely") == true)
                let members = try db.integer("SELECT COUNT(*) FROM membership WHERE segment > 0") ?? 0
                #expect(members > 60 && members < 180)
            }
        }
    }

    /// Says something of those who come every week, which would tell all if it were looked at.
    private func tell(_ fields: JSONValue, source: String = "crm", on day: Int, _ house: ImportHouse) async throws {
        let (door, at) = (house.rapport.door, midnight(day))
        let events = stride(from: 0, to: 180, by: 3).map { customer in
            NewEvent(
                kind: "person.identified", source: source,
                identifiers: [Identifier(kind: "email", value: "c\(customer)@a.example")], occurredAt: at,
                properties: ["fields": fields])
        }
        _ = try await house.rapport.database.write { db in try door.accept(events, in: db) }
        try await house.rapport.stepping {}
    }

    @Test(
        "nothing is learnt from what came later, from what the house concluded itself, or from what is sensitive",
        arguments: DatabaseKind.available)
    func leakage(kind: DatabaseKind) async throws {
        let alone = try await ImportHouse.asked(kind) { house in
            try await house.bring("o.csv", visits(until: 20_340), map: Self.orders)
            return try await predicted(house, asOf: 20_340).shown
        }
        let later = try await ImportHouse.asked(kind) { house in
            let newcomer = "9000,9000,\(CivilDate(daysSince1970: 20_350).text),new@a.example,placed,P1\n"
            try await house.bring("o.csv", visits(until: 20_400) + newcomer, map: Self.orders)
            let (store, now) = (house.rapport.definitions, house.rapport.clock.now)
            let faith = DefinitionDraft(kind: "field", name: "faith", body: ["purpose": "rites", "sensitive": true])
            _ = try await house.rapport.database.write { db in
                try store.apply([faith], removingMissing: false, actor: "test", now: now, in: db)
            }
            try await tell(["country": "FR"], on: 20_350, house)
            try await tell(["language": "fr"], source: "rapport", on: 20_100, house)
            try await tell(["faith": "told"], on: 20_100, house)
            return try await predicted(house, asOf: 20_340).shown
        }
        #expect(alone == later)
        #expect(!alone.isEmpty)
        let told = try await ImportHouse.asked(kind) { house in
            try await house.bring("o.csv", visits(until: 20_400), map: Self.orders)
            try await tell(["country": "FR"], on: 20_100, house)
            return try await predicted(house, asOf: 20_340).shown
        }
        #expect(told != alone, "what was known and may be used is")
    }

    @Test("nothing is said of those who may not be profiled", arguments: DatabaseKind.available)
    func unprofiled(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await house.bring("o.csv", visits(until: 20_400), map: Self.orders)
            let rapport = house.rapport
            let people = try await rapport.database.read { db in
                try ["c0", "c3"].map { try #require(try People.find("\($0)@a.example", in: db)) }
            }
            _ = try await rapport.stepping {
                _ = try await rapport.take(
                    .object(topic: Unprofiled.topic, channel: nil), of: people[0], actor: "test", evidence: "call")
                _ = try await rapport.take(.restrict, of: people[1], actor: "test", evidence: "letter")
            }
            let found = try await predicted(house)
            #expect(found.answers.count == 178 && found.leftOut == 2)
            #expect(Set(found.answers.map(\.person)).isDisjoint(with: people))
        }
    }

    @Test("what the past cannot answer is refused in words")
    func refusals() async throws {
        try await ImportHouse.with(.sqlite) { house in
            await #expect { try await predicted(house) } throws: { ($0 as? Problem)?.code == "predict.never_happened" }
            await #expect { try Baskets(try await lines(house), zone: .utc) } throws: {
                ($0 as? Problem)?.code == "baskets.no_lines"
            }
            try await house.bring(
                "o.csv", "Row,Order,Date,Email,Status,SKU\n1,1,2025-11-01,a@a.example,placed,P\n", map: Self.orders)
            await #expect { try await predicted(house) } throws: { ($0 as? Problem)?.code == "predict.short_history" }
            #expect(throws: Problem.self) { try HouseQuestion(outcome: "orders", within: 30) }
            #expect(throws: Problem.self) { try HouseQuestion(outcome: "order.placed", within: 0) }
            #expect(throws: Problem.self) { try HouseQuestion(outcome: "order.placed", within: 30, name: "No Name") }
        }
    }

    private static let baskets = """
        Row,Order,Date,Email,Status,SKU
        1,1,2025-01-04,a@a.example,placed,TEA
        2,1,2025-01-04,a@a.example,placed,MUG
        3,2,2025-01-05,b@a.example,placed,TEA
        4,2,2025-01-05,b@a.example,placed,MUG
        5,2,2025-01-05,b@a.example,placed,POT
        6,3,2025-01-06,c@a.example,placed,TEA
        7,3,2025-01-06,c@a.example,placed,POT
        8,4,2025-01-06,c@a.example,placed,JAM
        9,4,2025-01-07,c@a.example,cancelled,
        10,5,2025-01-07,d@a.example,placed,TEA
        11,5,2025-01-07,d@a.example,placed,MUG
        12,5,2025-01-09,d@a.example,returned,MUG
        """

    @Test("baskets are the orders' lines, without cancelled ones, by the names of products", arguments: DatabaseKind.available)
    func rules(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await house.bring("o.csv", Self.baskets, map: Self.orders)
            try await house.bring("p.csv", "SKU,Name,Stock\nTEA,Green tea,yes\n", map: Self.products)
            let lines = try await lines(house)
            let baskets = try Baskets(lines, zone: .utc)
            #expect(baskets.count == 4)
            #expect(baskets.items == ["Green tea", "MUG", "POT"])
            let rules = try BasketRules(
                baskets, support: try #require(DecimalShare("0.5")), confidence: try #require(DecimalShare("0.7")))
            #expect(
                (0..<rules.count).map { rules[$0].antecedent + ["→"] + rules[$0].consequent }.contains(["MUG", "→", "Green tea"]))
            #expect(rules.weekends == 2)
        }
    }

    @Test(
        "nobody is recommended what they have, what they sent back, or what is out of stock", arguments: DatabaseKind.available)
    func recommendations(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await house.bring("o.csv", Self.baskets, map: Self.orders)
            func suggested(_ email: String) async throws -> [String] {
                let made = try await HouseRecommendations(lines(house))
                let person = try await house.rapport.database.read { try People.find(email, in: $0) }
                return made.suggestions(for: try #require(person), limit: 5).map(\.product)
            }
            #expect(try await suggested("a@a.example") == ["POT"])
            #expect(try await suggested("d@a.example") == ["POT"], "the mug was sent back")
            #expect(try await suggested("b@a.example").isEmpty)
            let all = try await HouseRecommendations(lines(house)).scores
            #expect(all.values.count == 4)
            try await house.bring("p.csv", "SKU,Name,Stock\nPOT,Tea pot,no\n", map: Self.products)
            #expect(try await suggested("a@a.example").isEmpty)
            #expect(try await lines(house).outOfStock.count == 1)
        }
    }

    private func lines(_ house: ImportHouse) async throws -> HouseLines {
        let catalog = house.rapport.catalog
        return try await house.rapport.database.read { try HouseLines.read(catalog, in: $0) }
    }
}

extension HousePrediction {
    /// The answers in an order and with digits that can be compared between two houses.
    fileprivate var shown: [String] {
        answers.map { "\($0.probability) \($0.reasons.map { $0.text(.english) })" }.sorted()
    }
}
