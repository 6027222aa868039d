import RapportAnalytics
import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage
import RapportTestKit
import Testing

/// What predictions, SQL views, exports and sums of events say of people without an order, with one, with refunds and several
/// currencies, who are one, two again, or gone.
@Suite("Answers at the edges")
struct EdgeAnswerTests {
    private static let orders = EdgeTests.orders
    private static let people = """
        source: desk
        as: people
        identifiers: {email: Email}
        fields: {city: City}
        """
    private static let head = "Order,At,Email,Status,Total,Currency\n"

    /// Ninety who come every week, or stopped, or come seldom; beside them Nora, who never bought, One, who did once, Rita, who sent
    /// all back, and Yen, who pays in yen and was paid back in dollars.
    private static func shop(until end: Int) -> String {
        var text = head
        var number = 0
        func add(_ email: String, _ day: Int, _ status: String, _ total: String, _ currency: String = "EUR") {
            text +=
                "\(number),\(CivilDate(daysSince1970: day).text)T12:00:00Z,\(email)@a.example,\(status),\(total),\(currency)\n"
        }
        for customer in 0..<90 {
            let (gap, stop) = [(7, end), (9, end - 320 + (customer * 53) % 300), (61, end)][customer % 3]
            for day in stride(from: end - 360 + customer % 31, to: min(end, stop), by: gap) {
                number += 1
                add("c\(customer)", day, "placed", "20")
            }
        }
        number += 1
        add("one", end - 200, "placed", "9.90")
        for day in [end - 250, end - 150, end - 50] {
            number += 1
            add("rita", day, "placed", "30")
            add("rita", day + 1, "refunded", "30")
        }
        for day in [end - 190, end - 90] {
            number += 1
            add("yen", day, "placed", "2000", "JPY")
            add("yen", day + 2, "refunded", "5", "USD")
        }
        return text
    }

    private func predicted(_ house: ImportHouse) async throws -> [PersonID: Double] {
        let found = try await HousePrediction(
            HouseQuestion(outcome: "order.placed", within: 30), asOf: Timestamp(milliseconds: 20_400 * 86_400_000),
            house.rapport.database, house.rapport.catalog)
        let answers = Dictionary(found.answers.map { ($0.person, $0.probability) }) { first, _ in first }
        #expect(answers.count == found.answers.count, "nobody is answered for twice")
        #expect(answers.values.allSatisfy { (0...1).contains($0) })
        return answers
    }

    @Test(
        "a prediction is of everybody who is there: without an order, with one, paid back, once where merged, again twice where not, and not of the erased",
        arguments: DatabaseKind.available)
    func predictions(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            // Known for as long as the others, so that Nora too can be asked about.
            try await house.bring("p.csv", "Email,City\nnora@a.example,Paris\n", map: Self.people)
            try await house.bring("o.csv", Self.shop(until: 20_400), map: Self.orders)
            let nora = [Identifier(kind: "email", value: "nora@a.example")]
            try await house.say("page.viewed", nora, at: Timestamp(milliseconds: 20_050 * 86_400_000))
            let before = try await predicted(house)
            #expect(before.count == 94)
            var likely: [String: Double] = [:]
            for name in ["nora", "one", "rita", "yen", "c0", "c3", "c1"] {
                let person = try await house.find(name)
                let own: Double? = before[person]
                likely[name] = own
                #expect(own != nil, "\(name)")
            }
            #expect(likely["c0"] ?? 0 > 0.8 && likely["nora"] ?? 1 < 0.5 && likely["one"] ?? 1 < 0.5)
            let (kept, gone) = (try await house.find("c0"), try await house.find("c3"))
            let merged = try await house.merge("c3", into: "c0")
            let one = try await predicted(house)
            #expect(one.count == 93 && one[gone] == nil && one[kept] ?? 0 > 0.8)
            try await house.unmerge(merged)
            let again = try await predicted(house)
            #expect(again.count == before.count)
            #expect(before.allSatisfy { abs((again[$0.key] ?? 2) - $0.value) < 1e-4 })
            let yen = try await house.find("yen")
            try await house.erase("yen")
            let rest = try await predicted(house)
            #expect(rest.count == 93 && rest[yen] == nil)
        }
    }

    private static let few = """
        Order,At,Email,Status,Total,Currency
        1,2025-03-30T22:30:00Z,ann@a.example,placed,50,EUR
        1,2025-04-03T10:00:00Z,ann@a.example,refunded,10,USD
        2,2025-04-01T10:00:00Z,ann@a.example,placed,2000,JPY
        3,2025-04-02T10:00:00Z,anna@a.example,placed,20,EUR
        3,2025-04-05T10:00:00Z,anna@a.example,refunded,20,EUR
        4,2025-04-05T10:00:00Z,bo@a.example,placed,40,USD
        5,2025-04-06T10:00:00Z,cy@a.example,placed,60,EUR

        """

    /// Nora, who never bought, Ann, and those whose orders these are.
    private func withFew(_ kind: DatabaseKind, _ body: (ImportHouse) async throws -> Void) async throws {
        try await ImportHouse.with(kind) { house in
            try await house.bring(
                "p.csv", "Email,City\nnora@a.example,Paris\nann@a.example,Lyon\n", map: Self.people)
            try await house.bring("o.csv", Self.few, map: Self.orders)
            try await body(house)
        }
    }

    @Test(
        "views show each order once, of the person that it is of now, and never take dollars off euros",
        arguments: DatabaseKind.available)
    func views(kind: DatabaseKind) async throws {
        try await withFew(kind) { house in
            let database = house.rapport.database
            _ = try await database.write { try ViewStore.apply(in: $0) }
            func rows() async throws -> [String] {
                let cents: SQL = kind == .postgres ? "(net * 100)::bigint" : "CAST(net * 100 + 0.5 AS INTEGER)"
                return try await database.read { db in
                    try db.all("SELECT number, currency, \(cents), state, foreign_refunds FROM v_orders ORDER BY number") {
                        "\($0.text(0)) \($0.text(1)) \($0.integer(2)) \($0.text(3)) \($0.integer(4))"
                    }
                }
            }
            let all = [
                "1 EUR 5000 partly_refunded 1", "2 JPY 200000 placed 0", "3 EUR 0 refunded 0", "4 USD 4000 placed 0",
                "5 EUR 6000 placed 0",
            ]
            #expect(try await rows() == all)
            func buyers() async throws -> Int64 { try await house.count("SELECT COUNT(DISTINCT person) FROM v_orders") }
            #expect(try await buyers() == 4)
            #expect(try await house.count("SELECT COUNT(*) FROM v_people") == 5)
            let merged = try await house.merge("anna", into: "ann")
            #expect(try await rows() == all)
            #expect(try await buyers() == 3)
            #expect(try await house.count("SELECT COUNT(*) FROM v_people") == 4)
            try await house.unmerge(merged)
            #expect(try await buyers() == 4)
            try await house.erase("cy")
            #expect(try await rows() == Array(all.dropLast()))
            #expect(try await house.count("SELECT COUNT(*) FROM v_people") == 4)
            // A moment is told in UTC, whatever the zone of the house.
            let first: SQL =
                kind == .postgres
                ? "SELECT COUNT(*) FROM v_orders WHERE placed_at = timestamptz '2025-03-30 22:30:00+00'"
                : "SELECT COUNT(*) FROM v_orders WHERE substr(placed_at, 1, 10) = '2025-03-30' AND substr(placed_at, 12, 5) = '22:30'"
            #expect(try await house.count(first) == 1)
        }
    }

    @Test(
        "an export has each member once, merged ones as one, those who are two again as two, and never the erased",
        arguments: DatabaseKind.available)
    func exports(kind: DatabaseKind) async throws {
        try await withFew(kind) { house in
            try await house.segments(["quiet": "count(order.placed) < 1", "buyers": "count(order.placed) >= 1"])
            func export(_ name: String) async throws -> [[String]] {
                try await house.rapport.database.read { db in
                    let export = try SegmentExport(of: name, fields: ["city"], identifiers: ["email"], in: db)
                    #expect(export.header == ["person", "since", "city", "email"])
                    #expect(Set(export.rows.map { $0[0] }).count == export.rows.count)
                    return export.rows.map { Array($0[2...]) }.sorted { $0[1] < $1[1] }
                }
            }
            let buyers = [
                ["Lyon", "ann@a.example"], ["", "anna@a.example"], ["", "bo@a.example"], ["", "cy@a.example"],
            ]
            #expect(try await export("buyers") == buyers)
            #expect(try await export("quiet") == [["Paris", "nora@a.example"]])
            let merged = try await house.merge("anna", into: "ann")
            #expect(try await export("buyers") == [buyers[0], buyers[2], buyers[3]])
            try await house.unmerge(merged)
            #expect(try await export("buyers") == buyers)
            try await house.erase("cy")
            #expect(try await export("buyers") == Array(buyers.dropLast()))
        }
    }

    @Test(
        "sums of money are reckoned by the house's rate of each day, also within a month in which it changes; nothing is guessed",
        arguments: DatabaseKind.available)
    func sums(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            // The dollar changes on 6 April of Auckland, which begins at eleven of the 5th in UTC.
            let placed = """
                1,2025-04-01T10:00:00Z,ann@a.example,placed,50,EUR
                2,2025-04-05T10:59:00Z,ann@a.example,placed,10,USD
                3,2025-04-05T11:00:00Z,bo@a.example,placed,100,USD
                4,2025-05-02T10:00:00Z,bo@a.example,placed,2000,JPY

                """
            try await house.bring("o.csv", Self.head + placed, map: Self.orders)
            let (zone, catalog) = (try #require(TimeZoneRules("Pacific/Auckland")), house.rapport.catalog)
            func ask(_ change: (inout Exploration.Question) -> Void) async throws -> Exploration {
                var question = Exploration.Question(kind: "order.placed", days: 20_179...20_239)
                (question.measure, question.every, question.ownCurrency) = (.sum("total"), .month, "EUR")
                change(&question)
                return try await house.rapport.database.read { [question] in
                    try Exploration(question, zone: zone, catalog, in: $0)
                }
            }
            let problem = await #expect(throws: Problem.self) { _ = try await ask { _ in } }
            #expect(problem?.code == "explore.currency")
            let some = try await ask { $0.currency = "EUR" }
            #expect(some.all.values == [50, 0] && some.leftOut == 3 && some.converted.isEmpty)
            let (store, now) = (house.rapport.definitions, house.rapport.clock.now)
            let dollar: JSONValue = ["2025-01-01": .decimal("0.9"), "2025-04-06": .decimal("0.8")]
            _ = try await house.rapport.database.write { db in
                let body: JSONValue = ["USD": dollar, "JPY": .decimal("0.006")]
                try store.apply(
                    [DefinitionDraft(kind: "rate", name: "EUR", body: body)], actor: "test", now: now, in: db)
            }
            let months = try await ask { _ in }
            #expect(months.all.values == [139, 12] && months.currency == "EUR" && months.leftOut == 0)
            #expect(months.converted == ["JPY", "USD"] && months.periods.count == 2)
            let days = try await ask { $0.every = .day }
            #expect(days.all.total == 151 && days.all.values.filter { $0 > 0 } == [50, 9, 80, 12])
            // Orders of the house are reckoned alike.
            let found = try await house.rapport.database.read { try HouseOrders.read(catalog, in: $0) }
            #expect(found.orders.compactMap { found.revenue(of: $0, in: "EUR", zone: zone) }.reduce(0, +) == 15_100)
            // Rates of the question hold whatever the day.
            let stated = try await ask { ($0.currency, $0.rates) = ("EUR", ["USD": 1, "JPY": 0.01]) }
            #expect(stated.all.values == [160, 20] && stated.converted.isEmpty)
            let both = try await ask { $0.by = "weekday" }
            #expect(abs(both.groups.reduce(0) { $0 + $1.total } - 151) < 1e-9)
        }
    }
}
