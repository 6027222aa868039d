public import RapportCore
public import RapportStorage

/// The orders of all people as the log has them now: what each brought, net of tax and of what was given back or cancelled.
///
/// Cancelled orders are none. What came of an order is linked to it by its number, whichever source says so. Merged people's
/// orders are their survivor's; erased and anonymous people have none here.
public struct HouseOrders: Sendable {
    @dynamicMemberLookup
    public struct Order: Sendable, Hashable {
        public var person: PersonID
        public var fact: OrderFact

        public subscript<Value>(dynamicMember member: KeyPath<OrderFact, Value>) -> Value { fact[keyPath: member] }
    }

    /// By person.
    public let orders: PackedOrders
    /// What is stated of currencies.
    public let rates: ExchangeRates
    /// How many people were not read because they may not be profiled.
    public let leftOut: Int
    /// In alphabetical order.
    public var currencies: [String] { orders.currencies.sorted() }

    init(orders: PackedOrders = PackedOrders(), rates: ExchangeRates, leftOut: Int = 0) {
        self.orders = orders
        self.rates = rates
        self.leftOut = leftOut
    }

    /// What an order brought, in a currency at the rate of its day, its refunds in other currencies at the rates of theirs.
    ///
    /// - Returns: `nil` where the order has no amount or a rate is not stated. An order without a currency is in that asked for.
    public func revenue(of order: Order, in currency: String, zone: TimeZoneRules) -> Int64? {
        guard let net = order.fact.net, let own = convert(net, of: order, in: currency, zone: zone) else { return nil }
        var back: Int64 = 0
        for refund in order.fact.foreignRefunds {
            let day = Int(zone.day(of: refund.at.milliseconds))
            guard let part = rates.convert(refund.amount, from: refund.currency, to: currency, on: day) else { return nil }
            back = back &+ part
        }
        return max(0, own &- back)
    }

    /// What of an order has no rate in a currency: the order's own, or that of a refund.
    func withoutRate(_ order: Order, in currency: String, zone: TimeZoneRules) -> (currency: String, at: Timestamp)? {
        let parts = [(order.currency ?? currency, order.placedAt)] + order.foreignRefunds.map { ($0.currency, $0.at) }
        return parts.first { rates.convert(1, from: $0.0, to: currency, on: Int(zone.day(of: $0.1.milliseconds))) == nil }
    }

    /// What the goods of an order cost, as far as it is known.
    public func cost(of order: Order, in currency: String, zone: TimeZoneRules) -> Int64? {
        convert(order.fact.cost, of: order, in: currency, zone: zone)
    }

    private func convert(_ minor: Int64, of order: Order, in currency: String, zone: TimeZoneRules) -> Int64? {
        guard let own = order.fact.currency, own != currency else { return minor }
        return rates.convert(minor, from: own, to: currency, on: Int(zone.day(of: order.fact.placedAt.milliseconds)))
    }
}
