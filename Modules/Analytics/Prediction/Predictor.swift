import Foundation
import RapportCore

/// Learns to predict yes or no, and says how well it does on rows that it has not seen.
///
/// Everything that is prepared (means, levels, bins, strengths, numbers of trees) is learnt from the training rows of each fold
/// alone. Logistic regression is always tried; boosted trees where a first look says that they may be better, and they are
/// taken only if they are clearly: by more than 0.003 in AUC, and by more than two standard errors of the folds.
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
        var outcomes: [PredictionModel: [Outcome]] = [:]
        var reason = Remark("cli.predict.reason.asked_for")
        switch options.model {
        case .logistic?: outcomes[.logistic] = try await tried(.logistic, progress)
        case .trees?: outcomes[.trees] = try await tried(.trees, progress)
        case nil:
            let logistic = try await tried(.logistic, progress)
            outcomes[.logistic] = logistic
            if known.count < 100 {
                reason = Remark("cli.predict.reason.few_rows", ["rows": "\(known.count)"])
            } else if let look = firstLook(logistic[0]) {
                reason = Remark(
                    "cli.predict.reason.first_look",
                    ["trees": Self.digits(look.trees), "logistic": Self.digits(look.logistic)])
            } else {
                outcomes[.trees] = try await tried(.trees, progress)
            }
        }
        var kind = options.model ?? .logistic
        if options.model == nil, let logistic = outcomes[.logistic], let trees = outcomes[.trees] {
            let gains = zip(trees, logistic).map { $0.scores.auc - $1.scores.auc }
            let mean = gains.reduce(0, +) / Double(gains.count)
            let spread =
                gains.count > 1
                ? (gains.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gains.count * (gains.count - 1))).squareRoot() : 0
            kind = mean > 0.003 && mean > 2 * spread ? .trees : .logistic
            reason = Remark(
                kind == .trees ? "cli.predict.reason.better" : "cli.predict.reason.not_better",
                ["gain": String(format: "%+.4f", mean), "error": String(format: "%.4f", spread)])
        }
        progress(.last, 0)
        let model = FittedModel.fit(kind, columns, target.values, rows: known, seed: options.seed)
        return Prediction(self, kind: kind, reason: reason, outcomes: outcomes, model: model)
    }

    static func digits(_ number: Double) -> String { String(format: "%.4f", number) }

    private func tried(_ kind: PredictionModel, _ progress: @escaping @Sendable (Stage, Double) -> Void) async throws -> [Outcome]
    {
        let stage: Stage = kind == .logistic ? .logistic : .trees
        progress(stage, 0)
        let (columns, values, splits, seed) = (columns, target.values, splits, options.seed)
        return try await inParallel(splits.count) { index in
            let split = splits[index]
            let model = FittedModel.fit(kind, columns, values, rows: split.training, seed: seed &+ UInt64(index) &+ 1)
            let outcome = Outcome(model.margins(columns, rows: split.validation), split.validation, values)
            progress(stage, Double(index + 1) / Double(splits.count))
            return outcome
        }
    }

    /// Whether trees learnt from a sample fall behind on the first split; `nil` where they do not.
    private func firstLook(_ logistic: Outcome) -> (trees: Double, logistic: Double)? {
        let split = splits[0]
        let sample = Split.sample(split.training, target.values, limit: 20_000, seed: options.seed)
        // A sample keeps all of a rare answer; the ranking does not mind the shift.
        let trees = FittedModel.fit(.trees, columns, target.values, rows: sample, seed: options.seed)
        let outcome = Outcome(trees.margins(columns, rows: split.validation), split.validation, target.values)
        let margin = sample.count < split.training.count ? -0.004 : -0.001
        return outcome.scores.auc > logistic.scores.auc + margin ? nil : (outcome.scores.auc, logistic.scores.auc)
    }
}
