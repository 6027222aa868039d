public import RapportCore
import RapportStorage

extension HouseOrders {
    /// The orders as purchases of one currency, each on its day in the house's zone; the people by place.
    ///
    /// - Parameters:
    ///   - currency: of the answer.
    ///   - stated: what one unit of another currency is in it, whatever the day; without, the day's rate of the house.
    /// - Throws: `Problem` `clv.no_rate` for a currency without a rate.
    public func purchases(in currency: String?, rates stated: [String: Double], zone: TimeZoneRules) throws -> (
        people: [PersonID], purchases: Purchases
    ) {
        func day(_ order: Order) -> Int { Int(zone.day(of: order.placedAt.milliseconds)) }
        func hasRate(_ order: Order) -> Bool {
            guard let own = order.currency, own != currency, stated[own] == nil else { return true }
            return currency.flatMap { rates.convert(1_000_000, from: own, to: $0, on: day(order)) } != nil
        }
        let isOneOnly = currencies.allSatisfy { $0 == currency || stated[$0] != nil }
        let others = isOneOnly ? [] : Set(orders.lazy.filter { !hasRate($0) }.compactMap { $0.fact.currency }).sorted()
        guard others.isEmpty else {
            throw Problem(
                "clv.no_rate",
                "orders are in \(currencies.joined(separator: ", ")), and what \(others.joined(separator: " and ")) is in "
                    + "\(currency ?? "one of them") is not stated",
                remedy:
                    "Give --currency \(currency ?? currencies[0]) and a rate of each other one, such as --rate \(others[0])=0.92")
        }
        var people: [PersonID] = []
        var purchases = Purchases(reserving: orders.count)
        for order in orders {
            if order.person != people.last { people.append(order.person) }
            purchases.add(customer: people.count - 1, day: day(order), amount: amount(of: order, in: currency, stated, zone))
        }
        purchases.name(people.map(String.init))
        return (people, purchases)
    }

    /// In units.
    private func amount(of order: Order, in currency: String?, _ stated: [String: Double], _ zone: TimeZoneRules) -> Double? {
        func units(_ minor: Int64, _ currency: String?) -> Double {
            (0..<Currency.exponent(of: currency)).reduce(Double(minor)) { unit, _ in unit / 10 }
        }
        guard let net = order.net else { return nil }
        if let own = order.currency, own != currency, let rate = stated[own] { return units(net, own) * rate }
        guard let currency else { return units(net, order.currency) }
        return revenue(of: order, in: currency, zone: zone).map { units($0, currency) }
    }

    /// Minor units of an order's currency in units of another: by what is stated of it, else by the rate of the order's day.
    ///
    /// - Returns: `nil` where neither is known.
    public func units(
        of minor: Int64, _ order: Order, in currency: String?, rates stated: [String: Double], zone: TimeZoneRules
    ) -> Double? {
        func units(_ minor: Int64, _ currency: String?) -> Double {
            (0..<Currency.exponent(of: currency)).reduce(Double(minor)) { unit, _ in unit / 10 }
        }
        guard let currency, let own = order.currency, own != currency else { return units(minor, order.currency ?? currency) }
        if let rate = stated[own] { return units(minor, own) * rate }
        return rates.convert(minor, from: own, to: currency, on: Int(zone.day(of: order.placedAt.milliseconds)))
            .map { units($0, currency) }
    }
}
