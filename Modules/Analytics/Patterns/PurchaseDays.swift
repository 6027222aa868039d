/// The days on which each customer bought, and what they spent in all: purchases of one day are one.
struct PurchaseDays {
    struct Customer {
        /// The place in `Purchases.customers`.
        let index: Int
        /// Rising, without repetition; at least one.
        let days: Days
        /// Of each of `days`, net; amounts below zero count on the last day of purchase at or before them.
        let amounts: ArraySlice<Double>
        var total: Double { amounts.reduce(0, +) }
    }

    /// A customer's days among those of all.
    struct Days: RandomAccessCollection {
        fileprivate let all: ArraySlice<Int32>

        var startIndex: Int { 0 }
        var endIndex: Int { all.count }
        subscript(place: Int) -> Int { Int(all[all.startIndex + place]) }
    }

    /// Customers one after another. What is of all stands in three lists: a list for each took as long as all else.
    struct Customers: RandomAccessCollection {
        fileprivate var places: [Int32] = []
        /// Where each one's begin, and the end of the last.
        fileprivate var starts: [Int] = [0]
        fileprivate var days: [Int32] = []
        fileprivate var amounts: [Double] = []

        var startIndex: Int { 0 }
        var endIndex: Int { places.count }
        subscript(place: Int) -> Customer {
            let own = starts[place]..<starts[place + 1]
            return Customer(index: Int(places[place]), days: Days(all: days[own]), amounts: amounts[own])
        }
    }

    /// Those with a purchase, in the order of their place.
    let customers: Customers
    /// The last day that the data covers.
    let end: Int
    /// Customers who have refunds only.
    let withoutPurchase: Int

    /// - Parameter end: what comes later is left out; the last day of all without.
    init(_ purchases: Purchases, until end: Int? = nil) {
        let end = end ?? purchases.rows.reduce(Int(Int32.min)) { max($0, Int($1.day)) }
        self.end = end
        let rows = Self.ordered(purchases.rows)
        var found = Customers()
        found.days.reserveCapacity(rows.count)
        found.amounts.reserveCapacity(rows.count)
        var left = 0
        var index = 0
        while index < rows.count {
            let customer = rows[index].customer
            let start = found.days.count
            var (early, seen) = (0.0, false)
            while index < rows.count, rows[index].customer == customer {
                let row = rows[index]
                index += 1
                guard row.day <= end else { continue }
                seen = true
                if row.isPurchase, found.days.count == start || found.days[found.days.count - 1] != row.day {
                    found.days.append(row.day)
                    found.amounts.append(row.amount)
                } else if found.days.count == start {
                    early += row.amount
                } else {
                    found.amounts[found.amounts.count - 1] += row.amount
                }
            }
            if found.days.count > start {
                found.amounts[start] += early
                found.places.append(customer)
                found.starts.append(found.days.count)
            } else if seen {
                left += 1
            }
        }
        customers = found
        withoutPurchase = left
    }

    /// By customer and day, purchases before refunds, else as they stand.
    private static func ordered(_ rows: [Purchases.Row]) -> [Purchases.Row] {
        func rank(_ row: Purchases.Row) -> (Int32, Int32, Int) { (row.customer, row.day, row.isPurchase ? 0 : 1) }
        // A house's orders come in this order.
        let isOrdered = rows.indices.dropFirst().allSatisfy { place in
            let (one, next) = (rows[place - 1], rows[place])
            if one.customer != next.customer { return one.customer < next.customer }
            return one.day != next.day ? one.day < next.day : one.isPurchase || !next.isPurchase
        }
        guard !isOrdered else { return rows }
        let order = rows.indices.sorted { left, right in
            let (one, other) = (rank(rows[left]), rank(rows[right]))
            return one == other ? left < right : one < other
        }
        return order.map { rows[$0] }
    }

    /// The median of all customers' gaps, in days.
    var usualGap: Double? {
        var counts = SpanCounts()
        for customer in customers {
            for place in customer.days.indices.dropFirst() { counts.add(customer.days[place] - customer.days[place - 1]) }
        }
        return counts.median
    }

    /// The middle of numbers; of an even number the mean of the two in the middle.
    static func median(_ numbers: [Int]) -> Double? { middle(numbers.sorted()) }

    /// The same of numbers that rise.
    static func middle(_ sorted: [Int]) -> Double? {
        guard !sorted.isEmpty else { return nil }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? Double(sorted[middle]) : Double(sorted[middle - 1] + sorted[middle]) / 2
    }
}
