import Foundation
public import RapportCore

/// What was learnt, and how well it does.
public struct Prediction: Sendable {
    /// A model that was tried.
    public struct Candidate: Sendable {
        public let model: PredictionModel
        public let scores: PredictionScores
        /// The standard deviation of the AUC over folds.
        public let deviation: Double
    }

    /// How often it happened where it was predicted so often.
    public struct Bin: Sendable {
        public let rows: Int
        public let predicted: Double
        public let observed: Double
    }

    public let model: PredictionModel
    /// Why this one.
    public let reason: Remark
    public let candidates: [Candidate]
    /// Means over the folds, or the hold-out's.
    public let scores: PredictionScores
    public let deviation: Double
    /// Of all held-out rows taken together.
    public let pooled: PredictionScores
    public let folds: Int
    public let calibration: String
    public let reliability: [Bin]
    public let notes: [Remark]
    public let target: PredictionTarget
    /// The columns and how much each moves the log-odds on average, the strongest first.
    public let drivers: [PredictionDriver]

    let list: PredictionList
    let columns: [PredictionColumn]
    let fitted: FittedModel
    let calibrated: Calibration
    let middle: [Double]
    /// By row, of rows that were held out.
    private let heldOut: [Double]

    /// Whether the latest rows were held out.
    public var isByTime: Bool { list.moments != nil }
    public var rows: Int { list.count }

    init(
        _ predictor: Predictor, kind: PredictionModel, reason: Remark, outcomes: [PredictionModel: [Predictor.Outcome]],
        model: FittedModel
    ) {
        self.model = kind
        self.reason = reason
        list = predictor.list
        columns = predictor.columns
        target = predictor.target
        fitted = model
        folds = predictor.splits.count
        candidates = PredictionModel.allCases.compactMap { model in
            outcomes[model].map {
                Candidate(model: model, scores: .mean($0.map(\.scores)), deviation: Self.deviation($0.map(\.scores.auc)))
            }
        }
        let chosen = outcomes[kind] ?? []
        let parts = chosen.map { (margins: $0.margins, answers: $0.answers) }
        let way = Calibration.chosen(parts)
        calibration = way.name
        // Each fold's probabilities by what the other folds teach.
        let probabilities = parts.indices.map { index -> [Double] in
            let others = parts.indices.filter { $0 != index }
            let own = way.learnt(others.flatMap { parts[$0].margins }, others.flatMap { parts[$0].answers })
            return parts[index].margins.map(own.probability)
        }
        let each = parts.indices.map {
            PredictionScores(probabilities[$0], ranking: parts[$0].margins, parts[$0].answers)
        }
        scores = .mean(each)
        deviation = Self.deviation(each.map(\.auc))
        let answers = parts.flatMap(\.answers)
        let all = probabilities.flatMap { $0 }
        pooled = PredictionScores(all, ranking: parts.flatMap(\.margins), answers)
        calibrated = way.learnt(parts.flatMap(\.margins), answers)
        reliability = Self.reliability(all, answers)
        var heldOut = [Double](repeating: .nan, count: list.count)
        for (split, values) in zip(predictor.splits, probabilities) {
            for (row, value) in zip(split.validation, values) { heldOut[Int(row)] = value }
        }
        self.heldOut = heldOut
        let sample = Split.sample(predictor.known, predictor.target.values, limit: 2_000, seed: 7)
        middle = model.middle(columns, rows: sample)
        drivers = PredictionDriver.all(model, columns, rows: sample, middle: middle)
        notes = Self.notes(predictor, auc: pooled.auc)
    }

    private static func deviation(_ values: [Double]) -> Double {
        guard values.count > 1 else { return 0 }
        let mean = values.reduce(0, +) / Double(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
    }

    /// Ten groups of equally many rows, by what was predicted.
    private static func reliability(_ probabilities: [Double], _ answers: [Int8]) -> [Bin] {
        let order = probabilities.indices.sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
        let groups = min(10, max(1, order.count / 20))
        return (0..<groups).map { group in
            let part = order[group * order.count / groups..<(group + 1) * order.count / groups]
            let count = Double(part.count)
            return Bin(
                rows: part.count, predicted: part.reduce(0) { $0 + probabilities[$1] } / count,
                observed: part.reduce(0) { $0 + Double(answers[$1]) } / count)
        }
    }

    /// What names a row: its id, or its number from 1.
    public func id(_ row: Int) -> String { list.id(row) }

    /// The columns that were left out, or those that were used.
    public func columns(ignored: Bool) -> [PredictionColumn] { list.columns.filter { ($0.kind == .ignored) == ignored } }

    /// How likely each row is yes: by a model that has not seen the row where it was held out, otherwise by the last one.
    public func probabilities() -> [Double] {
        var out = heldOut
        let others = out.indices.filter { out[$0].isNaN }.map { Int32($0) }
        for (row, margin) in zip(others, fitted.margins(columns, rows: others)) {
            out[Int(row)] = calibrated.probability(margin)
        }
        return out
    }

    /// The columns that speak most for and against a row's yes, in words.
    public func reasons(_ rows: [Int], limit: Int = 3) -> [[PredictionReason]] {
        reasons(
            rows, fitted.judged(columns, rows: rows.map { Int32($0) }, middle: middle).contributions, limit: limit, in: columns)
    }

    /// How likely yes is on some rows of another list, and why.
    ///
    /// - Parameter columns: as those that were learnt from, with the same levels.
    func judged(_ columns: [PredictionColumn], rows: Range<Int>) -> [(probability: Double, reasons: [PredictionReason])] {
        let (margins, contributions) = fitted.judged(columns, rows: rows.map { Int32($0) }, middle: middle)
        return zip(margins, reasons(Array(rows), contributions, limit: 2, in: columns)).map {
            (calibrated.probability($0), $1)
        }
    }

    /// - Parameter contributions: of these rows, in their order.
    private func reasons(
        _ rows: [Int], _ contributions: Contributions, limit: Int, in columns: [PredictionColumn]
    ) -> [[PredictionReason]] {
        rows.enumerated().map { place, row in
            contributions.strongest(of: place, limit: limit, above: 0.01).map {
                PredictionReason(column: columns[$0], value: columns[$0].text(row), weight: contributions[place, $0])
            }
        }
    }
}
