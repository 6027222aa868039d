/// What is needed of each customer's purchases up to a day, and how many came after it.
public struct PurchaseSummary: Sendable {
    public struct Customer: Sendable, Hashable {
        /// Place in `Purchases.customers`.
        public var index: Int
        /// Repeat purchases: days with purchases after the first.
        public var frequency: Int
        /// Days from the first purchase to the last; 0 without a repeat.
        public var recencyDays: Int
        /// Days from the first purchase to the end of the calibration.
        public var ageDays: Int
        /// Spent on all days, and on those after the first, net of refunds.
        public var value: Double
        public var repeatValue: Double
        /// Purchases after the calibration, and what they brought.
        public var laterPurchases: Int
        public var laterValue: Double

        /// The average of a repeat purchase; `nil` without one.
        public var averageValue: Double? { frequency > 0 ? repeatValue / Double(frequency) : nil }
    }

    /// In the order of `Purchases.customers`; without those who first bought after the calibration.
    public let customers: [Customer]
    /// The last day of the calibration, in days since 1970.
    public let end: Int
    /// Days after it that the purchases reach.
    public let laterDays: Int
    /// How long a period is: the unit of the models' time.
    public let periodDays: Double
    public let hasValues: Bool
    /// Customers whose first purchase came later.
    public let newcomers: Int
    /// Customers with refunds only.
    public let withoutPurchase: Int
    /// Repeat purchases on each day since the first purchase of anybody, calibration and after.
    public let repeatsByDay: [Int]
    /// The day of the first purchase of anybody.
    public let start: Int

    public var repeaters: Int { customers.count { $0.frequency > 0 } }
    public var repeats: Int { customers.reduce(0) { $0 + $1.frequency } }

    public func age(_ customer: Customer) -> Double { Double(customer.ageDays) / periodDays }
    public func recency(_ customer: Customer) -> Double { Double(customer.recencyDays) / periodDays }

    public func history(_ customer: Customer) -> PurchaseHistory {
        PurchaseHistory(frequency: customer.frequency, recency: recency(customer), age: age(customer))
    }
}

extension Purchases {
    /// Summarizes each customer.
    ///
    /// - Parameters:
    ///   - end: the last day that counts; the last day of any purchase without.
    ///   - periodDays: the unit of the models' time.
    public func summary(calibrationEnd end: Int? = nil, periodDays: Double) -> PurchaseSummary {
        let range = days ?? 0...0
        let end = end ?? range.upperBound
        // Rows of each customer together, days in order: counted, then sorted within. A house's orders are together already.
        var starts = [Int](repeating: 0, count: customers.count + 1)
        for row in rows { starts[Int(row.customer) + 1] += 1 }
        for index in 0..<customers.count { starts[index + 1] += starts[index] }
        var sorted = rows
        if !rows.indices.dropFirst().allSatisfy({ rows[$0 - 1].customer <= rows[$0].customer }) {
            var places = starts
            for row in rows {
                sorted[places[Int(row.customer)]] = row
                places[Int(row.customer)] += 1
            }
        }
        var out: [PurchaseSummary.Customer] = []
        out.reserveCapacity(customers.count)
        var repeatsByDay = [Int](repeating: 0, count: rows.isEmpty ? 0 : range.count)
        var (newcomers, without) = (0, 0)
        for index in customers.indices {
            let own = starts[index]..<starts[index + 1]
            guard !own.isEmpty else { continue }
            Self.sortByDay(&sorted, own)
            guard let summary = Self.summarize(sorted[own], index, end, range.lowerBound, &repeatsByDay) else {
                if sorted[own].contains(where: \.isPurchase) { newcomers += 1 } else { without += 1 }
                continue
            }
            out.append(summary)
        }
        return PurchaseSummary(
            customers: out, end: end, laterDays: max(0, range.upperBound - end), periodDays: periodDays, hasValues: hasAmounts,
            newcomers: newcomers, withoutPurchase: without, repeatsByDay: repeatsByDay, start: range.lowerBound)
    }

    /// In place, and without a look at more than the days where they stand in order, as in most files.
    private static func sortByDay(_ rows: inout [Row], _ own: Range<Int>) {
        rows.withUnsafeMutableBufferPointer { rows in
            for index in own.dropFirst() where rows[index].day < rows[index - 1].day {
                var days = UnsafeMutableBufferPointer(rebasing: rows[own])
                days.sort { $0.day < $1.day }
                return
            }
        }
    }

    private static func summarize(
        _ rows: ArraySlice<Row>, _ index: Int, _ end: Int, _ start: Int, _ repeatsByDay: inout [Int]
    ) -> PurchaseSummary.Customer? {
        guard let first = rows.first(where: \.isPurchase).map({ Int($0.day) }), first <= end else { return nil }
        var customer = PurchaseSummary.Customer(
            index: index, frequency: 0, recencyDays: 0, ageDays: end - first, value: 0, repeatValue: 0, laterPurchases: 0,
            laterValue: 0)
        var last = first
        for row in rows {
            let day = Int(row.day)
            if day <= end {
                customer.value += row.amount
                if day > first { customer.repeatValue += row.amount }
            } else {
                customer.laterValue += row.amount
            }
            guard row.isPurchase, day > last else { continue }
            last = day
            repeatsByDay[day - start] += 1
            if day <= end {
                customer.frequency += 1
                customer.recencyDays = day - first
            } else {
                customer.laterPurchases += 1
            }
        }
        return customer
    }
}
