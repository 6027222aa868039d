import Foundation

/// Gradient-boosted trees for yes and no: each tree corrects the log-odds of those before it.
struct TreeEnsemble: Sendable {
    let bins: TreeBins
    let base: Float
    private(set) var trees: [Tree] = []

    /// Trees at most.
    static let limit = 300

    init(bins: TreeBins, base: Float) {
        self.bins = bins
        self.base = base
    }

    /// The bin of gaps of each feature; 255 for categories, whose gaps are a level.
    var gaps: [UInt8] { bins.features.map { $0.isCategory ? 255 : UInt8($0.bins - 1) } }

    /// Learns from rows. How many trees is found on rows that are set apart: a tenth of many, or by three folds of few and then
    /// learnt again from all.
    static func fit(_ columns: [PredictionColumn], _ target: [Int8], rows: [Int32], seed: UInt64) -> TreeEnsemble {
        let isNamed = TreeGrowth.isNamedBetter(columns, target, rows: rows, seed: seed)
        if rows.count > 10_000 {
            let split = Split.stratified(rows, target, parts: 10, seed: seed)[0]
            var growth = TreeGrowth(columns, target, rows: split.training, watched: split.validation, isNamed: isNamed)
            growth.grow(to: limit, isWatched: true)
            return growth.ensemble.first(growth.bestCount)
        }
        let curves = Split.stratified(rows, target, parts: 3, seed: seed).map { split in
            var growth = TreeGrowth(columns, target, rows: split.training, watched: split.validation, isNamed: isNamed)
            growth.grow(to: limit, isWatched: true)
            return growth.curve
        }
        return fit(columns, target, rows: rows, count: count(for: curves, more: 1.1), isNamed: isNamed)
    }

    /// How many trees to grow on all rows, by what was watched on parts of them.
    ///
    /// - Parameter more: of trees, as more rows carry more.
    static func count(for curves: [LossCurve], more: Double = 1) -> Int {
        max(5, Int(Double(LossCurve.lowest(of: curves) + 1) * more))
    }

    static func fit(_ columns: [PredictionColumn], _ target: [Int8], rows: [Int32], count: Int, isNamed: Bool) -> TreeEnsemble {
        var growth = TreeGrowth(columns, target, rows: rows, isNamed: isNamed)
        growth.grow(to: count, isWatched: false)
        return growth.ensemble
    }

    mutating func append(_ tree: Tree) { trees.append(tree) }

    /// The first trees only.
    func first(_ count: Int) -> TreeEnsemble {
        var out = self
        out.trees.removeLast(max(0, trees.count - count))
        return out
    }

    /// Log-odds of each row.
    func margins(_ columns: [PredictionColumn], rows: [Int32]) -> [Double] {
        let binned = bins.binned(columns, rows: rows)
        let gaps = gaps
        var out = [Float](repeating: base, count: rows.count)
        for tree in trees { tree.add(to: &out, bins: binned, gaps: gaps) }
        return out.map(Double.init)
    }

    /// Log-odds of each row, and what each column adds to them.
    func judged(_ columns: [PredictionColumn], rows: [Int32]) -> (margins: [Double], contributions: Contributions) {
        var margins = [Float](repeating: base, count: rows.count)
        var contributions = Contributions(rows: rows.count, columns: columns.count)
        TreeLayout(self).judge(bins.binned(columns, rows: rows), margins: &margins, into: &contributions)
        return (margins.map(Double.init), contributions)
    }
}
