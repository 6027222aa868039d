/// Customers by the period of their first purchase, and how many of each such cohort bought in each period after.
///
/// A customer counts once in a period, however often they bought. Revenue is net; a refund lowers the purchase before it.
public struct Cohorts: Sendable {
    public struct Cohort: Sendable, Hashable {
        /// Of the first purchases (`CalendarPeriod.number`).
        public var period: Int
        public var size: Int
        /// Customers who bought, by periods since the first; only periods that the data reaches.
        public var active: [Int]
        /// What they spent in each.
        public var revenue: [Double]

        public func retention(_ age: Int) -> Double { Double(active[age]) / Double(size) }
        public func revenue(perCustomer age: Int) -> Double { revenue[age] / Double(size) }
    }

    public let every: CalendarPeriod
    /// The earliest first; periods in which nobody came are left out.
    public let cohorts: [Cohort]
    /// The last day of the data, in days since 1970.
    public let end: Int
    public let hasMoney: Bool
    public let withoutPurchase: Int
    /// Whether the last period is cut short by the end of the data.
    public var isLastPartial: Bool { every.end(of: every.number(of: end)) > end }
    public var customers: Int { cohorts.reduce(0) { $0 + $1.size } }

    /// - Parameter end: the day up to which purchases count; the last day of all without.
    public init(_ purchases: Purchases, every: CalendarPeriod, until end: Int? = nil) {
        let days = PurchaseDays(purchases, until: end)
        self.every = every
        self.end = days.end
        hasMoney = purchases.hasAmounts
        withoutPurchase = days.withoutPurchase
        guard !days.customers.isEmpty else {
            cohorts = []
            return
        }
        let last = every.number(of: days.end)
        var found: [Cohort] = []
        var places: [Int: Int] = [:]
        for customer in days.customers {
            let first = every.number(of: customer.days[0])
            let place = places[first] ?? found.count
            if place == found.count {
                places[first] = place
                found.append(
                    Cohort(
                        period: first, size: 0, active: [Int](repeating: 0, count: last - first + 1),
                        revenue: [Double](repeating: 0, count: last - first + 1)))
            }
            found[place].size += 1
            var seen = -1
            for (day, amount) in zip(customer.days, customer.amounts) {
                let age = every.number(of: day) - first
                if age != seen { found[place].active[age] += 1 }
                seen = age
                found[place].revenue[age] += amount
            }
        }
        cohorts = found.sorted { $0.period < $1.period }
    }

    /// The share of customers who bought so many periods after their first, over the cohorts that are old enough; how many those
    /// had. A period that the end of the data cuts short is left out.
    public func retention(age: Int) -> (share: Double, customers: Int)? {
        let last = every.number(of: end) - (isLastPartial ? 1 : 0)
        let old = cohorts.filter { $0.period + age <= last }
        let size = old.reduce(0) { $0 + $1.size }
        guard size > 0 else { return nil }
        return (Double(old.reduce(0) { $0 + $1.active[age] }) / Double(size), size)
    }

    /// The same, all ages.
    public var curve: [(age: Int, share: Double, customers: Int)] {
        (0..<(cohorts.map(\.active.count).max() ?? 0)).compactMap { age in
            retention(age: age).map { (age, $0.share, $0.customers) }
        }
    }
}
