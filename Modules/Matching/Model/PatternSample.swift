/// Pairs of records by pattern: how many were brought together, and how many others there are, as a sample drawn by chance tells.
struct PatternSample: Sendable {
    let width: Int
    /// Level of each column, `width` a pattern.
    let levels: [UInt8]
    /// Pairs brought together, of each pattern.
    let candidates: [Double]
    /// The others: pairs drawn, each standing for many.
    let others: [Double]
    /// Pairs that one drawn pair stands for.
    let drawnWeight: Double
    /// All pairs of records.
    let total: Double
    let records: Double
    private let patterns: PatternCounts

    var count: Int { candidates.count }

    /// - Parameters:
    ///   - candidates: pairs brought together.
    ///   - drawn: pairs drawn by chance among those that were not.
    init(candidates: PatternCounts, drawn: [UInt64], records: Int, width: Int) {
        var all = candidates
        let together = candidates.counts.reduce(0, +)
        self.records = Double(records)
        let pairs = max(1, self.records * (self.records - 1) / 2)
        let weight = max(1, (pairs - together) / Double(max(1, drawn.count)))
        let numbers = drawn.map { all.add($0, 0) }
        var others = [Double](repeating: 0, count: all.patterns.count)
        for number in numbers { others[number] += weight }
        self.candidates = all.counts
        self.others = others
        patterns = all
        drawnWeight = weight
        total = max(1, together + weight * Double(drawn.count))
        self.width = width
        levels = all.patterns.flatMap { pattern in (0..<width).map { UInt8(PairComparer.level(pattern, $0)) } }
    }

    /// Of each pattern's pairs, the share that `decided` counts.
    func shares(of decided: PatternCounts) -> [Double] {
        var all = patterns
        var shares = [Double](repeating: 0, count: count)
        for (pattern, decided) in zip(decided.patterns, decided.counts) {
            let number = all.add(pattern, 0)
            if number < count, candidates[number] > 0 { shares[number] = min(1, decided / candidates[number]) }
        }
        return shares
    }

    /// Sums of weights by column and level, `Level.count` a column.
    func sums(_ weights: [Double]) -> [Double] {
        var sums = [Double](repeating: 0, count: width * Level.count)
        for index in 0..<count where weights[index] > 0 {
            for column in 0..<width { sums[column * Level.count + Int(levels[index * width + column])] += weights[index] }
        }
        return sums
    }

    /// Sums of weights by the levels of two columns, the first's in rows.
    func sums(_ weights: [Double], _ first: Int, _ second: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: Level.count * Level.count)
        for index in 0..<count {
            sums[Int(levels[index * width + first]) * Level.count + Int(levels[index * width + second])] += weights[index]
        }
        return sums
    }
}
