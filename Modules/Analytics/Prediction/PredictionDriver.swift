import Foundation

/// How much a column moves predictions, over all rows.
public struct PredictionDriver: Sendable {
    public let column: String
    /// The mean absolute contribution to the log-odds.
    public let weight: Double
    /// In words: which way it goes.
    public let words: String

    static func all(_ model: FittedModel, _ columns: [PredictionColumn], rows: [Int32], middle: [Double]) -> [PredictionDriver] {
        let contributions = model.judged(columns, rows: rows, middle: middle).contributions
        return columns.indices.map { column in
            let own = contributions.of(column)
            let weight = own.reduce(0) { $0 + abs($1) } / Double(max(1, own.count))
            return PredictionDriver(column: columns[column].name, weight: weight, words: words(columns[column], rows, own))
        }.filter { $0.weight > 0 }.sorted { ($0.weight, $1.column) > ($1.weight, $0.column) }
    }

    private static func words(_ column: PredictionColumn, _ rows: [Int32], _ contributions: [Double]) -> String {
        switch column.values {
        case .numbers(let numbers):
            let pairs = zip(rows, contributions).filter { !numbers[Int($0.0)].isNaN }.map { (numbers[Int($0.0)], $0.1) }
                .sorted { $0.0 < $1.0 }
            guard pairs.count >= 4 else { return "" }
            func mean(_ part: ArraySlice<(Double, Double)>) -> Double { part.reduce(0) { $0 + $1.1 } / Double(part.count) }
            let third = max(1, pairs.count / 3)
            let (low, high) = (mean(pairs.prefix(third)), mean(pairs.suffix(third)))
            let middle = mean(pairs[third..<max(third + 1, pairs.count - third)])
            let what = column.kind == .date ? ("late", "early") : ("high", "low")
            if (middle > low && middle > high) && middle - max(low, high) > 0.1 { return "more likely in the middle" }
            if (middle < low && middle < high) && min(low, high) - middle > 0.1 { return "less likely in the middle" }
            return high > low ? "\(what.0): more likely" : "\(what.1): more likely"
        case .levels(let codes):
            var sums = [Double](repeating: 0, count: column.levels.count + 1)
            var counts = sums
            for (row, contribution) in zip(rows, contributions) {
                let code = codes[Int(row)] < 0 ? column.levels.count : Int(codes[Int(row)])
                sums[code] += contribution
                counts[code] += 1
            }
            let common = counts.indices.filter { counts[$0] >= max(2, Double(rows.count) / 200) }
            guard let top = common.max(by: { sums[$0] / counts[$0] < sums[$1] / counts[$1] }),
                let bottom = common.min(by: { sums[$0] / counts[$0] < sums[$1] / counts[$1] }), top != bottom
            else { return "" }
            func name(_ code: Int) -> String { code == column.levels.count ? "not known" : column.levels[code] }
            return "\(name(top)): more likely, \(name(bottom)): less"
        case .none: return ""
        }
    }
}
