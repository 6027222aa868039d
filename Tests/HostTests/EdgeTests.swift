import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage
import RapportTestKit
import Testing

/// Numbers at the edges: midnights of the house, days on which clocks change, refunds in another currency, orders cancelled in
/// part, people who are one, two again, or gone.
@Suite("Numbers at the edges")
struct EdgeTests {
    static let orders = """
        source: shop
        as: orders
        order: Order
        at: {column: At, time: RFC 3339}
        identifiers: {email: Email}
        state: Status
        total: {column: Total, number: true}
        currency: {column: Currency}
        """
    private static let lines = orders + "\nline: {product: Item, quantity: {column: Pieces, integer: true}}\n"
    private static let visits = """
        source: site
        as: events
        kind: {constant: page.viewed}
        key: Row
        at: {column: At, time: RFC 3339}
        identifiers: {email: Email}
        """

    private func auckland() throws -> TimeZoneRules { try #require(TimeZoneRules("Pacific/Auckland")) }

    private func rates(_ house: ImportHouse, _ body: JSONValue) async throws {
        let (store, now) = (house.rapport.definitions, house.rapport.clock.now)
        _ = try await house.rapport.database.write { db in
            try store.apply([DefinitionDraft(kind: "rate", name: "EUR", body: body)], actor: "test", now: now, in: db)
        }
    }

    private func orders(_ house: ImportHouse, until: Timestamp? = nil) async throws -> HouseOrders {
        let catalog = house.rapport.catalog
        return try await house.rapport.database.read { try HouseOrders.read(catalog, until: until, in: $0) }
    }

    private func worth(_ house: ImportHouse, _ zone: TimeZoneRules) async throws -> Worth {
        let (catalog, now) = (house.rapport.catalog, house.rapport.clock.now)
        return try await house.rapport.database.read { db in
            try Worth.read(catalog, in: "EUR", zone: zone, until: now, find: { try People.find($0, in: $1) }, db)
        }
    }

    @Test(
        "an hour is what clocks in Auckland show, also on the day of 25 hours and on that of 23; a day ends at their midnight",
        arguments: DatabaseKind.available)
    func hours(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            // 23:59, 00:00, 02:30 twice and 23:59 around 5 April; 23:59, 03:00 (an hour was skipped) and 12:00 around 27 September.
            try await house.bring(
                "v.csv",
                """
                Row,At,Email
                1,2025-04-05T10:59:00Z,ann@a.example
                2,2025-04-05T11:00:00Z,ann@a.example
                3,2025-04-05T13:30:00Z,ann@a.example
                4,2025-04-05T14:30:00Z,ann@a.example
                5,2025-04-06T11:59:00Z,ann@a.example
                6,2025-09-27T11:59:00Z,bo@a.example
                7,2025-09-27T14:00:00Z,bo@a.example
                8,2025-09-27T23:00:00Z,bo@a.example
                """, map: Self.visits)
            let (zone, catalog) = (try auckland(), house.rapport.catalog)
            func ask(_ from: String, _ to: String, by: String? = nil) async throws -> Exploration {
                let (first, last) = (try #require(CivilDate(iso: from)), try #require(CivilDate(iso: to)))
                var question = Exploration.Question(kind: "page.viewed", days: first.daysSince1970...last.daysSince1970)
                question.by = by
                return try await house.rapport.database.read { [question] in
                    try Exploration(question, zone: zone, catalog, in: $0)
                }
            }
            let hours = try await ask("2025-04-01", "2025-09-30", by: "hour")
            #expect(hours.groups.map(\.name) == ["00:00", "02:00", "03:00", "12:00", "23:00"])
            #expect(hours.groups.map(\.total) == [1, 2, 1, 1, 3])
            #expect(try await ask("2025-04-05", "2025-04-07").all.values == [1, 4, 0])
            #expect(try await ask("2025-09-27", "2025-09-29").all.values == [1, 2, 0])
        }
    }

    @Test(
        "a refund in another currency lessens what a customer bought, is worth and stands for, all by the rate of its own day",
        arguments: DatabaseKind.available)
    func foreignRefund(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await house.bring(
                "o.csv",
                """
                Order,At,Email,Status,Total,Currency
                1,2025-05-20T00:00:00Z,ann@a.example,placed,50,EUR
                2,2025-05-21T00:00:00Z,bo@a.example,placed,2000,JPY
                """, map: Self.orders)
            try await house.bring(
                "r.csv",
                """
                Order,At,Email,Status,Total,Currency
                1,2025-05-28T12:30:00Z,ann@a.example,refunded,10,USD
                """, map: Self.orders)
            let zone = try auckland()
            // No rate at all: what is missing is said by its name, with the day of the house on which it is missed first.
            let none = try await orders(house)
            let problem = #expect(throws: Problem.self) { try none.purchases(in: "EUR", rates: ["JPY": 0.006], zone: zone) }
            #expect(problem?.code == "clv.no_rate")
            #expect(problem?.reason.contains("USD (first needed for 2025-05-29) is in EUR") == true)
            #expect(try await worth(house, zone).unconverted.map(\.currency) == ["JPY", "USD"])
            // The dollar is 0.90 until 28 May in Auckland, and 0.85 from then on.
            let dollar: JSONValue = ["2025-01-01": .decimal("0.9"), "2025-05-29": .decimal("0.85")]
            try await rates(house, ["USD": dollar, "JPY": .decimal("0.006")])
            let found = try await orders(house)
            let (people, purchases) = try found.purchases(in: "EUR", rates: [:], zone: zone)
            let bought = purchases.summary(periodDays: 7).customers.map { ($0.value * 100).rounded() }
            #expect(people.count == 2 && bought.sorted() == [1_200, 4_150])
            #expect(try await worth(house, zone).people.map(\.revenue).sorted() == [1_200, 4_150])
            let catalog = house.rapport.catalog
            let profiles = try await house.rapport.database.read { db in
                try Profiles(house: found, currency: "EUR", rates: [:], zone: zone, asOf: 20_300, catalog, in: db)
            }
            #expect(profiles.profiles.map(\.value).sorted() == [1_200, 4_150])
            // Rates that are given with the question hold for refunds too.
            let (_, given) = try found.purchases(in: "EUR", rates: ["USD": 2, "JPY": 0.01], zone: zone)
            #expect(given.summary(periodDays: 7).customers.map { ($0.value * 100).rounded() }.sorted() == [2_000, 3_000])
        }
    }

    @Test(
        "as of an evening, what was given back and complained of later is not known yet", arguments: DatabaseKind.available)
    func evening(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            // The refund comes at half past midnight of 1 June in Auckland.
            try await house.bring(
                "o.csv",
                """
                Order,At,Email,Status,Total,Currency
                1,2025-05-20T00:00:00Z,ann@a.example,placed,50,EUR
                1,2025-05-31T12:30:00Z,ann@a.example,refunded,50,EUR
                """, map: Self.orders)
            let (zone, catalog) = (try auckland(), house.rapport.catalog)
            for (date, value, trouble) in [("2025-05-31", Int64(5_000), 0), ("2025-06-01", 0, 1)] {
                let day = try #require(CivilDate(iso: date))
                let found = try await orders(house, until: zone.end(of: day))
                let profiles = try await house.rapport.database.read { db in
                    try Profiles(
                        house: found, currency: "EUR", rates: [:], zone: zone, asOf: day.daysSince1970, catalog, in: db)
                }
                #expect(profiles.profiles.map(\.value) == [value] && profiles.profiles.map(\.trouble) == [trouble])
            }
        }
    }

    @Test(
        "a basket is what was left of its order: without the lines that were cancelled, and as it was placed last",
        arguments: DatabaseKind.available)
    func baskets(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await house.bring(
                "o.csv",
                """
                Order,At,Email,Status,Total,Currency,Item,Pieces
                1,2025-05-01T00:00:00Z,ann@a.example,placed,60,EUR,tea,2
                1,2025-05-01T00:00:00Z,ann@a.example,placed,60,EUR,mug,1
                1,2025-05-01T00:00:00Z,ann@a.example,placed,60,EUR,pot,1
                2,2025-05-02T00:00:00Z,ann@a.example,placed,60,EUR,tin,1
                1,2025-05-03T00:00:00Z,ann@a.example,cancelled,,EUR,tea,1
                1,2025-05-03T00:00:00Z,ann@a.example,cancelled,,EUR,mug,1
                """, map: Self.lines)
            let ann = [Identifier(kind: "email", value: "ann@a.example")]
            // Another shop has a number 2 too, and takes it back whole.
            try await house.say("order.placed", ann, ["order": "2", "lines": [["product": "cup"]]], source: "other")
            try await house.say("order.cancelled", ann, ["order": "2"], source: "other")
            // The same order, placed anew.
            try await house.say("order.placed", ann, ["order": "3", "lines": [["product": "jar"], ["product": "lid"]]])
            try await house.say(
                "order.placed", ann, ["order": "3", "lines": [["product": "jar"], ["product": "cap", "state": "cancelled"]]])
            // The helpdesk takes back what one shop alone has sold.
            try await house.say("order.returned", ann, ["order": "3"], source: "helpdesk")
            let catalog = house.rapport.catalog
            let lines = try await house.rapport.database.read { try HouseLines.read(catalog, in: $0) }
            let baskets = lines.baskets.map { $0.products.map { lines.name($0) }.sorted() }
            #expect(baskets == [["pot", "tea"], ["tin"], ["jar"]])
            #expect(lines.returned.values.map { $0.map { lines.name($0) } } == [["jar"]])
        }
    }

    @Test(
        "two who are one have one history, two again have two, and who was erased has none", arguments: DatabaseKind.available)
    func people(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            // Ann and Anna bought in the same month and on the same day of Auckland; Bo once, a second before that day's end.
            try await house.bring(
                "o.csv",
                """
                Order,At,Email,Status,Total,Currency
                1,2025-01-31T10:00:00Z,ann@a.example,placed,10,EUR
                2,2025-02-20T00:00:00Z,anna@a.example,placed,20,EUR
                3,2025-02-20T10:59:59Z,ann@a.example,placed,30,EUR
                4,2025-01-31T10:59:59Z,bo@a.example,placed,40,EUR
                5,2025-02-01T00:00:00Z,cy@a.example,placed,50,EUR
                """, map: Self.orders)
            let zone = try auckland()
            func bought() async throws -> Purchases {
                let found = try await self.orders(house)
                let (_, rows) = try found.purchases(in: "EUR", rates: [:], zone: zone)
                return rows
            }
            func cohorts() async throws -> [[Int]] {
                let purchases = try await bought()
                return Cohorts(purchases, every: .month).cohorts.map { [$0.size] + $0.active }
            }
            let apart = [[2, 2, 1], [2, 2]]
            #expect(try await cohorts() == apart)
            let merge = try await house.merge("anna", into: "ann")
            #expect(try await cohorts() == [[2, 2, 1], [1, 1]])
            let one = try await bought()
            #expect(RFM(one).customers.map(\.frequency).sorted() == [1, 1, 2])
            #expect(try await worth(house, zone).people.map(\.revenue).sorted() == [4_000, 5_000, 6_000])
            try await house.unmerge(merge)
            #expect(try await cohorts() == apart)
            #expect(try await worth(house, zone).people.map(\.revenue).sorted() == [2_000, 4_000, 4_000, 5_000])
            try await house.erase("cy")
            #expect(try await cohorts() == [[2, 2, 1], [1, 1]])
            let total = try await worth(house, zone).total
            #expect(total.revenue == 10_000)
        }
    }
}

extension CivilDate {
    fileprivate init?(iso text: String) {
        let parts = text.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3 else { return nil }
        self.init(year: parts[0], month: parts[1], day: parts[2])
    }
}
