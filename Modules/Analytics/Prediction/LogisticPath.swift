/// Logistic regressions on one split, from the strictest penalty to the weakest, each begun where the last ended.
///
/// Of many rows a sample is enough to choose by.
struct LogisticPath: Sendable {
    /// The inverses of the penalties, as scikit-learn's `C`.
    static let strengths = [0.001, 0.01, 0.1, 1, 10, 100]
    /// Rows learnt from at most.
    private static let limit = 8_000

    private(set) var curve = LossCurve()
    /// Of the validation rows, by strength; empty where a sample was learnt from.
    private(set) var margins: [[Double]] = []

    init(_ columns: [PredictionColumn], _ target: [Int8], _ split: Split, seed: UInt64) {
        let rows = Split.sample(split.training, target, limit: Self.limit, seed: seed)
        let isWhole = rows.count == split.training.count
        let watched = isWhole ? split.validation : Split.sample(split.validation, target, limit: Self.limit / 2, seed: seed)
        let plan = DesignPlan(columns, rows: rows)
        let training = Design(plan, columns, rows: rows)
        let validation = Design(plan, columns, rows: watched)
        let answers = rows.map { target[Int($0)] }
        var model: LogisticModel?
        for strength in Self.strengths {
            let next = LogisticModel(training, answers, strength: strength, start: model)
            model = next
            let margins = next.margins(validation)
            if isWhole { self.margins.append(margins) }
            var loss = 0.0
            for (margin, row) in zip(margins, watched) { loss += LogisticModel.loss(margin, target[Int(row)]) }
            curve.append(loss)
            // Weaker penalties than the best only get worse.
            if !isWhole, curve.isRising { break }
        }
    }

    static func strength(for curves: [LossCurve]) -> Double { strengths[LossCurve.lowest(of: curves)] }
}
