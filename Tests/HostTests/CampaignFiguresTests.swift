import RapportAnalytics
import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage
import RapportTestKit
import Testing

/// What campaigns cost and brought.
@Suite("Campaign figures")
struct CampaignFiguresTests {
    private func ann(_ number: Int = 0) -> [Identifier] { [Identifier(kind: "email", value: "p\(number)@a.example")] }

    /// Events of many people at stated moments, at once.
    private func happen(_ house: ImportHouse, _ events: [NewEvent]) async throws {
        let door = house.rapport.door
        for start in stride(from: 0, to: events.count, by: 1_000) {
            let part = Array(events[start..<min(start + 1_000, events.count)])
            _ = try await house.rapport.database.write { db in try door.accept(part, in: db) as [Acceptance] }
        }
        try await house.rapport.stepping {}
    }

    private func event(_ kind: String, _ number: Int, _ at: Timestamp, _ properties: JSONValue) -> NewEvent {
        NewEvent(
            kind: kind, source: "shop", identifiers: ann(number), occurredAt: at, properties: properties, history: true)
    }

    private func state(_ house: ImportHouse, _ kind: String, _ name: String, _ body: JSONValue) async throws {
        let (store, now) = (house.rapport.definitions, house.rapport.clock.now)
        _ = try await house.rapport.database.write { db in
            try store.apply([DefinitionDraft(kind: kind, name: name, body: body)], actor: "test", now: now, in: db)
        }
    }

    @Test("a campaign of R100,000 to 5,000, a tenth of whom buy at R10,000: 500 customers, R200 each, ROAS 50:1, ROI 49:1")
    func acceptance() async throws {
        try await ImportHouse.with(.sqlite) { house in
            try await state(house, "cost", "house", ["currency": "ZAR", "campaigns": ["launch": 100_000]])
            let sent = house.rapport.clock.now - .days(80)
            var events: [NewEvent] = []
            for person in 0..<5_000 {
                events.append(
                    event("message.sent", person, sent, ["campaign": "launch", "channel": "email", "topic": "offers"]))
                guard person % 10 == 3 else { continue }
                events.append(
                    event(
                        "order.placed", person, sent + .days(2),
                        ["order": .string("\(person)"), "total": 10_000, "currency": "ZAR"]))
            }
            // Before the message, and after the look-back: not of the campaign.
            events.append(event("order.placed", 1, sent - .days(1), ["order": "a", "total": 10_000, "currency": "ZAR"]))
            events.append(event("order.placed", 2, sent + .days(31), ["order": "b", "total": 10_000, "currency": "ZAR"]))
            try await happen(house, events)
            let (catalog, now) = (house.rapport.catalog, house.rapport.clock.now)
            let figures = try await house.rapport.database.read { db in
                try CampaignFigures.read("launch", catalog, in: "ZAR", zone: .utc, asOf: now, db)
            }
            #expect((figures.cost, figures.reach, figures.converted) == (10_000_000, 5_000, 500))
            #expect(figures.conversionRate == 0.1)
            #expect(figures.costPerCustomer == 20_000)
            #expect((figures.roas, figures.roi) == (50, 49))
            #expect(figures.isFinal, "sent 80 days ago, 30 of look-back, 30 to give back")
        }
    }

    @Test(
        "responses are human clicks, replies, visits and purchases, each once a person; a refund lowers what it brought",
        arguments: DatabaseKind.available)
    func responses(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await state(house, "figure", "campaigns", ["look_back": ["email": "7d"], "return_window": "14d"])
            let sent = house.rapport.clock.now - .days(10)
            var events = (0..<8).map {
                event("message.sent", $0, sent, ["campaign": "Spring", "channel": "email", "topic": "offers"])
            }
            events += [
                event("link.clicked", 0, sent + .hours(1), ["campaign": "spring", "channel": "email", "human": true]),
                event("link.clicked", 0, sent + .hours(2), ["campaign": "spring", "channel": "email", "human": true]),
                event("link.clicked", 1, sent + .seconds(1), ["campaign": "spring", "channel": "email", "human": false]),
                event("message.opened", 2, sent + .hours(1), ["campaign": "spring", "channel": "email"]),
                event("message.replied", 3, sent + .days(2), ["campaign": "spring", "channel": "email"]),
                event("page.viewed", 4, sent + .days(8), ["campaign": "spring", "path": "/"]),
                event("message.bounced", 5, sent + .seconds(9), ["campaign": "spring", "channel": "email", "bounce": "hard"]),
                event("order.placed", 6, sent + .days(3), ["order": "1", "total": 50, "currency": "EUR"]),
                event("order.refunded", 6, sent + .days(9), ["order": "1", "amount": 20, "currency": "EUR"]),
            ]
            try await happen(house, events)
            let (catalog, now) = (house.rapport.catalog, house.rapport.clock.now)
            func figures(_ asOf: Timestamp) async throws -> CampaignFigures {
                try await house.rapport.database.read { db in
                    try CampaignFigures.read("spring", catalog, in: "EUR", zone: .utc, asOf: asOf, db)
                }
            }
            let today = try await figures(now)
            #expect((today.reach, today.bounced, today.clicked, today.replied, today.visited) == (7, 1, 1, 1, 0))
            #expect((today.responded, today.converted, today.revenue) == (3, 1, 3_000))
            #expect(!today.isFinal && !today.isCostStated)
            // As it stood before the refund.
            #expect(try await figures(sent + .days(5)).revenue == 5_000)
            await #expect(throws: Problem.self) { try await figures(sent - .days(1)) }
        }
    }

    @Test("every rule of attribution shares out the same total to the last cent, whatever happened")
    func exact() async throws {
        var generator = SplitMix64(seed: 3)
        func below(_ limit: Int) -> Int { Int(generator.next() % UInt64(limit)) }
        try await ImportHouse.with(.sqlite) { house in
            let start = house.rapport.clock.now - .days(100)
            var events: [NewEvent] = []
            for index in 0..<400 {
                let (person, at) = (below(25), start + .hours(Int64(below(2_400))))
                if index % 3 == 0 {
                    events.append(
                        event(
                            "order.placed", person, at,
                            [
                                "order": .string("\(index)"), "total": .decimal("\(below(500)).\(10 + below(90))"),
                                "currency": "EUR",
                            ]))
                } else {
                    events.append(
                        event(
                            "message.sent", person, at,
                            [
                                "campaign": .string("c\(below(6))"), "channel": below(2) == 0 ? "email" : "letter",
                                "topic": "offers",
                            ]))
                }
            }
            try await happen(house, events)
            let (catalog, now) = (house.rapport.catalog, house.rapport.clock.now)
            let (attribution, orders) = try await house.rapport.database.read { db in
                (
                    try Attribution.read(catalog, in: "EUR", zone: .utc, since: .distantPast, until: now, db),
                    try HouseOrders.read(catalog, in: db)
                )
            }
            #expect(attribution.total == orders.orders.reduce(0) { $0 + ($1.net ?? 0) })
            #expect(attribution.orders == 134)
            for model in Attribution.Model.allCases {
                #expect(attribution.rows.reduce(0) { $0 + ($1.amounts[model] ?? 0) } == attribution.total)
            }
            #expect(attribution.rows.contains { $0.campaign == nil } && attribution.rows.count == 7)
        }
    }

    @Test(
        "the lift of a hold-out is what those written to did more than those kept back, and nobody else counts",
        arguments: DatabaseKind.available)
    func lift(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let now = house.rapport.clock.now
            let began = now - .days(40)
            try await happen(
                house, (0..<210).map { event("form.submitted", $0, began - .days(1), ["form": "news"]) })
            await #expect(throws: Problem.self) { try await self.trial(house, now) }
            let act = Act(
                kind: "campaign", reference: 1, name: "spring", brand: "shop", topic: "offers", topicClass: .marketing,
                channel: "email", template: "spring", templateVersion: 1, expiresAt: .distantFuture, holdOut: 5_000)
            try await house.rapport.database.write { db in
                let id = try ActStore.insert(act, at: began, in: db)
                var people: [PersonID] = []
                for number in 0..<210 { people.append(try People.find("p\(number)@a.example", in: db) ?? 0) }
                for person in people.prefix(100) {
                    try db.run(
                        """
                        INSERT INTO messages (person, act, partition, address, state, at, attempts, epoch, reason)
                        VALUES (\(person), \(id), 1, \(person), 4, \(began + .hours(1)), 1, 0, 0)
                        """)
                }
                // Of those who were dropped only those whom chance kept back are the control.
                let drops = people.dropFirst(100).enumerated().map { index, person in
                    (person: person, receipt: Self.drop(act: id, heldOut: index < 100, at: began))
                }
                try DecisionStore().keepDrops(drops, act: id, in: db)
            }
            try await happen(
                house,
                (0..<210).filter { $0 < 60 || (100..<120).contains($0) || $0 >= 200 }.map {
                    event(
                        "order.placed", $0, began + .days(3), ["order": .string("\($0)"), "total": 30, "currency": "EUR"])
                })
            let trial = try await self.trial(house, now)
            #expect(trial.isOver)
            #expect(trial.experiments.map(\.outcome) == ["bought", "revenue", "opted out"])
            let bought = try #require(trial.experiments[0].comparisons(level: 0.95).first?.comparison)
            #expect((bought.treatment.count, bought.control.count) == (100, 100))
            #expect((bought.treatment.sum, bought.control.sum) == (60, 20))
            #expect(bought.isClear && abs(bought.difference - 0.4) < 1e-9)
            let revenue = try #require(trial.experiments[1].comparisons(level: 0.95).first?.comparison)
            #expect(abs(revenue.difference - 12) < 1e-9)
            // A look while it lasts says so.
            #expect(try await !self.trial(house, began + .days(5)).isOver)
        }
    }

    private func trial(_ house: ImportHouse, _ asOf: Timestamp) async throws -> CampaignTrial {
        let catalog = house.rapport.catalog
        return try await house.rapport.database.read { db in
            try CampaignTrial.read("spring", catalog, in: "EUR", zone: .utc, asOf: asOf, db)
        }
    }

    private static func drop(act: Int64, heldOut: Bool, at wall: Timestamp) -> Receipt {
        let input = DecisionInput(
            proposal: Proposal(
                act: act, brand: 1, topic: 1, topicClass: .marketing, offers: [.init(channel: 1, hasAddress: heldOut)],
                expiresAt: wall + .days(3), holdOut: HoldOut(share: 5_000, draw: 7)), person: PersonState(),
            policy: DecisionPolicy(rules: [
                PermissionRule(
                    name: "any", countries: [], channel: 0, capacity: nil, topicClass: .marketing, sufficient: [],
                    needsNothing: true)
            ]), wall: wall)
        return Receipt(input, Decider.decide(input))
    }

    @Test("the rules weigh messages as their names say")
    func weights() {
        let touches = [0, 7, 14].map { Timestamp(milliseconds: Int64($0) * 86_400_000) }
        func weights(_ model: Attribution.Model, _ count: Int = 3) -> [Double] {
            Attribution.weights(
                model, touches: Array(touches.prefix(count)), purchase: touches[2] + .days(7), halfLife: .days(7))
        }
        #expect(weights(.first) == [1, 0, 0])
        #expect(weights(.last) == [0, 0, 1])
        #expect(weights(.linear) == [1, 1, 1])
        #expect(weights(.timeDecay) == [0.25, 0.5, 1])
        #expect(weights(.position) == [2, 1, 2])
        #expect(weights(.position, 2) == [1, 1])
        #expect(weights(.position, 1) == [1])
    }
}
