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
    /// The cells that have somebody, the best first.
    public let cells: [CellFigures]
    /// The last day of the data, in days since 1970.
    public let end: Int
    public let hasMoney: Bool
    public let withoutPurchase: Int

    /// What all of them spent, net. Who was given back more than was paid lowers it.
    public var money: Double { (cells.reduce(0) { $0 + $1.money } * 1e6).rounded() / 1e6 }

    /// - Parameter end: the day up to which purchases count; the last day of all without.
    public init(_ purchases: Purchases, until end: Int? = nil) {
        self.init(PurchaseDays(purchases, until: end), hasMoney: purchases.hasAmounts)
    }

    init(_ days: PurchaseDays, hasMoney: Bool) {
        end = days.end
        self.hasMoney = hasMoney
        withoutPurchase = days.withoutPurchase
        var customers = days.customers.map { own in
            Customer(
                index: own.index, recencyDays: days.end - own.days[own.days.count - 1], frequency: own.days.count,
                // Sums of the same amounts in another order are equal, to a millionth.
                money: (own.total * 1e6).rounded() / 1e6, recencyScore: 1, frequencyScore: 1, moneyScore: 1, cell: .hibernating)
        }
        let steps = Parallel.map(3) { [customers] part in
            switch part {
            case 0: Self.steps(customers.map { -Double($0.recencyDays) })
            case 1: Self.steps(customers.map { Double($0.frequency) })
            default: Self.steps(customers.map(\.money))
            }
        }
        for place in customers.indices {
            let (recency, frequency) = (-Double(customers[place].recencyDays), Double(customers[place].frequency))
            customers[place].recencyScore = Self.score(recency, steps[0])
            customers[place].frequencyScore = Self.score(frequency, steps[1])
            customers[place].moneyScore = Self.score(customers[place].money, steps[2])
            customers[place].cell = Cell(
                recency: customers[place].recencyScore, frequency: customers[place].frequencyScore)
        }
        self.customers = customers
        cells = Self.cells(customers)
    }

    /// 1 + ⌊`parts` w / n⌋ for each value, w being how many values are less.
    static func scores(_ values: [Double], parts: Int = 5) -> [Int] {
        let steps = steps(values, parts: parts)
        return values.map { score($0, steps) }
    }

    /// The values above which a score is higher by one: ⌊`parts` w / n⌋ ≥ k where more than ⌈k n / `parts`⌉ − 1 values are less.
    private static func steps(_ values: [Double], parts: Int = 5) -> [Double] {
        guard !values.isEmpty else { return [] }
        let sorted = NumberSort.rising(values)
        return (1..<parts).map { sorted[($0 * sorted.count + parts - 1) / parts - 1] }
    }

    private static func score(_ value: Double, _ steps: [Double]) -> Int {
        var score = 1
        for step in steps where step < value { score += 1 }
        return score
    }

    private static func cells(_ customers: [Customer]) -> [CellFigures] {
        var found = Cell.allCases.map {
            CellFigures(cell: $0, customers: 0, money: 0, meanRecencyDays: 0, meanFrequency: 0)
        }
        // The place of the cell of each pair of scores.
        let places = (0..<25).map { pair in
            Cell.allCases.firstIndex(of: Cell(recency: pair / 5 + 1, frequency: pair % 5 + 1)) ?? 0
        }
        for customer in customers {
            let place = places[(customer.recencyScore - 1) * 5 + customer.frequencyScore - 1]
            found[place].customers += 1
            found[place].money += customer.money
            // Sums of whole numbers are exact.
            found[place].meanRecencyDays += Double(customer.recencyDays)
            found[place].meanFrequency += Double(customer.frequency)
        }
        return found.filter { $0.customers > 0 }.map { sums in
            var figures = sums
            figures.meanRecencyDays /= Double(sums.customers)
            figures.meanFrequency /= Double(sums.customers)
            return figures
        }
    }

    /// How many customers have each pair of scores: rows by frequency 5…1, columns by recency 1…5.
    public var grid: [[Int]] {
        var grid = [[Int]](repeating: [Int](repeating: 0, count: 5), count: 5)
        for customer in customers { grid[5 - customer.frequencyScore][customer.recencyScore - 1] += 1 }
        return grid
    }
}
