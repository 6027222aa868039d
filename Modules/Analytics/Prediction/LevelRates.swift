/// How often each of a category's many levels is yes, drawn towards the mean of all the more the fewer rows it has (Micci-Barreca,
/// "A preprocessing scheme for high-cardinality categorical attributes", 2001).
struct LevelRates: Sendable {
    /// By level, gaps at the end.
    let rates: [Double]
    /// Of each row learnt from, the rate of its level by the rows of other parts than its own: its own answer does not speak for it.
    let learnt: [Double]

    private static let parts = 5

    /// - Parameters:
    ///   - codes: the level of every row; -1: a gap.
    ///   - rows: those learnt from.
    init(_ codes: [Int32], _ levels: Int, _ target: [Int8], rows: [Int32]) {
        let parts = Self.parts
        var counts = [Double](repeating: 0, count: (levels + 1) * parts)
        var sums = counts
        func level(_ row: Int32) -> Int { codes[Int(row)] < 0 ? levels : Int(codes[Int(row)]) }
        func part(_ row: Int32) -> Int { Self.part(row, of: parts) }
        for row in rows {
            counts[level(row) * parts + part(row)] += 1
            sums[level(row) * parts + part(row)] += Double(target[Int(row)])
        }
        let totals = (0...levels).map { level in
            let places = level * parts..<(level + 1) * parts
            return Total(count: counts[places].reduce(0, +), sum: sums[places].reduce(0, +))
        }
        let mean = sums.reduce(0, +) / Double(max(1, rows.count))
        let pull = Self.pull(totals, mean: mean, chance: mean * (1 - mean))
        func rate(_ sum: Double, _ count: Double) -> Double { (sum + pull * mean) / (count + pull) }
        rates = totals.map { rate($0.sum, $0.count) }
        learnt = rows.map { row in
            let (total, place) = (totals[level(row)], level(row) * parts + part(row))
            return rate(total.sum - sums[place], total.count - counts[place])
        }
    }

    /// The rows of a level, and how many of them are yes.
    struct Total {
        let count: Double
        let sum: Double
    }

    /// Which part a row belongs to, by its number.
    static func part(_ row: Int32, of parts: Int) -> Int { Int((UInt32(bitPattern: row) &* 0x9E37_79B1) >> 8) % parts }

    /// How many rows the mean weighs as much as: the variance within levels by that between them beyond chance, by moments
    /// (DerSimonian and Laird 1986).
    ///
    /// - Parameter chance: the variance within levels.
    static func pull(_ totals: [Total], mean: Double, chance: Double) -> Double {
        let filled = totals.filter { $0.count > 0 }
        let rows = filled.reduce(0) { $0 + $1.count }
        let squares = filled.reduce(0) { $0 + $1.count * $1.count }
        let spread = filled.reduce(0) { $0 + ($1.sum - $1.count * mean) * ($1.sum - $1.count * mean) / $1.count }
        let between = (spread - Double(filled.count - 1) * chance) / max(1, rows - squares / max(1, rows))
        return min(500, max(1, chance / max(1e-9, between)))
    }
}
