import Foundation

/// Gradient-boosted trees for yes and no: each tree corrects the log-odds of those before it.
struct TreeEnsemble: Sendable {
    let bins: TreeBins
    let base: Float
    private(set) var trees: [Tree] = []

    /// The bin of gaps of each feature; 255 for categories, whose gaps are a level.
    var gaps: [UInt8] { bins.features.map { $0.isCategory ? 255 : UInt8($0.bins - 1) } }

    /// Learns from rows. How many trees is found on rows that are set apart: a tenth of many, or by three folds of few and then
    /// learnt again from all.
    static func fit(_ columns: [PredictionColumn], _ target: [Int8], rows: [Int32], seed: UInt64) -> TreeEnsemble {
        if rows.count > 10_000 {
            let split = Split.stratified(rows, target, parts: 10, seed: seed)[0]
            return grow(columns, target, rows: split.training, watched: split.validation, trees: 400).ensemble
        }
        var curve: [Double] = []
        let trees = 200
        for split in Split.stratified(rows, target, parts: 3, seed: seed) {
            let losses = grow(columns, target, rows: split.training, watched: split.validation, trees: trees).losses
            // After an early stop the loss is taken to stay what it was.
            let last = losses.last ?? 0
            for index in 0..<trees {
                if index == curve.count { curve.append(0) }
                curve[index] += index < losses.count ? losses[index] : last
            }
        }
        let best = (curve.indices.min { curve[$0] < curve[$1] } ?? 0) + 1
        return grow(columns, target, rows: rows, watched: [], trees: max(5, best * 11 / 10)).ensemble
    }

    /// A fit, and the loss on the watched rows after each tree.
    private struct Watched {
        var ensemble: TreeEnsemble
        var losses: [Double]
    }

    private static let patience = 12

    /// Adds trees until they stop helping on the watched rows, and keeps those that did; without watched rows, all of them.
    private static func grow(
        _ columns: [PredictionColumn], _ target: [Int8], rows: [Int32], watched: [Int32], trees limit: Int
    ) -> Watched {
        let bins = TreeBins(columns, rows: rows)
        var limits = TreeGrower.Limits()
        limits.leaves = rows.count < 2_000 ? 8 : rows.count < 20_000 ? 16 : 31
        let grower = TreeGrower(bins.features, bins: bins.binned(columns, rows: rows), count: rows.count, limits: limits)
        let answers = rows.map { target[Int($0)] }
        let share = (Double(answers.count { $0 == 1 }) + 0.5) / (Double(rows.count) + 1)
        var out = TreeEnsemble(bins: bins, base: Float(Logistic.margin(share)))
        let gaps = out.gaps
        var margins = [Float](repeating: out.base, count: rows.count)
        var gradients = [TreeGrower.Sums](repeating: .init(), count: rows.count)
        let watchedBins = watched.isEmpty ? [] : bins.binned(columns, rows: watched)
        var watchedMargins = [Float](repeating: out.base, count: watched.count)
        var losses: [Double] = []
        var best = (loss: Double.infinity, trees: 0)
        for number in 1...max(1, limit) {
            for row in answers.indices {
                let probability = 1 / (1 + exp(-margins[row]))
                gradients[row] = .init(probability - Float(answers[row]), probability * (1 - probability), 1, 0)
            }
            let tree = grower.grow(gradients, margins: &margins)
            out.trees.append(tree)
            if tree.nodes.count == 1 { break }
            guard !watched.isEmpty else { continue }
            tree.add(to: &watchedMargins, bins: watchedBins, gaps: gaps)
            var loss = 0.0
            for (margin, row) in zip(watchedMargins, watched) { loss += LogisticModel.loss(Double(margin), target[Int(row)]) }
            losses.append(loss)
            if loss < best.loss { best = (loss, number) }
            if number - best.trees >= patience { break }
        }
        if !watched.isEmpty { out.trees.removeLast(out.trees.count - min(out.trees.count, max(1, best.trees))) }
        return Watched(ensemble: out, losses: losses)
    }

    private init(bins: TreeBins, base: Float) {
        self.bins = bins
        self.base = base
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
