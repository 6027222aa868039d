public import RapportCore
public import RapportStorage

/// The orders of all people as the log has them now: what each brought, net of tax and of what was given back or cancelled.
///
/// Cancelled orders are none. What came of an order is linked to it by its number, whichever source says so. Merged people's
/// orders are their survivor's; erased and anonymous people have none here.
public struct HouseOrders: Sendable {
    public struct Order: Sendable, Hashable {
        public var person: PersonID
        public var placedAt: Timestamp
        /// ISO 4217; `nil` where the order names none.
        public var currency: String?
        /// Revenue in minor units; `nil` where the order has no total. Refunds in other currencies are not yet taken off.
        public var net: Int64?
        /// `nil` where the source numbers no orders.
        public var number: String?
        public var money: OrderMoney?
        /// The event that placed it.
        public var event: EventRef

        public init(
            person: PersonID, placedAt: Timestamp, currency: String? = nil, net: Int64? = nil, number: String? = nil,
            money: OrderMoney? = nil, event: EventRef
        ) {
            self.person = person
            self.placedAt = placedAt
            self.currency = currency
            self.net = net
            self.number = number
            self.money = money
            self.event = event
        }
    }

    /// By person.
    public let orders: [Order]
    /// What is stated of currencies.
    public let rates: ExchangeRates
    /// How many people were not read because they may not be profiled.
    public let leftOut: Int
    public var currencies: [String] { Set(orders.compactMap(\.currency)).sorted() }

    public init(orders: [Order], rates: ExchangeRates = ExchangeRates(), leftOut: Int = 0) {
        self.orders = orders
        self.rates = rates
        self.leftOut = leftOut
    }

    private static let kinds: Set<String> = ["order.placed", "order.refunded", "order.cancelled", "order.returned"]

    /// - Parameters:
    ///   - until: what happened later is left out.
    ///   - people: of these alone; `nil`: of all.
    public static func read(
        _ catalog: Catalog, until: Timestamp? = nil, of people: [PersonID]? = nil, among population: HousePopulation = .everybody,
        in db: Connection
    ) throws -> HouseOrders {
        let rates = try RateStore.read(in: db)
        let kinds = try catalog.existingKinds(Self.kinds, in: db)
        let leftOut = try population.leftOut(in: db)
        guard kinds["order.placed"] != nil else { return HouseOrders(orders: [], rates: rates, leftOut: leftOut.count) }
        let names = Dictionary(uniqueKeysWithValues: kinds.values.map { ($0.id, $0.name) })
        let costs = try ProductCosts.read(rates: rates, in: db)
        var orders: [Order] = []
        var person: PersonID = 0
        var happenings: [OrderHappening] = []
        let named: SQL = people.map { "AND people.id IN \(list: $0)" } ?? ""
        let whom = named + population.condition(on: "people.id", leavingOut: leftOut)
        try db.each(
            """
            SELECT timeline.person, timeline.kind, timeline.occurred_at, events.source, events.properties,
                timeline.partition, timeline.position
            FROM people
            JOIN timeline ON timeline.person = people.id AND timeline.kind IN \(list: names.keys.sorted())
            JOIN events ON events.partition = timeline.partition AND events.position = timeline.position
            WHERE people.state = 0 AND people.anonymous = 0 \(whom)
                AND timeline.occurred_at <= \(until ?? .distantFuture)
            ORDER BY timeline.person, timeline.kind, timeline.occurred_at, timeline.partition, timeline.position
            """
        ) { row in
            if row.integer(0) != person {
                orders += OrderHappening.settle(happenings, of: person, costs)
                happenings = []
                person = row.integer(0)
            }
            let properties = try JSONValue(parsing: row.text(4))
            happenings.append(
                OrderHappening(
                    event: .init(kind: names[row.integer(1)] ?? "", at: row.timestamp(2), properties: properties),
                    number: properties["order"].flatMap { $0.string ?? $0.integer.map(String.init) }, source: row.integer(3),
                    ref: EventRef(partition: row.int(5), position: row.integer(6))))
        }
        orders += OrderHappening.settle(happenings, of: person, costs)
        return HouseOrders(orders: orders, rates: rates, leftOut: leftOut.count)
    }

    /// What an order brought, in a currency at the rate of its day, its refunds in other currencies at the rates of theirs.
    ///
    /// - Returns: `nil` where the order has no amount or a rate is not stated. An order without a currency is in that asked for.
    public func revenue(of order: Order, in currency: String, zone: TimeZoneRules) -> Int64? {
        guard let net = order.net, let own = convert(net, of: order, in: currency, zone: zone) else { return nil }
        var back: Int64 = 0
        for refund in order.money?.foreignRefunds ?? [] {
            let day = Int(zone.day(of: refund.at.milliseconds))
            guard let part = rates.convert(refund.amount, from: refund.currency, to: currency, on: day) else { return nil }
            back = back &+ part
        }
        return max(0, own &- back)
    }

    /// What the goods of an order cost, as far as it is known.
    public func cost(of order: Order, in currency: String, zone: TimeZoneRules) -> Int64? {
        convert(order.money?.cost ?? 0, of: order, in: currency, zone: zone)
    }

    private func convert(_ minor: Int64, of order: Order, in currency: String, zone: TimeZoneRules) -> Int64? {
        let day = Int(zone.day(of: order.placedAt.milliseconds))
        return rates.convert(minor, from: order.currency ?? currency, to: currency, on: day)
    }
}
