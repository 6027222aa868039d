import RapportCore

/// How many rows of each level are yes, by the parts that rows are dealt into.
struct LevelTable {
    let levels: Int
    let rows: Double
    let mean: Double
    /// Level after level, a number a part.
    private let counts: [Double]
    private let sums: [Double]
    private static let parts = 5
    /// Neighbouring levels are taken together in so many groups.
    private static let groups = 8

    /// - Parameter codes: of every row; -1: none.
    init(_ codes: [Int32], _ levels: Int, _ target: [Int8], rows: [Int32]) {
        var counts = [Double](repeating: 0, count: levels * Self.parts)
        var sums = counts
        for row in rows where codes[Int(row)] >= 0 {
            let at = Int(codes[Int(row)]) * Self.parts + LevelRates.part(row, of: Self.parts)
            counts[at] += 1
            sums[at] += Double(target[Int(row)])
        }
        self.levels = levels
        self.rows = counts.reduce(0, +)
        mean = sums.reduce(0, +) / max(1, self.rows)
        self.counts = counts
        self.sums = sums
    }

    /// Whether each level's own rate, drawn towards what the amount says and learnt from other parts than a row's own, comes nearer to the
    /// answers than the amount does, by more than two standard errors.
    func isNamed(_ values: [Double], against amount: NumberLevels.Amount) -> Bool {
        var (gain, squares) = (0.0, 0.0)
        for part in 0..<Self.parts {
            let others = (0..<levels).map { level in
                let place = level * Self.parts..<(level + 1) * Self.parts
                return LevelRates.Total(
                    count: counts[place].reduce(0, +) - counts[place.lowerBound + part],
                    sum: sums[place].reduce(0, +) - sums[place.lowerBound + part])
            }
            let amounts =
                switch amount {
                case .line: line(values, others)
                case .curve: curve(others)
                }
            let beyond = zip(others, amounts).map { LevelRates.Total(count: $0.count, sum: $0.sum - $0.count * $1) }
            let pull = LevelRates.pull(beyond, mean: 0, chance: mean * (1 - mean))
            for level in 0..<levels {
                let (count, yes) = (counts[level * Self.parts + part], sums[level * Self.parts + part])
                if count == 0 { continue }
                let amount = amounts[level]
                let named = amount + beyond[level].sum / (beyond[level].count + pull)
                let ifYes = (1 - amount) * (1 - amount) - (1 - named) * (1 - named)
                let ifNo = amount * amount - named * named
                gain += yes * ifYes + (count - yes) * ifNo
                squares += yes * ifYes * ifYes + (count - yes) * ifNo * ifNo
            }
        }
        return gain > 2 * squares.squareRoot()
    }

    /// The straight line of least squares, kept within 0 and 1.
    private func line(_ values: [Double], _ totals: [LevelRates.Total]) -> [Double] {
        let count = max(1, totals.reduce(0) { $0 + $1.count })
        let centre = zip(values, totals).reduce(0) { $0 + $1.0 * $1.1.count } / count
        let middle = totals.reduce(0) { $0 + $1.sum } / count
        var (squares, products) = (1e-9, 0.0)
        for (value, total) in zip(values, totals) {
            squares += (value - centre) * (value - centre) * total.count
            products += (value - centre) * (total.sum - middle * total.count)
        }
        return values.map { min(1, max(0, middle + ($0 - centre) * products / squares)) }
    }

    /// Straight lines between the rates of groups of neighbours with about equally many rows.
    private func curve(_ totals: [LevelRates.Total]) -> [Double] {
        let all = max(1, totals.reduce(0) { $0 + $1.count })
        var groups = [(count: Double, sum: Double, place: Double)](repeating: (0, 0, 0), count: Self.groups)
        var places: [Double] = []
        var before = 0.0
        for total in totals {
            let place = (before + total.count / 2) * Double(Self.groups) / all
            places.append(place)
            let group = min(Self.groups - 1, Int(place))
            groups[group].count += total.count
            groups[group].sum += total.sum
            groups[group].place += total.count * place
            before += total.count
        }
        let knots = groups.filter { $0.count > 0 }.map {
            (place: $0.place / $0.count, rate: ($0.sum + 2 * mean) / ($0.count + 2))
        }
        guard knots.count > 1 else { return totals.map { _ in mean } }
        return places.map { place in
            let next = min(max(1, knots.firstIndex { $0.place > place } ?? knots.count), knots.count - 1)
            let (low, high) = (knots[next - 1], knots[next])
            let rate = low.rate + (high.rate - low.rate) * (place - low.place) / max(1e-9, high.place - low.place)
            return min(1, max(0, rate))
        }
    }
}
