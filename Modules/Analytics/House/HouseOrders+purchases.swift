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
        let missing = withoutRate(in: currency, stated, zone)
        guard missing.isEmpty else { throw noRate(currency, missing) }
        let units = self.units(in: currency, rates: stated, zone: zone)
        let parts = try orders.map { orders in
            var days = ZoneDays(zone)
            var people: [PersonID] = []
            var purchases = Purchases()
            while let (person, order) = try orders.next() {
                if person != people.last { people.append(person) }
                purchases.add(
                    customer: people.count - 1, day: days.day(of: order.placedAt), amount: try units(order, 0, orders.whole))
            }
            return (people: people, purchases: purchases)
        }
        let people = parts.flatMap(\.people)
        return (people, Purchases(joining: parts.map(\.purchases), people.map(String.init), of: parts.map(\.people.count)))
    }

    /// What an order brought, in units of a currency, less what its goods cost where that counts: by what is stated of the order's
    /// currency, else by the rate of its day; refunds in other currencies by the rates of theirs.
    ///
    /// - Returns: `nil` where the order has no amount or a rate is not known.
    public func units(
        of order: Order, less cost: Int64 = 0, in currency: String?, rates stated: [String: Double], zone: TimeZoneRules
    ) -> Double? {
        func units(_ minor: Int64, _ own: String?, _ at: Timestamp) -> Double? {
            guard let currency, let own, own != currency else { return Self.units(minor, own ?? currency) }
            if let rate = stated[own] { return Self.units(minor, own) * rate }
            return rates.convert(minor, from: own, to: currency, on: Int(zone.day(of: at.milliseconds)))
                .map { Self.units($0, currency) }
        }
        guard let net = order.net, let own = units(net, order.currency, order.placedAt) else { return nil }
        var back = 0.0
        for refund in order.foreignRefunds {
            guard let part = units(refund.amount, refund.currency, refund.at) else { return nil }
            back += part
        }
        return cost == 0 ? max(0, own - back) : units(cost, order.currency, order.placedAt).map { max(0, own - back) - $0 }
    }

    /// The same of orders at a glance, less what their goods cost; what is in another currency is read whole.
    func units(
        in currency: String?, rates stated: [String: Double], zone: TimeZoneRules
    ) -> @Sendable (OrderGlance, _ cost: Int64, _ whole: () throws -> OrderFact) throws -> Double? {
        let code = OrderGlance.code(of: currency)
        let unit = Self.unit(of: currency)
        return { order, cost, whole in
            // Nearly all are in the currency of the answer.
            guard Self.isPlain(order, in: code) else {
                let own = Order(person: 0, fact: try whole())
                return units(of: own, less: cost, in: currency, rates: stated, zone: zone)
            }
            guard let net = order.net else { return nil }
            let own = max(0, Double(net) / unit)
            return cost == 0 ? own : own - Double(cost) / unit
        }
    }

    private static func units(_ minor: Int64, _ currency: String?) -> Double {
        Double(minor) / unit(of: currency)
    }

    private static func unit(of currency: String?) -> Double {
        (0..<Currency.exponent(of: currency)).reduce(1) { power, _ in power * 10 }
    }

    /// The currencies of orders and refunds that are not known in another, each with the first day of which that is so.
    private func withoutRate(in currency: String?, _ stated: [String: Double], _ zone: TimeZoneRules) -> [String: Int] {
        var days: [String: Int] = [:]
        let codes = orders.currencies.union(orders.refundCurrencies)
        guard codes.contains(where: { $0 != currency && stated[$0] == nil }) else { return days }
        func look(_ own: String?, _ at: Timestamp) {
            guard let own, own != currency, stated[own] == nil else { return }
            let day = Int(zone.day(of: at.milliseconds))
            if let currency, rates.convert(1_000_000, from: own, to: currency, on: day) != nil { return }
            days[own] = min(days[own] ?? day, day)
        }
        for order in orders where order.net != nil {
            look(order.currency, order.placedAt)
            for refund in order.foreignRefunds { look(refund.currency, refund.at) }
        }
        return days
    }

    private func noRate(_ currency: String?, _ missing: [String: Int]) -> Problem {
        let names = missing.keys.sorted()
        let first = names.map { "\($0) (first needed for \(CivilDate(daysSince1970: missing[$0] ?? 0).text))" }
        return Problem(
            "clv.no_rate",
            "amounts are in \(Set(currencies).union(names).sorted().joined(separator: ", ")), and what one "
                + "\(first.joined(separator: " and ")) is in \(currency ?? "one of them") is not stated",
            remedy: "Give --currency \(currency ?? currencies.first ?? "EUR") and --rate \(names[0])=0.92, or state the rates "
                + "of days under rates: in YAML (docs/guides/worth.md)")
    }
}
