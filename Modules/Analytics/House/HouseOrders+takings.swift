import RapportCore
import RapportStorage

extension HouseOrders {
    /// What an order brought, in the currency that was asked for.
    struct Taking {
        let person: PersonID
        let order: OrderGlance
        /// As `revenue(of:)` and `cost(of:)` have it.
        let revenue: Int64?
        let goods: Int64?
        /// What of it has no rate; `nil` where that is not what is missing.
        let lacking: (currency: String, at: Timestamp)?
    }

    /// Hands over each order, by person and time. Nearly all are in the currency of the answer and are not read whole.
    func eachTaking(in currency: String, zone: TimeZoneRules, _ body: (Taking) throws -> Void) throws {
        let code = OrderGlance.code(of: currency)
        try orders.each { person, order, whole in
            guard !Self.isPlain(order, in: code) else {
                let revenue = order.net.map { max(0, $0) }
                try body(Taking(person: person, order: order, revenue: revenue, goods: order.cost, lacking: nil))
                return
            }
            let own = Order(person: person, fact: try whole())
            let (revenue, goods) = (self.revenue(of: own, in: currency, zone: zone), cost(of: own, in: currency, zone: zone))
            let isKnown = revenue != nil && goods != nil || order.net == nil
            let lacking = isKnown ? nil : withoutRate(own, in: currency, zone: zone)
            try body(Taking(person: person, order: order, revenue: revenue, goods: goods, lacking: lacking))
        }
    }

    /// Whether an order is in a currency, or names none, and so are its refunds.
    static func isPlain(_ order: OrderGlance, in code: OrderGlance.Code) -> Bool {
        (order.currency == 0 || order.currency == code && code != .max) && !order.hasForeignRefunds
    }
}
