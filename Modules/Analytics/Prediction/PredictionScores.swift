import Foundation

/// How well probabilities agree with what happened.
public struct PredictionScores: Sendable {
    /// The area under the ROC curve: how often a yes is ranked above a no, ties counting half.
    public var auc: Double
    /// Average precision, the area under the precision-recall curve by steps.
    public var prAUC: Double
    /// The mean squared error of the probabilities.
    public var brier: Double
    /// The mean negative log-likelihood, in nats.
    public var logLoss: Double

    init(auc: Double, prAUC: Double, brier: Double, logLoss: Double) {
        self.auc = auc
        self.prAUC = prAUC
        self.brier = brier
        self.logLoss = logLoss
    }

    /// - Parameters:
    ///   - ranking: what rows are ordered by; probabilities, or scores before calibration, which may tie less.
    init(_ probabilities: [Double], ranking: [Double]? = nil, _ answers: [Int8]) {
        let ranking = ranking ?? probabilities
        let order = ranking.indices.sorted { ranking[$0] > ranking[$1] }
        let positives = Double(answers.count { $0 == 1 })
        let negatives = Double(answers.count) - positives
        var (above, below, pairs, area) = (0.0, 0.0, 0.0, 0.0)
        var at = 0
        while at < order.count {
            var (yes, no) = (0.0, 0.0)
            let score = ranking[order[at]]
            while at < order.count, ranking[order[at]] == score {
                if answers[order[at]] == 1 { yes += 1 } else { no += 1 }
                at += 1
            }
            pairs += no * (above + yes / 2)
            above += yes
            below += no
            area += yes / max(positives, 1) * above / (above + below)
        }
        auc = positives * negatives > 0 ? pairs / (positives * negatives) : .nan
        prAUC = area
        var (squares, losses) = (0.0, 0.0)
        for row in answers.indices {
            let p = probabilities[row]
            squares += (p - Double(answers[row])) * (p - Double(answers[row]))
            losses += Self.loss(p, answers[row])
        }
        brier = squares / Double(max(1, answers.count))
        logLoss = losses / Double(max(1, answers.count))
    }

    static func loss(_ probability: Double, _ answer: Int8) -> Double {
        -log(max(1e-15, answer == 1 ? probability : 1 - probability))
    }

    static func mean(_ scores: [PredictionScores]) -> PredictionScores {
        func mean(_ value: (PredictionScores) -> Double) -> Double { scores.map(value).reduce(0, +) / Double(scores.count) }
        return PredictionScores(
            auc: mean { $0.auc }, prAUC: mean { $0.prAUC }, brier: mean { $0.brier }, logLoss: mean { $0.logLoss })
    }
}
