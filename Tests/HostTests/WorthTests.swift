import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage
import RapportTestKit
import Testing

/// What each relationship brought and cost.
@Suite("Relationship value")
struct WorthTests {
    private static let orders =
        ImportHouse.orderStates + "\nproperties: {tax: {column: Tax, number: true}, cost: {column: Cost, number: true}}"

    private func worth(_ house: ImportHouse, in currency: String = "EUR") async throws -> (Worth, [String: RelationshipValue]) {
        let (catalog, now) = (house.rapport.catalog, house.rapport.clock.now)
        return try await house.rapport.database.read { db in
            let worth = try Worth.read(
                catalog, in: currency, zone: .utc, until: now, find: { text, db in try People.find(text, in: db) }, db)
            let names = try db.all(
                "SELECT person, value FROM identifiers WHERE holder = 0 ORDER BY kind, value, holder"
            ) { ($0.integer(0), $0.text(1)) }
            let known = Dictionary(names) { first, _ in first }
            return (worth, Dictionary(worth.people.map { (known[$0.person] ?? "", $0) }) { first, _ in first })
        }
    }

    private func state(_ house: ImportHouse, _ kind: String, _ name: String, _ body: JSONValue) async throws {
        let (store, now) = (house.rapport.definitions, house.rapport.clock.now)
        _ = try await house.rapport.database.write { db in
            try store.apply([DefinitionDraft(kind: kind, name: name, body: body)], actor: "test", now: now, in: db)
        }
    }

    @Test(
        "Ann is worth her orders less their goods, their parcels, her mails, her call and her complaint; Bo, whom she referred, gives her a tenth",
        arguments: DatabaseKind.available)
    func story(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await state(
                house, "cost", "house",
                [
                    "currency": "EUR", "messages": ["email": .decimal("0.002"), "default": .decimal("0.5")],
                    "events": [
                        "call.held": ["minute": .decimal("0.70")],
                        "complaint.opened": ["each": .decimal("6.50"), "part": "service"],
                    ],
                    "order": .decimal("3.20"), "acquisition": ["shop": 4, "default": 1], "campaigns": ["spring": 30],
                    "referral_share": "10 %",
                ])
            try await house.bring(
                "o.csv",
                """
                Row,Order,Date,Email,Status,Total,Currency,Tax,Cost
                1,100,2025-01-01,ann@a.example,placed,119,EUR,19,40
                2,100,2025-01-05,ann@a.example,refunded,59.50,EUR,,
                3,101,2025-01-02,ann@a.example,placed,50,EUR,0,20
                4,101,2025-01-03,ann@a.example,cancelled,50,EUR,,
                5,102,2025-02-01,bo@a.example,placed,200,EUR,0,96.80
                """, map: Self.orders)
            let ann = [Identifier(kind: "email", value: "ann@a.example")]
            let bo = [Identifier(kind: "email", value: "bo@a.example")]
            for _ in 0..<3 {
                try await house.say("message.sent", ann, ["campaign": "spring", "channel": "email", "topic": "offers"])
            }
            try await house.say("message.sent", bo, ["campaign": "autumn", "channel": "letter", "topic": "offers"])
            try await house.say("call.held", ann, ["minutes": 10])
            try await house.say("complaint.opened", ann, ["subject": "lid"])
            try await house.say("referral.made", ann, ["referred": "bo@a.example"])
            let (worth, people) = try await self.worth(house)
            let one = try #require(people["ann@a.example"])
            #expect((one.revenue, one.goods, one.fulfilment, one.acquisition) == (5_000, 4_000, 320, 400))
            // Three mails at 0.002, the campaign's 30, ten minutes at 0.70.
            #expect((one.contacts, one.service) == (3_701, 650))
            let two = try #require(people["bo@a.example"])
            #expect((two.revenue, two.goods, two.fulfilment, two.contacts) == (20_000, 9_680, 320, 50))
            #expect((one.referrals, two.referrals) == (1_000, -1_000))
            #expect(one.value == 5_000 - 4_000 - 320 - 400 - 3_701 - 650 + 1_000)
            #expect(worth.total.value == worth.people.reduce(0) { $0 + $1.value })
            #expect(worth.acquisitionCost == 400)
            #expect(worth.unallocated == 0)
        }
    }

    @Test(
        "currencies are converted at the rate of the order's day, and what has none is left out and said",
        arguments: DatabaseKind.available)
    func currencies(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await house.bring(
                "o.csv",
                """
                Row,Order,Date,Email,Status,Total,Currency,Tax,Cost
                1,100,2025-01-01,ann@a.example,placed,100,USD,0,50
                2,101,2025-02-10,ann@a.example,placed,100,USD,0,50
                3,102,2025-02-10,ann@a.example,placed,2000,JPY,0,0
                4,102,2025-02-11,ann@a.example,refunded,1,EUR,,
                5,103,2024-12-01,ann@a.example,placed,7,USD,0,0
                """, map: Self.orders)
            try await state(
                house, "rate", "EUR",
                ["USD": ["2025-01-01": .decimal("0.9"), "2025-02-01": .decimal("0.8")], "JPY": .decimal("0.006")])
            let (worth, people) = try await self.worth(house)
            let ann = try #require(people["ann@a.example"])
            #expect(ann.revenue == 9_000 + 8_000 + 1_200 - 100)
            #expect(ann.goods == 4_500 + 4_000)
            #expect(ann.ordersWithoutAmount == 1)
            #expect(worth.unconverted.map(\.currency) == ["USD"])
            // Another version of the rates takes the place of the first.
            try await state(house, "rate", "EUR", ["USD": .decimal("0.5"), "JPY": .decimal("0.006")])
            #expect(try await self.worth(house).1["ann@a.example"]?.revenue == 5_000 + 5_000 + 1_200 - 100 + 350)
        }
    }

    @Test(
        "the totals are those of the log read anew, also after a merge", arguments: DatabaseKind.available)
    func recomputed(kind: DatabaseKind) async throws {
        var generator = SplitMix64(seed: 21)
        try await ImportHouse.with(kind) { house in
            var text = "Row,Order,Date,Email,Status,Total,Currency,Tax,Cost\n"
            var row = 0
            for order in 1...60 {
                let email = "c\(generator.next() % 9)@a.example"
                func add(_ state: String, _ day: Int, _ total: UInt64, _ tax: UInt64, _ cost: UInt64) {
                    row += 1
                    text += "\(row),\(order),2025-01-\(day < 10 ? "0" : "")\(day),\(email),\(state),\(total),EUR,\(tax),\(cost)\n"
                }
                let total = 10 + generator.next() % 90
                add("placed", 1 + order % 20, total, total / 6, total / 3)
                if order % 4 == 0 { add("refunded", 25, 1 + generator.next() % 20, 0, 0) }
                if order % 7 == 0 { add("cancelled", 26, total, 0, 0) }
            }
            try await house.bring("o.csv", text, map: Self.orders)
            func check() async throws -> Int64 {
                let (worth, _) = try await self.worth(house)
                let anew = try await self.anew(house)
                #expect(worth.total.revenue == anew)
                #expect(worth.people.reduce(0) { $0 + $1.orders } == worth.total.orders)
                return anew
            }
            let before = try await check()
            #expect(before > 0)
            try await house.merge("c1", into: "c0")
            #expect(try await check() == before)
        }
    }

    /// Adds up the log's own events, without timeline or records.
    private func anew(_ house: ImportHouse) async throws -> Int64 {
        let catalog = house.rapport.catalog
        return try await house.rapport.database.read { db in
            var orders: [String: [OrderMoney.Event]] = [:]
            let rows = try db.all(
                """
                SELECT events.kind, events.occurred_at, events.properties FROM events
                JOIN people ON people.id = events.person
                WHERE people.state = 0
                ORDER BY events.occurred_at, events.partition, events.position
                """
            ) { ($0.integer(0), $0.timestamp(1), $0.text(2)) }
            for (kind, at, text) in rows {
                let name = try catalog.kind(kind, in: db).name
                guard name.hasPrefix("order.") else { continue }
                let said = try JSONValue(parsing: text)
                orders[said["order"]?.string ?? "", default: []].append(.init(kind: name, at: at, properties: said))
            }
            return orders.values.reduce(0) { $0 + (OrderMoney($1).revenue ?? 0) }
        }
    }

    @Test(
        "costs that are misspelled are refused at their place",
        arguments: [
            (["mesages": [:]] as JSONValue, "mesages"), (["order": "dear"], "order"), (["currency": "euro"], "currency"),
            (["events": ["call.held": ["part": "fun"]]], "events.call.held.part"),
            (["order": JSONValue.decimal("-1")], "order"),
        ] as [(JSONValue, String)])
    func refused(body: JSONValue, path: String) {
        let problem = #expect(throws: Problem.self) { try CostSheet(body) }
        #expect(problem?.place?.path == path)
    }
}
