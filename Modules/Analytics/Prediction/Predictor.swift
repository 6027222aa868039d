import Foundation
import RapportCore

/// Learns to predict yes or no, and says how well it does on rows that it has not seen.
///
/// Everything that is prepared (means, levels, bins, strengths, numbers of trees) is learnt from the training rows of each fold
/// alone. Logistic regression is always tried; boosted trees where a first look says that they may be better, and they are
/// taken only if they are clearly: by more than 0.003 in AUC, and by more than two standard errors either of the folds' AUC or of the
/// log-loss that they save on the held-out rows.
public struct Predictor: Sendable {
    public struct Options: Sendable {
        /// Without: whichever is better.
        public var model: PredictionModel?
        /// The value of the target that means yes.
        public var positive: String?
        public var folds = 5
        /// Of the rows with a date, the share of the latest that are held out.
        public var heldOut = 0.2
        public var seed: UInt64 = 1
        public init() {}
    }

    /// What runs at the moment.
    public enum Stage: String, Sendable {
        case logistic, trees, last
    }

    /// One model on one split.
    struct Outcome: Sendable {
        let margins: [Double]
        let answers: [Int8]
        let scores: PredictionScores

        init(_ margins: [Double], _ rows: [Int32], _ target: [Int8]) {
            self.margins = margins
            answers = rows.map { target[Int($0)] }
            scores = PredictionScores(margins.map(Logistic.probability), ranking: margins, answers)
        }
    }

    let list: PredictionList
    let target: PredictionTarget
    let options: Options
    let columns: [PredictionColumn]
    let splits: [Split]
    let known: [Int32]

    /// - Throws: `Problem` where the list cannot answer the question.
    public init(_ list: PredictionList, options: Options = Options()) throws {
        self.list = list
        self.options = options
        target = try PredictionTarget(list.target, name: list.targetName, path: list.path, positive: options.positive)
        columns = list.columns.filter { $0.kind != .ignored }
        guard !columns.isEmpty else {
            throw Problem(
                "predict.no_columns", "no column is left to predict from", at: Problem.Place(file: list.path),
                remedy: "Give it a column with two values or more that are not different on every row.")
        }
        let values = target.values
        let known = values.indices.filter { values[$0] >= 0 }.map { Int32($0) }
        self.known = known
        if let moments = list.moments {
            splits = [try Self.latest(known, moments, values, options.heldOut, list.path)]
        } else {
            let fewer = min(target.positives, target.known - target.positives)
            splits = Split.stratified(known, values, parts: min(options.folds, fewer), seed: options.seed)
        }
    }

    private static func latest(
        _ known: [Int32], _ moments: [Double], _ values: [Int8], _ share: Double, _ path: String
    ) throws -> Split {
        let dated = known.filter { !moments[Int($0)].isNaN }.sorted { (moments[Int($0)], $0) < (moments[Int($1)], $1) }
        let place = Problem.Place(file: path)
        guard dated.count >= 10 else { throw Problem("predict.few_dates", "only \(dated.count) rows have a date", at: place) }
        // Rows of one moment stay together.
        let first = moments[Int(dated[dated.count - max(1, Int(Double(dated.count) * share))])]
        let split = Split(
            training: dated.filter { moments[Int($0)] < first }.sorted(),
            validation: dated.filter { moments[Int($0)] >= first }.sorted())
        for (name, rows) in [("earlier", split.training), ("latest", split.validation)] {
            let yes = rows.count { values[Int($0)] == 1 }
            guard yes >= 2, rows.count - yes >= 2 else {
                throw Problem(
                    "predict.one_sided", "the \(name) \(rows.count) rows are nearly all of one kind: \(yes) are yes", at: place,
                    remedy: "Leave --date out for folds, or give a longer time")
            }
        }
        return split
    }

    /// Tries, chooses, learns and scores.
    public func run(_ progress: @escaping @Sendable (Stage, Double) -> Void = { _, _ in }) async throws -> Prediction {
        var chosen: (kind: PredictionModel, trial: Trial)
        var reason = Remark("cli.predict.reason.asked_for")
        switch options.model {
        case .trees?: chosen = (.trees, try await triedTrees(after: nil, progress))
        case .logistic?, nil: chosen = (.logistic, try await triedLogistic(progress))
        }
        var outcomes = [chosen.kind: chosen.trial.outcomes]
        if options.model == nil, known.count < 100 {
            reason = Remark("cli.predict.reason.few_rows", ["rows": "\(known.count)"])
        } else if options.model == nil {
            let logistic = chosen.trial.outcomes
            let look = firstLook(logistic[0])
            if look.areBehind {
                reason = Remark(
                    "cli.predict.reason.first_look",
                    ["trees": Self.digits(look.trees), "logistic": Self.digits(look.logistic)])
            } else {
                let trees = try await triedTrees(after: look, progress)
                outcomes[.trees] = trees.outcomes
                let (gain, error) = Self.gain(of: trees.outcomes, over: logistic)
                let (saved, doubt) = Self.saved(by: trees.outcomes, over: logistic)
                let isBetter = gain > 0.003 && (gain > 2 * error || saved > 2 * doubt)
                if isBetter { chosen = (.trees, trees) }
                reason = Remark(
                    isBetter ? "cli.predict.reason.better" : "cli.predict.reason.not_better",
                    ["gain": String(format: "%+.4f", gain), "error": String(format: "%.4f", error)])
            }
        }
        progress(.last, 0)
        let model = FittedModel.fit(columns, target.values, rows: known, richness: chosen.trial.richness)
        return Prediction(self, kind: chosen.kind, reason: reason, outcomes: outcomes, model: model)
    }

    /// The mean gain in AUC over the folds, and its standard error.
    private static func gain(of some: [Outcome], over others: [Outcome]) -> (mean: Double, error: Double) {
        let gains = zip(some, others).map { $0.scores.auc - $1.scores.auc }
        let mean = gains.reduce(0, +) / Double(gains.count)
        guard gains.count > 1 else { return (mean, 0) }
        let squares = gains.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (squares / Double(gains.count * (gains.count - 1))).squareRoot())
    }

    /// The log-loss that some save on all held-out rows together, and its standard error.
    private static func saved(by some: [Outcome], over others: [Outcome]) -> (sum: Double, error: Double) {
        var (sum, squares, count) = (0.0, 0.0, 0.0)
        for (one, other) in zip(some, others) {
            for row in one.answers.indices {
                let gain =
                    LogisticModel.loss(other.margins[row], one.answers[row])
                    - LogisticModel.loss(one.margins[row], one.answers[row])
                sum += gain
                squares += gain * gain
                count += 1
            }
        }
        return (sum, max(0, squares - sum * sum / max(1, count)).squareRoot())
    }

    static func digits(_ number: Double) -> String { String(format: "%.4f", number) }
}
