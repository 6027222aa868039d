/// How long it takes until somebody buys again, after the first purchase, after the second, and after later ones.
///
/// Each purchase is watched until the next one or the end of the data; who has not yet bought again is censored, not left out.
/// After later purchases one customer counts more than once: the estimate stands, but its band is too narrow where customers differ.
public struct Rhythm: Sendable {
    public struct Curve: Sendable {
        /// After the first purchase: 1; `nil`: all purchases together.
        public var after: Int?
        public var survival: Survival
    }

    /// All together, then after the first, the second and so on, the last of them for it and all later ones.
    public let curves: [Curve]
    /// The last day of the data, in days since 1970.
    public let end: Int
    public let customers: Int
    public let once: Int
    public let withoutPurchase: Int

    /// - Parameters:
    ///   - depth: how many purchases are told apart.
    ///   - end: the day up to which purchases count; the last day of all without.
    public init(_ purchases: Purchases, depth: Int = 3, level: Double = 0.95, until end: Int? = nil) {
        let days = PurchaseDays(purchases, until: end)
        self.end = days.end
        customers = days.customers.count
        once = days.customers.count { $0.days.count == 1 }
        withoutPurchase = days.withoutPurchase
        var after = [Survival.Tally](repeating: Survival.Tally(), count: max(1, depth))
        for customer in days.customers {
            for index in customer.days.indices {
                let next = index + 1 < customer.days.count ? customer.days[index + 1] : nil
                after[min(index, after.count - 1)].add((next ?? days.end) - customer.days[index], happened: next != nil)
            }
        }
        let all = after.reduce(into: Survival.Tally()) { $0.add($1) }
        curves =
            [Curve(after: nil, survival: Survival(all, level: level))]
            + after.enumerated().filter { $0.element.count > 0 }.map {
                Curve(after: $0.offset + 1, survival: Survival($0.element, level: level))
            }
    }
}
