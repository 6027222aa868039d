/// Recency, frequency and money of each customer as fifths of the population (Hughes 1994, Strategic Database Marketing), and a
/// named cell by recency and frequency.
///
/// The score of a customer among n of whom w are strictly worse is 1 + ⌊5 w / n⌋: those who are alike have the same score.
public struct RFM: Sendable {
    public struct Customer: Sendable, Hashable {
        /// The place in `Purchases.customers`.
        public var index: Int
        /// Days between the last purchase and the end of the data.
        public var recencyDays: Int
        /// Days with a purchase.
        public var frequency: Int
        /// What was spent in all, net.
        public var money: Double
        /// 1…5, 5 is the best.
        public var recencyScore: Int
        public var frequencyScore: Int
        public var moneyScore: Int
        public var cell: Cell
    }

    public struct CellFigures: Sendable, Hashable {
        public var cell: Cell
        public var customers: Int
        public var money: Double
        public var meanRecencyDays: Double
        public var meanFrequency: Double
    }

    public let customers: [Customer]
    /// The last day of the data, in days since 1970.
    public let end: Int
    public let hasMoney: Bool
    public let withoutPurchase: Int

    /// - Parameter end: the day up to which purchases count; the last day of all without.
    public init(_ purchases: Purchases, until end: Int? = nil) {
        let days = PurchaseDays(purchases, until: end)
        self.end = days.end
        hasMoney = purchases.hasAmounts
        withoutPurchase = days.withoutPurchase
        let found = days.customers
        let last = found.map { Double($0.days[$0.days.count - 1]) }
        let often = found.map { Double($0.days.count) }
        // Sums of the same amounts in another order are equal, to a millionth.
        let spent = found.map { ($0.total * 1e6).rounded() / 1e6 }
        let (recency, frequency, money) = (Self.scores(last), Self.scores(often), Self.scores(spent))
        customers = found.indices.map { place in
            Customer(
                index: found[place].index, recencyDays: days.end - Int(last[place]), frequency: found[place].days.count,
                money: spent[place], recencyScore: recency[place], frequencyScore: frequency[place], moneyScore: money[place],
                cell: Cell(recency: recency[place], frequency: frequency[place]))
        }
    }

    /// 1 + ⌊`parts` w / n⌋ for each value, w being how many values are less.
    static func scores(_ values: [Double], parts: Int = 5) -> [Int] {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return [] }
        return values.map { value in 1 + parts * Self.below(value, sorted) / sorted.count }
    }

    /// How many of rising numbers are less than `value`.
    static func below(_ value: Double, _ sorted: [Double]) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The cells that have somebody, the best first.
    public var cells: [CellFigures] {
        let groups = Dictionary(grouping: customers, by: \.cell)
        return Cell.allCases.compactMap { cell in
            guard let members = groups[cell] else { return nil }
            let n = Double(members.count)
            return CellFigures(
                cell: cell, customers: members.count, money: members.reduce(0) { $0 + $1.money },
                meanRecencyDays: Double(members.reduce(0) { $0 + $1.recencyDays }) / n,
                meanFrequency: Double(members.reduce(0) { $0 + $1.frequency }) / n)
        }
    }

    /// How many customers have each pair of scores: rows by frequency 5…1, columns by recency 1…5.
    public var grid: [[Int]] {
        var grid = [[Int]](repeating: [Int](repeating: 0, count: 5), count: 5)
        for customer in customers { grid[5 - customer.frequencyScore][customer.recencyScore - 1] += 1 }
        return grid
    }
}
