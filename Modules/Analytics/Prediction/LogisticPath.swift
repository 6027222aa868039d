/// Logistic regressions on one split, from the strictest penalty to the weakest, each begun where the last ended; where numbers may be
/// names, once more with a term for each of their values.
///
/// Of many rows a sample is enough to choose by.
struct LogisticPath: Sendable {
    /// One way to learn.
    struct Way: Sendable, Equatable {
        /// The inverse of the penalty, as scikit-learn's `C`.
        let strength: Double
        /// Whether numbers that may be names have a term a value.
        let isNamed: Bool
    }

    static let strengths = [0.001, 0.01, 0.1, 1, 10, 100]
    static let ways = [false, true].flatMap { isNamed in strengths.map { Way(strength: $0, isNamed: isNamed) } }
    /// What is taken unless another is clearly better.
    private static let usual = 3
    /// Rows learnt from at most.
    private static let limit = 8_000

    /// By way; infinite where one was not tried.
    private(set) var curve = LossCurve()
    /// Log-odds of the validation rows, by way; empty where it was not tried, or a sample was learnt from.
    private(set) var margins: [[Double]] = []

    init(_ columns: [PredictionColumn], _ target: [Int8], _ split: Split, seed: UInt64) {
        let rows = Split.sample(split.training, target, limit: Self.limit, seed: seed)
        let isWhole = rows.count == split.training.count
        let watched = isWhole ? split.validation : Split.sample(split.validation, target, limit: Self.limit / 2, seed: seed)
        let named = DesignPlan(columns, target, rows: rows, isNamed: true)
        let plain = named.named.isEmpty ? named : DesignPlan(columns, target, rows: rows, isNamed: false)
        follow(plain, columns, target, rows, watched, from: 0, keeping: isWhole)
        if !named.named.isEmpty {
            // More terms want a stricter penalty, or hardly a weaker one.
            follow(named, columns, target, rows, watched, from: max(0, LossCurve.lowest(of: [curve]) - 2), keeping: isWhole)
        } else {
            curve.repeatAll()
            margins += margins
        }
    }

    private mutating func follow(
        _ plan: DesignPlan, _ columns: [PredictionColumn], _ target: [Int8], _ rows: [Int32], _ watched: [Int32], from first: Int,
        keeping: Bool
    ) {
        let training = Design(plan, columns, rows: rows)
        let validation = Design(plan, columns, rows: watched)
        let answers = rows.map { target[Int($0)] }
        var model: LogisticModel?
        var best = Double.infinity
        var isPast = false
        for (place, strength) in Self.strengths.enumerated() {
            guard place >= first, !isPast else {
                curve.append(.infinity)
                margins.append([])
                continue
            }
            let next = LogisticModel(training, answers, strength: strength, start: model)
            model = next
            let margins = next.margins(validation)
            self.margins.append(keeping ? margins : [])
            let loss = zip(margins, watched).reduce(0) { $0 + LogisticModel.loss($1.0, target[Int($1.1)]) }
            curve.append(loss)
            best = min(best, loss)
            // Weaker penalties than one that is clearly too weak only get worse.
            isPast = loss > best * 1.005 + LossCurve.chance
        }
    }

    /// The way that is best on all splits together.
    static func way(for curves: [LossCurve]) -> Way { ways[LossCurve.lowest(of: curves, usual: usual, by: LossCurve.chance)] }

    /// For each split, the way that is best on the others.
    static func waysOfOthers(_ curves: [LossCurve]) -> [Int] {
        LossCurve.lowestOfOthers(curves, usual: usual, by: LossCurve.chance)
    }
}
