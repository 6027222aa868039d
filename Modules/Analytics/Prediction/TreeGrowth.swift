import Foundation

/// Boosted trees while they grow: the rows that they learn from, and what they say of rows that are watched.
struct TreeGrowth: Sendable {
    private(set) var ensemble: TreeEnsemble
    /// The loss on the watched rows after each tree.
    private(set) var curve = LossCurve()
    private let limits: TreeGrower.Limits
    private let bins: [UInt8]
    private let answers: [Int8]
    private var margins: [Float]
    private let watchedBins: [UInt8]
    private let watchedAnswers: [Int8]
    private var watchedMargins: [Float]
    private var best = (loss: Double.infinity, trees: 0)
    /// No split helps any more.
    private var isGrown = false

    /// So many trees that do not help end the growing.
    private static let patience = 12

    init(_ columns: [PredictionColumn], _ target: [Int8], rows: [Int32], watched: [Int32] = [], isNamed: Bool) {
        var plan = TreeBins(columns, target, rows: rows, isNamed: isNamed)
        var limits = TreeGrower.Limits()
        limits.leaves = rows.count < 2_000 ? 8 : rows.count < 50_000 ? 16 : 31
        if rows.count >= 50_000 { limits.rate = 0.2 }
        if plan.features.count > 8 { limits.features = 0.6 }
        self.limits = limits
        bins = plan.takeLearnt()
        answers = rows.map { target[Int($0)] }
        let share = (Double(answers.count { $0 == 1 }) + 0.5) / (Double(rows.count) + 1)
        ensemble = TreeEnsemble(bins: plan, base: Float(Logistic.margin(share)))
        margins = [Float](repeating: ensemble.base, count: rows.count)
        watchedBins = watched.isEmpty ? [] : plan.binned(columns, rows: watched)
        watchedAnswers = watched.map { target[Int($0)] }
        watchedMargins = [Float](repeating: ensemble.base, count: watched.count)
    }

    /// Whether rates of numbers that may be names help trees, by growing them with and without on most of some rows and watching the
    /// rest.
    static func isNamedBetter(_ columns: [PredictionColumn], _ target: [Int8], rows: [Int32], seed: UInt64) -> Bool {
        let rows = Split.sample(rows, target, limit: 20_000, seed: seed)
        let split = Split.stratified(rows, target, parts: 4, seed: seed)[0]
        var named = TreeGrowth(columns, target, rows: split.training, watched: split.validation, isNamed: true)
        if named.ensemble.bins.named.isEmpty { return false }
        var plain = TreeGrowth(columns, target, rows: split.training, watched: split.validation, isNamed: false)
        named.grow(to: TreeEnsemble.limit, isWatched: true)
        plain.grow(to: TreeEnsemble.limit, isWatched: true)
        return named.best.loss < plain.best.loss - LossCurve.chance
    }

    /// How many trees were best on the watched rows.
    var bestCount: Int { max(1, best.trees) }

    /// Log-odds of the watched rows by all trees.
    var seen: [Double] { watchedMargins.map(Double.init) }

    /// Adds trees until there are so many.
    ///
    /// - Parameter isWatched: whether to end where they have stopped helping on the watched rows.
    mutating func grow(to count: Int, isWatched: Bool) {
        guard !isGrown, ensemble.trees.count < count else { return }
        let grower = TreeGrower(ensemble.bins.features, bins: bins, count: answers.count, limits: limits)
        let gaps = ensemble.gaps
        var gradients = [TreeGrower.Sums](repeating: .init(), count: answers.count)
        while ensemble.trees.count < count {
            for row in answers.indices {
                let probability = 1 / (1 + exp(-margins[row]))
                gradients[row] = .init(probability - Float(answers[row]), probability * (1 - probability), 1, 0)
            }
            let tree = grower.grow(gradients, margins: &margins, seed: UInt64(ensemble.trees.count))
            ensemble.append(tree)
            isGrown = tree.nodes.count == 1
            if !watchedAnswers.isEmpty {
                tree.add(to: &watchedMargins, bins: watchedBins, gaps: gaps)
                watch()
            }
            if isGrown || isWatched && ensemble.trees.count - best.trees >= Self.patience { break }
        }
    }

    private mutating func watch() {
        var loss = 0.0
        for row in watchedAnswers.indices {
            let signed = watchedAnswers[row] == 1 ? -watchedMargins[row] : watchedMargins[row]
            loss += Double(max(signed, 0) + log1p(exp(-abs(signed))))
        }
        curve.append(loss)
        if loss < best.loss { best = (loss, ensemble.trees.count) }
    }

    /// Log-odds of the watched rows by the first trees only.
    func margins(after count: Int) -> [Double] {
        if count >= ensemble.trees.count { return seen }
        var out = [Float](repeating: ensemble.base, count: watchedAnswers.count)
        let gaps = ensemble.gaps
        for tree in ensemble.trees.prefix(count) { tree.add(to: &out, bins: watchedBins, gaps: gaps) }
        return out.map(Double.init)
    }
}
