import Foundation

/// A logistic regression with a ridge penalty: minimises the sum of the log-losses + Σβ² / (2C), the intercept left free.
struct LogisticModel: Sendable {
    /// The parameters of the plan's terms, and the intercept after them.
    let weights: [Double]
    /// The inverse of the penalty, as scikit-learn's `C`.
    let strength: Double
    var intercept: Double { weights[weights.count - 1] }

    /// - Parameters:
    ///   - start: where to begin, from a fit with another strength.
    init(_ design: Design, _ answers: [Int8], strength: Double, start: LogisticModel? = nil) {
        self.strength = strength
        let objective = LogisticObjective(design, answers, strength: strength)
        weights = QuasiNewton.minimum(of: objective, from: start?.weights ?? objective.start)
    }

    /// Log-odds of each row.
    func margins(_ design: Design) -> [Double] {
        var out = [Float](repeating: Float(intercept), count: design.count)
        LogisticObjective.addMargins(design, weights, to: &out)
        return out.map(Double.init)
    }

    /// Chooses the way to learn by the log-loss on rows that were not learnt from.
    static func way(_ columns: [PredictionColumn], _ target: [Int8], rows: [Int32], seed: UInt64) -> LogisticPath.Way {
        let splits = Split.stratified(rows, target, parts: rows.count <= 3_000 ? 5 : 3, seed: seed)
        let curves = splits.prefix(rows.count <= 6_000 ? splits.count : 1).map {
            LogisticPath(columns, target, $0, seed: seed).curve
        }
        return LogisticPath.way(for: curves)
    }

    /// log(1 + e^∓m) without overflow.
    static func loss(_ margin: Double, _ answer: Int8) -> Double {
        let signed = answer == 1 ? -margin : margin
        return signed > 0 ? signed + log1p(exp(-signed)) : log1p(exp(signed))
    }
}

enum Logistic {
    static func probability(_ margin: Double) -> Double { 1 / (1 + exp(-margin)) }
    static func margin(_ probability: Double) -> Double { log(probability / (1 - probability)) }
}
