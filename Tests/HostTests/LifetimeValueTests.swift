import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage
import RapportTestKit
import Testing

/// What customers are worth, learnt from the orders of a house and written on its people.
@Suite("Lifetime value of a house")
struct LifetimeValueTests {
    private func orders(_ house: ImportHouse) async throws -> HouseOrders {
        let catalog = house.rapport.catalog
        return try await house.rapport.database.read { try HouseOrders.read(catalog, in: $0) }
    }

    @Test(
        "orders count net of refunds and without cancelled ones, in one currency by stated rates",
        arguments: DatabaseKind.available)
    func net(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            #expect(try await orders(house).orders.isEmpty)
            try await house.bring(
                "o.csv",
                """
                Row,Order,Date,Email,Status,Total,Currency
                1,100,2025-01-01,ann@a.example,placed,30,EUR
                2,100,2025-01-05,ann@a.example,refunded,10,EUR
                3,101,2025-01-02,ann@a.example,placed,5,EUR
                4,101,2025-01-02,ann@a.example,cancelled,5,EUR
                5,102,2025-02-01,bo@a.example,placed,2000,JPY
                """, map: ImportHouse.orderStates)
            try await house.say(
                "order.refunded", [Identifier(kind: "email", value: "ann@a.example")],
                ["order": "100", "amount": "2.50", "currency": "EUR"], source: "helpdesk")
            let found = try await orders(house)
            #expect(found.currencies == ["EUR", "JPY"])
            #expect(found.orders.compactMap(\.net).sorted() == [1_750, 2_000])
            #expect(throws: Problem.self) { try found.purchases(in: "EUR", rates: [:], zone: .utc) }
            let (people, purchases) = try found.purchases(in: "EUR", rates: ["JPY": 0.006], zone: .utc)
            #expect(people.count == 2 && purchases.count == 2)
            let summary = purchases.summary(periodDays: 7)
            #expect(summary.customers.map(\.value).sorted().map { ($0 * 100).rounded() } == [1_200, 1_750])
        }
    }

    @Test(
        "the figures stand on each person, segments use them, and fitting again writes only what is new",
        arguments: DatabaseKind.available)
    func scores(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            var text = "Row,Order,Date,Email,Status,Total,Currency\n"
            var row = 0
            for customer in 0..<40 {
                // The first twenty come every ten days to the end, the others stop early.
                for visit in 0..<(customer < 20 ? 9 : 2 + customer % 3) {
                    row += 1
                    let day = CivilDate(daysSince1970: 20_089 + customer % 7 + visit * 10).text
                    text += "\(row),\(row),\(day),c\(customer)@a.example,placed,\(20 + (row * 7) % 31),EUR\n"
                }
            }
            try await house.bring("o.csv", text, map: ImportHouse.orderStates)
            let found = try await orders(house)
            let (people, purchases) = try found.purchases(in: "EUR", rates: [:], zone: .utc)
            let value = try LifetimeValue(purchases)
            let scores = value.scores(value.figures(), people: people, currency: "EUR")
            #expect(scores.values.count == 40)
            let (store, now) = (house.rapport.definitions, house.rapport.clock.now)
            let version = try await house.rapport.database.write { db in
                try scores.declare(
                    model: "lifetime_value", body: value.json([], texts: .english), by: "test", at: now, store, in: db)
            }
            #expect(version == 1)
            func write() async throws -> Int {
                try await house.rapport.stepping { try await scores.write(house.rapport.door, house.rapport.database) }
            }
            #expect(try await write() == 40)
            #expect(try await write() == 0)
            try await house.segments(["leaving": "probability_alive < 0.5", "there": "probability_alive >= 0.5"])
            try await house.rapport.database.read { db in
                let (loyal, gone) = (
                    try #require(try People.find("c1@a.example", in: db)), try #require(try People.find("c30@a.example", in: db))
                )
                let fields = try People.fields(of: [loyal, gone], in: db)
                func field(_ person: PersonID, _ name: String) -> String? { fields[person]?.first { $0.name == name }?.text }
                #expect(field(loyal, "lifetime_value")?.hasSuffix(" EUR") == true)
                let alive = [loyal, gone].map { Double(field($0, "probability_alive") ?? "") ?? -1 }
                #expect(alive[0] > alive[1] && alive[0] <= 1 && alive[1] >= 0)
                let members = try db.integer("SELECT COUNT(*) FROM membership WHERE segment > 0") ?? 0
                #expect(members == 40)
            }
        }
    }
}
