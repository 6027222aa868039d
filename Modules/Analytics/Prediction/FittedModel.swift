import Foundation
public import RapportCore

/// What was learnt from some rows, by either way.
enum FittedModel: Sendable {
    case logistic(LogisticModel, DesignPlan)
    case trees(TreeEnsemble)

    /// Learns from rows; how rich the model may be is found within them.
    static func fit(_ kind: PredictionModel, _ columns: [PredictionColumn], _ target: [Int8], rows: [Int32], seed: UInt64)
        -> FittedModel
    {
        switch kind {
        case .logistic:
            let way = LogisticModel.way(columns, target, rows: rows, seed: seed)
            return fit(columns, target, rows: rows, richness: .way(way))
        case .trees: return .trees(TreeEnsemble.fit(columns, target, rows: rows, seed: seed))
        }
    }

    static func fit(_ columns: [PredictionColumn], _ target: [Int8], rows: [Int32], richness: Richness) -> FittedModel {
        switch richness {
        case .way(let way):
            let plan = DesignPlan(columns, target, rows: rows, isNamed: way.isNamed)
            let design = Design(plan, columns, rows: rows)
            return .logistic(LogisticModel(design, rows.map { target[Int($0)] }, strength: way.strength), plan)
        case .trees(let count, let isNamed):
            return .trees(TreeEnsemble.fit(columns, target, rows: rows, count: count, isNamed: isNamed))
        }
    }

    /// How closely a model may follow the rows that it learns from.
    enum Richness: Sendable {
        /// Of a logistic regression.
        case way(LogisticPath.Way)
        /// How many trees, and whether numbers that may be names stand by rates too.
        case trees(Int, isNamed: Bool)
    }

    /// What of a model that was learnt from some rows serves to learn it again from more of them.
    func richness(more: Double) -> Richness {
        switch self {
        case .logistic(let model, let plan): .way(.init(strength: model.strength, isNamed: plan.isNamed))
        case .trees(let ensemble):
            .trees(max(5, Int(Double(ensemble.trees.count) * more)), isNamed: !ensemble.bins.named.isEmpty)
        }
    }

    /// Log-odds of each row. Many rows are taken in pieces.
    func margins(_ columns: [PredictionColumn], rows: [Int32]) -> [Double] {
        var out: [Double] = []
        out.reserveCapacity(rows.count)
        for from in stride(from: 0, to: rows.count, by: 65_536) {
            let piece = Array(rows[from..<min(rows.count, from + 65_536)])
            switch self {
            case .logistic(let model, let plan): out += model.margins(Design(plan, columns, rows: piece))
            case .trees(let ensemble): out += ensemble.margins(columns, rows: piece)
            }
        }
        return out
    }

    /// Log-odds of each row, and what each column adds to them against a row in the middle.
    func judged(
        _ columns: [PredictionColumn], rows: [Int32], middle: [Double]
    ) -> (margins: [Double], contributions: Contributions) {
        switch self {
        case .trees(let ensemble): return ensemble.judged(columns, rows: rows)
        case .logistic(let model, let plan):
            let design = Design(plan, columns, rows: rows)
            var out = Contributions(rows: rows.count, columns: columns.count)
            for row in rows.indices {
                for column in columns.indices { out[row, column] = -middle[column] }
                for (index, term) in plan.dense.enumerated() {
                    out[row, term.source] += model.weights[index] * Double(design.dense[index * rows.count + row])
                }
                for (index, term) in plan.coded.enumerated() {
                    let place = Int(design.coded[index * rows.count + row])
                    if place < plan.parameters { out[row, term.source] += model.weights[place] }
                }
            }
            return (model.margins(design), out)
        }
    }

    /// The columns of numbers that are taken as names.
    var named: Set<Int> {
        switch self {
        case .logistic(_, let plan): plan.named
        case .trees(let ensemble): ensemble.bins.named
        }
    }

    /// The mean contribution of each column, to be taken off.
    func middle(_ columns: [PredictionColumn], rows: [Int32]) -> [Double] {
        let none = [Double](repeating: 0, count: columns.count)
        guard case .logistic = self, !rows.isEmpty else { return none }
        let all = judged(columns, rows: rows, middle: none).contributions
        return columns.indices.map { column in all.of(column).reduce(0, +) / Double(rows.count) }
    }
}

/// How to predict.
public enum PredictionModel: String, Sendable, CaseIterable {
    case logistic, trees

    public func words(_ texts: Texts) -> String { texts("cli.predict.model.\(rawValue)") }
}
