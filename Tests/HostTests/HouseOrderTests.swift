import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage
import RapportTestKit
import Testing

/// All orders at once, as analyses read them.
@Suite("Orders of a house")
struct HouseOrderTests {
    private static let products = """
        source: shop
        as: products
        key: SKU
        fields: {name: Name, cost: Cost}
        """
    private static let costs = ["p0": "3.10", "p1": "0.5", "the \"best\" lid": "7", "p3": "12.345"]

    /// What shops, tills and the helpdesk say of a few numbers of a few people, in lines and without, in several currencies.
    private struct Chance {
        var generator: SplitMix64

        mutating func below(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }
        mutating func pick<Element>(_ some: [Element]) -> Element { some[below(some.count)] }

        mutating func amount() -> JSONValue {
            switch below(5) {
            case 0: .integer(Int64(below(900)))
            case 1: .decimal("\(below(300)).\(below(10))\(below(10))")
            case 2: .string("\(below(300)).\(below(10))")
            case 3: .decimal("\(below(99)).\(below(1_000))")
            default: .string(pick(["12,50", " 7.5 ", "1e2", "", "+4"]))
            }
        }

        mutating func line() -> JSONValue {
            if below(30) == 0 { return "a lid" }
            var members: [JSONValue.Member] = []
            if below(8) > 0 {
                members.append(
                    .init(pick(["product", "sku", "product_id", "name"]), pick(["p0", "p1", "the \"best\" lid", "p3", "p4", 7])))
            }
            if below(3) > 0 { members.append(.init(pick(["quantity", "qty"]), pick([1, 2, 3, .decimal("1.5"), "4", .null]))) }
            for name in ["price", "total", "cost", "tax", "discount"] where below(3) == 0 {
                members.append(.init(name, amount()))
            }
            if below(9) == 0 { members.append(.init("state", pick(["cancelled", "Canceled", "shipped", "CANCELLED"]))) }
            return .object(members)
        }

        mutating func properties(of kind: String) -> JSONValue {
            var members: [JSONValue.Member] = []
            if below(6) > 0 {
                members.append(.init("order", pick(["1", "2", "3", "4", "5", 1, 2, "no. \"9\"", "a-long-number-of-an-order"])))
            }
            if below(8) > 0 { members.append(.init("currency", pick(["EUR", "EUR", "EUR", "usd", "JPY", "TND"]))) }
            let names = kind == "order.placed" ? ["total", "shipping", "tax", "cost", "discount"] : ["amount", "total", "tax"]
            for name in names where below(name == "total" ? 5 : 3) > 0 { members.append(.init(name, amount())) }
            if below(6) == 0 { members.append(.init("coupon", pick(["SPRING", "", "a\nb"]))) }
            if below(2) == 0 { members.append(.init("lines", .array((0..<below(4)).map { _ in line() }))) }
            if below(4) == 0 { members.append(.init("note", "so {\"total\": 1} [it] is, \\\" isn't it")) }
            return .object(members)
        }

        mutating func event(_ moment: Timestamp) -> NewEvent {
            let kind = pick([
                "order.placed", "order.placed", "order.placed", "order.refunded", "order.returned", "order.cancelled",
            ])
            return NewEvent(
                kind: kind, source: pick(["shop", "till", "helpdesk"]),
                identifiers: [Identifier(kind: "email", value: "c\(below(14))@a.example")],
                occurredAt: moment - .days(Int64(below(40))),
                properties: properties(of: kind), history: true)
        }
    }

    private func check(_ house: ImportHouse, _ what: Comment) async throws {
        let (catalog, costs, then) = (house.rapport.catalog, Self.costs, house.rapport.clock.now - .days(20))
        try await house.rapport.database.read { db in
            // With costs of products all is reckoned from the log, without from what is kept.
            for (until, costing) in [(nil, true), (then, true), (nil, false), (then, false)] as [(Timestamp?, Bool)] {
                let slow = try ReferenceOrders.read(costs: costing ? costs : [:], until: until ?? .distantFuture, in: db)
                let fast = try Array(HouseOrders.read(catalog, until: until, costing: costing, in: db).orders)
                #expect(Set(fast.map(ReferenceOrders.Order.init)) == Set(slow), what)
                #expect(fast.count == slow.count)
                let times = [(then - .days(10))..<then, (then - .days(20))..<(then - .days(17))]
                let placed = try Array(HouseOrders.read(catalog, placed: times, until: until, costing: costing, in: db).orders)
                #expect(placed == fast.filter { order in times.contains { $0.contains(order.placedAt) } }, what)
                let isSorted = zip(fast, fast.dropFirst()).allSatisfy { ($0.person, $0.placedAt) <= ($1.person, $1.placedAt) }
                #expect(isSorted)
                let currencies = try HouseOrders.read(catalog, until: until, in: db).currencies
                #expect(Set(currencies) == Set(fast.compactMap(\.currency)))
                // A few are looked up, many are picked out of all.
                for share in [7, 2] {
                    let some = Set(fast.map(\.person).filter { $0 % Int64(share) == 0 })
                    let asked = try Array(
                        HouseOrders.read(catalog, until: until, of: some.sorted(), costing: costing, in: db).orders)
                    #expect(asked == fast.filter { some.contains($0.person) }, what)
                }
                try purchases(HouseOrders.read(catalog, until: until, costing: costing, in: db), what)
            }
            let (lines, reference) = (try HouseLines.read(catalog, in: db), try ReferenceLines(in: db))
            let baskets = lines.baskets.map { basket in
                ["\(basket.person)", "\(basket.placedAt.milliseconds)"] + basket.products.map { lines.key($0) }.sorted()
            }
            #expect(baskets == reference.baskets, what)
            let returned = lines.returned.filter { !$0.value.isEmpty }.mapValues { Set($0.map { lines.key($0) }) }
            #expect(returned == reference.returned, what)
        }
    }

    /// Orders that are not read whole come to what those come to that are.
    private func purchases(_ house: HouseOrders, _ what: Comment) throws {
        let zone = try #require(TimeZoneRules("Pacific/Auckland"))
        for (currency, rates) in [
            ("EUR", ["USD": 0.9, "JPY": 0.006, "TND": 0.3]), ("USD", ["EUR": 1.1, "JPY": 0.007, "TND": 0.33]),
        ] {
            var money: [PersonID: Double] = [:]
            var days: [PersonID: Set<Int64>] = [:]
            for order in house.orders {
                money[order.person, default: 0] += house.units(of: order, in: currency, rates: rates, zone: zone) ?? 0
                days[order.person, default: []].insert(zone.day(of: order.placedAt.milliseconds))
            }
            let (people, purchases) = try house.purchases(in: currency, rates: rates, zone: zone)
            let customers = RFM(purchases).customers
            #expect(people == money.keys.sorted() && customers.count == people.count, what)
            for customer in customers {
                let person = people[customer.index]
                #expect(abs(customer.money - (money[person] ?? -1)) < 1e-5, what)
                #expect(customer.frequency == days[person]?.count, what)
            }
        }
    }

    @Test(
        "read in one pass they are what each order's events say, with lines, states, refunds, currencies, merges and erasures",
        arguments: DatabaseKind.available)
    func reference(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            var table = "SKU,Name,Cost\n"
            for (index, cost) in Self.costs.sorted(by: { $0.key < $1.key }).enumerated() {
                table += "\"\(cost.key.replacing("\"", with: "\"\""))\",Thing \(index),\(cost.value)\n"
            }
            try await house.bring("p.csv", table, map: Self.products)
            var chance = Chance(generator: SplitMix64(seed: 430))
            let now = house.rapport.clock.now
            for round in 0..<3 {
                let events = (0..<400).map { _ in chance.event(now) }
                let door = house.rapport.door
                let answers = try await house.rapport.database.write { db in try door.accept(events, in: db) as [Acceptance] }
                #expect(answers.count == 400)
                // What no fold has seen yet is in no answer.
                try await check(house, "round \(round), before the step")
                try await house.rapport.stepping {}
                try await check(house, "round \(round)")
            }
            #expect(try await house.rapport.logVerifier().verify().differences.isEmpty)
            try await house.merge("c1", into: "c0")
            try await house.merge("c3", into: "c2")
            try await check(house, "after merges")
            try await house.erase("c4")
            try await check(house, "after an erasure")
            try await settleAnew(house)
            try await check(house, "after the migration of a database with orders")
            #expect(try await house.rapport.logVerifier().verify().differences.isEmpty)
        }
    }

    /// Has the migration make the table again, as in a database that was there before it.
    private func settleAnew(_ house: ImportHouse) async throws {
        let migration = try #require(Host.migrations.first { $0.name == "0353-order-facts" })
        let seed = try #require(migration.seed)
        try await house.rapport.database.write { db in
            try db.run("DROP TABLE order_facts")
            for statement in migration.statements { try db.run("\(raw: Migration.translate(statement, for: db.dialect))") }
            try seed(db)
        }
    }

    @Test(
        "whoever has thousands of orders, a till's own customer, has them in order, with what came of the first and of the last",
        arguments: DatabaseKind.available)
    func thousands(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let now = house.rapport.clock.now
            var generator = SplitMix64(seed: 71)
            let till = [Identifier(kind: "email", value: "till@a.example")]
            func event(_ kind: String, _ number: Int, _ properties: JSONValue = .object([])) -> NewEvent {
                let members = (properties.object ?? []) + [.init("order", .integer(Int64(number))), .init("currency", "EUR")]
                return NewEvent(
                    kind: kind, source: "till", identifiers: till,
                    occurredAt: now - .minutes(Int64(number) * 7) - .days(kind == "order.placed" ? 30 : 0),
                    properties: .object(members), history: true)
            }
            var events = (1...1_700).map { event("order.placed", $0, ["total": .integer(Int64($0))]) }
            events += [3, 800, 1_699].map { event("order.refunded", $0, ["amount": 2]) } + [event("order.cancelled", 900)]
            events.shuffle(using: &generator)
            let door = house.rapport.door
            for some in stride(from: 0, to: events.count, by: 300).map({ Array(events[$0..<min($0 + 300, events.count)]) }) {
                let answers = try await house.rapport.database.write { db in try door.accept(some, in: db) as [Acceptance] }
                #expect(answers.count == some.count)
                try await house.rapport.stepping {}
            }
            let catalog = house.rapport.catalog
            let (orders, rows) = try await house.rapport.database.read { db in
                (
                    try Array(HouseOrders.read(catalog, in: db).orders),
                    try db.integer("SELECT COUNT(*) FROM order_facts") ?? 0
                )
            }
            #expect(rows >= 4, "no row holds them all")
            #expect(orders.map { Int($0.number ?? "") ?? 0 } == (1...1_700).reversed().filter { $0 != 900 })
            let net = Dictionary(uniqueKeysWithValues: orders.map { ($0.number ?? "", $0.net ?? 0) })
            #expect(net["3"] == 100 && net["800"] == 79_800 && net["1699"] == 169_700 && net["1700"] == 170_000)
            try await check(house, "thousands")
            #expect(try await house.rapport.logVerifier().verify().differences.isEmpty)
        }
    }

    @Test("what is kept of orders and cannot be read is a fault that says so", arguments: DatabaseKind.available)
    func damaged(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let catalog = house.rapport.catalog
            try await house.bring(
                "o.csv", "Order,Date,Email,Total\n1,2024-01-10,ann@a.example,30\n", map: ImportHouse.orders(from: "shop"))
            for bytes in [[0, 0xFF, 0xFF, 3], [9], [0, 1, 2, 3]] as [[UInt8]] {
                try await house.rapport.database.write { db in _ = try db.run("UPDATE order_facts SET orders = \(bytes)") }
                let read = await #expect(throws: Problem.self) {
                    try await house.rapport.database.read { db in _ = try HouseOrders.read(catalog, in: db) }
                }
                #expect(read?.code == "order_facts.damaged")
            }
        }
    }

    @Test("a house without orders has none, and no currency")
    func none() async throws {
        try await ImportHouse.with(.sqlite) { house in
            let catalog = house.rapport.catalog
            let read = try await house.rapport.database.read { try HouseOrders.read(catalog, in: $0) }
            #expect(read.orders.isEmpty && read.currencies.isEmpty)
        }
    }
}
