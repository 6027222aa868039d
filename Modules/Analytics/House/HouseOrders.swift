public import RapportCore
public import RapportStorage

/// The orders of all people as the log has them now: what each brought, net of what was given back.
///
/// Cancelled orders are none. What was refunded lowers its order, by its number, whichever source says so; a refund without an
/// amount is of the whole. Merged people's orders are their survivor's; erased and anonymous people have none here.
public struct HouseOrders: Sendable {
    public struct Order: Sendable, Hashable {
        public var person: PersonID
        public var placedAt: Timestamp
        /// ISO 4217; `nil` where the order names none.
        public var currency: String?
        /// In minor units; `nil` where the order has no total.
        public var net: Int64?
        /// The event that placed it.
        public var event: EventRef
    }

    /// By person.
    public let orders: [Order]
    public var currencies: [String] { Set(orders.compactMap(\.currency)).sorted() }

    public init(orders: [Order]) { self.orders = orders }

    private struct Happening {
        var kind: String
        var at: Timestamp
        var number: String?
        var source: Int64
        var amount: Int64?
        var currency: String?
        var ref: EventRef
    }

    public static func read(_ catalog: Catalog, in db: Connection) throws -> HouseOrders {
        let kinds = try catalog.existingKinds(["order.placed", "order.refunded", "order.cancelled"], in: db)
        guard kinds["order.placed"] != nil else { return HouseOrders(orders: []) }
        let byID = Dictionary(uniqueKeysWithValues: kinds.values.map { ($0.id, $0) })
        let slots = byID.mapValues { kind in
            let names = kind.definition.slots.map(\.name)
            return (
                amount: names.firstIndex(of: "amount") ?? names.firstIndex(of: "total"),
                currency: names.firstIndex(of: "currency")
            )
        }
        var numbers: [EventRef: (source: Int64, number: String)] = [:]
        try db.each("SELECT source, number, partition, position FROM order_events") { row in
            numbers[EventRef(partition: row.int(2), position: row.integer(3))] = (row.integer(0), row.text(1))
        }
        var symbols: [Int64: String] = [:]
        var orders: [Order] = []
        var person: PersonID = 0
        var happenings: [Happening] = []
        try db.each(
            """
            SELECT timeline.person, timeline.kind, timeline.occurred_at, timeline.partition, timeline.position,
                timeline.n1, timeline.n2, timeline.n3, timeline.n4
            FROM people
            JOIN timeline ON timeline.person = people.id AND timeline.kind IN \(list: byID.keys.sorted())
            WHERE people.state = 0 AND people.anonymous = 0
            ORDER BY timeline.person, timeline.kind, timeline.occurred_at, timeline.partition, timeline.position
            """
        ) { row in
            if row.integer(0) != person {
                orders += settle(happenings, of: person)
                happenings = []
                person = row.integer(0)
            }
            let slot = slots[row.integer(1)]
            let known = numbers[EventRef(partition: row.int(3), position: row.integer(4))]
            var currency: String?
            if let place = slot?.currency, let symbol = row.integerOrNil(5 + place) {
                if symbols[symbol] == nil { symbols[symbol] = try catalog.symbol(symbol, in: db).uppercased() }
                currency = symbols[symbol]
            }
            happenings.append(
                Happening(
                    kind: byID[row.integer(1)]?.name ?? "", at: row.timestamp(2), number: known?.number,
                    source: known?.source ?? 0,
                    amount: slot?.amount.flatMap { row.integerOrNil(5 + $0) }, currency: currency,
                    ref: EventRef(partition: row.int(3), position: row.integer(4))))
        }
        orders += settle(happenings, of: person)
        return HouseOrders(orders: orders)
    }

    private struct Key: Hashable {
        var source: Int64
        var number: String
    }

    /// One person's orders from what happened to them.
    private static func settle(_ happenings: [Happening], of person: PersonID) -> [Order] {
        var single: [Order] = []
        var placed: [Key: Order] = [:]
        for event in happenings where event.kind == "order.placed" {
            let order = Order(person: person, placedAt: event.at, currency: event.currency, net: event.amount, event: event.ref)
            guard let number = event.number else {
                single.append(order)
                continue
            }
            // What was placed last under a number is what the order is.
            let key = Key(source: event.source, number: number)
            if let known = placed[key], known.placedAt > order.placedAt { continue }
            placed[key] = order
        }
        for event in happenings where event.kind != "order.placed" {
            guard let number = event.number else { continue }
            var key = Key(source: event.source, number: number)
            if placed[key] == nil {
                // The helpdesk refunds what the shop sold, where one shop alone has the number.
                let others = placed.keys.filter { $0.number == number }
                guard others.count == 1 else { continue }
                key = others[0]
            }
            if event.kind == "order.cancelled" {
                placed[key] = nil
            } else if let net = placed[key]?.net {
                placed[key]?.net = event.amount.map { max(0, net &- $0) } ?? 0
            }
        }
        return single + placed.values.sorted { ($0.placedAt, $0.net ?? 0) < ($1.placedAt, $1.net ?? 0) }
    }

    /// The orders as purchases of one currency, each on its day in the house's zone; the people by place.
    ///
    /// - Parameters:
    ///   - currency: of the answer.
    ///   - rates: what one unit of another currency is in it.
    /// - Throws: `Problem` `clv.no_rate` for a currency without a rate.
    public func purchases(in currency: String?, rates: [String: Double], zone: TimeZoneRules) throws -> (
        people: [PersonID], purchases: Purchases
    ) {
        let others = currencies.filter { $0 != currency && rates[$0] == nil }
        guard others.isEmpty else {
            throw Problem(
                "clv.no_rate",
                "orders are in \(currencies.joined(separator: ", ")), and what \(others.joined(separator: " and ")) is in "
                    + "\(currency ?? "one of them") is not stated",
                remedy:
                    "Give --currency \(currency ?? currencies[0]) and a rate of each other one, such as --rate \(others[0])=0.92")
        }
        var people: [PersonID] = []
        for order in orders where order.person != people.last { people.append(order.person) }
        var purchases = Purchases(customers: people.map(String.init))
        var place = -1
        for order in orders {
            if place < 0 || people[place] != order.person { place += 1 }
            let amount = order.net.map { order.units(of: $0, in: currency, rates: rates) }
            purchases.add(customer: place, day: Int(zone.day(of: order.placedAt.milliseconds)), amount: amount)
        }
        return (people, purchases)
    }
}

extension HouseOrders.Order {
    /// Minor units of the order's currency in units of `currency`.
    public func units(of minor: Int64, in currency: String?, rates: [String: Double]) -> Double {
        var unit = Double(minor)
        for _ in 0..<Currency.exponent(of: self.currency) { unit /= 10 }
        return unit * (self.currency.flatMap { $0 == currency ? nil : rates[$0] } ?? 1)
    }
}
