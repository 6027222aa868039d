import Foundation
public import RapportCore

/// How much a column moves predictions, over all rows.
public struct PredictionDriver: Sendable {
    public let column: PredictionColumn
    /// The mean absolute contribution to the log-odds.
    public let weight: Double
    /// Which way it goes; `nil` where that is not plain.
    public let way: Remark?

    static func all(_ model: FittedModel, _ columns: [PredictionColumn], rows: [Int32], middle: [Double]) -> [PredictionDriver] {
        let contributions = model.judged(columns, rows: rows, middle: middle).contributions
        let named = model.named
        return columns.indices.map { column in
            let own = contributions.of(column)
            let weight = own.reduce(0) { $0 + abs($1) } / Double(max(1, own.count))
            return PredictionDriver(
                column: columns[column], weight: weight, way: way(columns[column], isNamed: named.contains(column), rows, own))
        }.filter { $0.weight > 0 }.sorted { ($0.weight, $1.column.name) > ($1.weight, $0.column.name) }
    }

    private static func way(
        _ column: PredictionColumn, isNamed: Bool, _ rows: [Int32], _ contributions: [Double]
    ) -> Remark? {
        switch column.values {
        case .numbers(let numbers) where isNamed:
            let values = Set(rows.map { numbers[Int($0)] }.filter { !$0.isNaN }).sorted()
            let places = rows.map { NumberLevels.place(of: numbers[Int($0)], in: values) ?? values.count }
            return levels(values.map(PredictionColumn.short), places, contributions)
        case .numbers(let numbers):
            let pairs = zip(rows, contributions).filter { !numbers[Int($0.0)].isNaN }.map { (numbers[Int($0.0)], $0.1) }
                .sorted { $0.0 < $1.0 }
            guard pairs.count >= 4 else { return nil }
            func mean(_ part: ArraySlice<(Double, Double)>) -> Double { part.reduce(0) { $0 + $1.1 } / Double(part.count) }
            let third = max(1, pairs.count / 3)
            let (low, high) = (mean(pairs.prefix(third)), mean(pairs.suffix(third)))
            let middle = mean(pairs[third..<max(third + 1, pairs.count - third)])
            let ends = column.kind == .date ? ("late", "early") : ("high", "low")
            if (middle > low && middle > high) && middle - max(low, high) > 0.1 { return Remark("cli.predict.way.middle") }
            if (middle < low && middle < high) && min(low, high) - middle > 0.1 { return Remark("cli.predict.way.ends") }
            return Remark("cli.predict.way.\(high > low ? ends.0 : ends.1)")
        case .levels(let codes):
            let places = rows.map { codes[Int($0)] < 0 ? column.levels.count : Int(codes[Int($0)]) }
            return levels(column.levels, places, contributions)
        case .none: return nil
        }
    }

    /// Which of the levels that are not rare are the likeliest, and the least likely.
    ///
    /// - Parameter places: of each row; the one after the last level is a gap.
    private static func levels(_ levels: [String], _ places: [Int], _ contributions: [Double]) -> Remark? {
        var sums = [Double](repeating: 0, count: levels.count + 1)
        var counts = sums
        for (place, contribution) in zip(places, contributions) {
            sums[place] += contribution
            counts[place] += 1
        }
        let common = counts.indices.filter { counts[$0] >= max(2, Double(places.count) / 200) }
        guard let top = common.max(by: { sums[$0] / counts[$0] < sums[$1] / counts[$1] }),
            let bottom = common.min(by: { sums[$0] / counts[$0] < sums[$1] / counts[$1] }), top != bottom
        else { return nil }
        func level(_ code: Int) -> Remark {
            code == levels.count ? PredictionReason.gap : Remark("cli.predict.value", ["value": levels[code]])
        }
        return Remark("cli.predict.way.levels", parts: ["more": level(top), "less": level(bottom)])
    }
}
