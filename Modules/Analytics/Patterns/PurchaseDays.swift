/// The days on which each customer bought, and what they spent in all: purchases of one day are one.
struct PurchaseDays {
    struct Customer {
        /// The place in `Purchases.customers`.
        var index: Int
        /// Rising, without repetition; at least one.
        var days: [Int]
        /// Of each of `days`, net; amounts below zero count on the last day of purchase at or before them.
        var amounts: [Double]
        var total: Double { amounts.reduce(0, +) }
        /// Days between purchases that follow each other.
        var gaps: [Int] { zip(days.dropFirst(), days).map { $0 - $1 } }
    }

    /// Those with a purchase, in the order of their place.
    let customers: [Customer]
    /// The last day that the data covers.
    let end: Int
    /// Customers who have refunds only.
    let withoutPurchase: Int

    /// - Parameter end: what comes later is left out; the last day of all without.
    init(_ purchases: Purchases, until end: Int? = nil) {
        let end = end ?? purchases.rows.reduce(Int(Int32.min)) { max($0, Int($1.day)) }
        self.end = end
        var order = purchases.rows.indices.filter { purchases.rows[$0].day <= end }
        func comesFirst(_ left: Int, _ right: Int) -> Bool {
            let (a, b) = (purchases.rows[left], purchases.rows[right])
            return (a.customer, a.day, a.isPurchase ? 0 : 1, left) < (b.customer, b.day, b.isPurchase ? 0 : 1, right)
        }
        // A house's orders come in this order.
        if !zip(order, order.dropFirst()).allSatisfy(comesFirst) { order.sort(by: comesFirst) }
        var customers: [Customer] = []
        var left = 0
        var index = 0
        while index < order.count {
            let customer = purchases.rows[order[index]].customer
            var one = Customer(index: Int(customer), days: [], amounts: [])
            var early = 0.0
            while index < order.count, purchases.rows[order[index]].customer == customer {
                let row = purchases.rows[order[index]]
                if row.isPurchase, one.days.last != Int(row.day) {
                    one.days.append(Int(row.day))
                    one.amounts.append(row.amount)
                } else if one.amounts.isEmpty {
                    early += row.amount
                } else {
                    one.amounts[one.amounts.count - 1] += row.amount
                }
                index += 1
            }
            if one.days.isEmpty {
                left += 1
            } else {
                one.amounts[0] += early
                customers.append(one)
            }
        }
        self.customers = customers
        withoutPurchase = left
    }

    /// The middle of numbers; of an even number the mean of the two in the middle.
    static func median(_ numbers: [Int]) -> Double? {
        guard !numbers.isEmpty else { return nil }
        let sorted = numbers.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? Double(sorted[middle]) : Double(sorted[middle - 1] + sorted[middle]) / 2
    }
}
