import RapportCore

extension Predictor {
    /// A kind of model, tried on every split.
    struct Trial: Sendable {
        let outcomes: [Outcome]
        /// What to learn it with from all rows.
        let richness: FittedModel.Richness
    }

    /// The penalty of each fold is the one that is best on the others.
    func triedLogistic(_ progress: @escaping @Sendable (Stage, Double) -> Void) async throws -> Trial {
        progress(.logistic, 0)
        guard splits.count > 1 else { return triedWithin(.logistic) }
        let (columns, values, splits, seed) = (columns, target.values, splits, options.seed)
        let paths = try await inParallel(splits.count) { index in
            let path = LogisticPath(columns, values, splits[index], seed: seed &+ UInt64(index))
            progress(.logistic, Double(index + 1) / Double(splits.count) / 2)
            return path
        }
        let curves = paths.map(\.curve)
        let places = LogisticPath.waysOfOthers(curves)
        let outcomes = try await inParallel(splits.count) { index in
            let (split, path) = (splits[index], paths[index])
            progress(.logistic, 0.5 + Double(index + 1) / Double(splits.count) / 2)
            let kept = path.margins[places[index]]
            if !kept.isEmpty { return Outcome(kept, split.validation, values) }
            let way = LogisticPath.ways[places[index]]
            let model = FittedModel.fit(columns, values, rows: split.training, richness: .way(way))
            return Outcome(model.margins(columns, rows: split.validation), split.validation, values)
        }
        return Trial(outcomes: outcomes, richness: .way(LogisticPath.way(for: curves)))
    }

    /// The number of trees of each fold is the one that is best on the others.
    ///
    /// - Parameter look: what has been grown already.
    func triedTrees(after look: Look?, _ progress: @escaping @Sendable (Stage, Double) -> Void) async throws -> Trial {
        progress(.trees, 0)
        guard splits.count > 1 else { return look?.trial ?? triedWithin(.trees) }
        let (columns, values, splits) = (columns, target.values, splits)
        let isNamed = look?.isNamed ?? TreeGrowth.isNamedBetter(columns, values, rows: splits[0].training, seed: options.seed)
        let growths = try await inParallel(splits.count) { index in
            if index == 0, let grown = look?.growth { return grown }
            let split = splits[index]
            var growth = TreeGrowth(columns, values, rows: split.training, watched: split.validation, isNamed: isNamed)
            growth.grow(to: TreeEnsemble.limit, isWatched: true)
            progress(.trees, Double(index + 1) / Double(splits.count))
            return growth
        }
        let curves = growths.map(\.curve)
        let counts = LossCurve.lowestOfOthers(curves).map { $0 + 1 }
        let outcomes = try await inParallel(splits.count) { index in
            var growth = growths[index]
            growth.grow(to: counts[index], isWatched: false)
            return Outcome(growth.margins(after: counts[index]), splits[index].validation, values)
        }
        return Trial(outcomes: outcomes, richness: .trees(TreeEnsemble.count(for: curves, more: 1.1), isNamed: isNamed))
    }

    /// One split has no others: how rich the model may be is found within the rows that it learns from.
    private func triedWithin(_ kind: PredictionModel, rows: [Int32]? = nil) -> Trial {
        let split = splits[0]
        let model = FittedModel.fit(kind, columns, target.values, rows: rows ?? split.training, seed: options.seed &+ 1)
        let outcome = Outcome(model.margins(columns, rows: split.validation), split.validation, target.values)
        return Trial(outcomes: [outcome], richness: model.richness(more: 1.1))
    }

    /// Trees on the first split, beside the logistic regression.
    struct Look {
        let trees: Double
        let logistic: Double
        /// So far behind that the other splits need not be tried.
        let areBehind: Bool
        /// Whether numbers that may be names stand by rates too.
        let isNamed: Bool
        /// What was grown, where it was from all rows of the first of several splits.
        let growth: TreeGrowth?
        /// The whole trial, where it was of all rows of the one split.
        let trial: Trial?
    }

    /// Grows trees on the first split, or on a sample of it.
    func firstLook(_ logistic: Outcome) -> Look {
        let split = splits[0]
        let rows = Split.sample(split.training, target.values, limit: 20_000, seed: options.seed)
        // A sample keeps all of a rare answer; the ranking does not mind the shift.
        let isWhole = rows.count == split.training.count
        if splits.count == 1 {
            let trial = triedWithin(.trees, rows: rows)
            return Look(
                trial.outcomes[0].scores.auc, logistic.scores.auc, isWhole, isNamed: false, trial: isWhole ? trial : nil)
        }
        let isNamed = TreeGrowth.isNamedBetter(columns, target.values, rows: split.training, seed: options.seed)
        var look = grown(rows, on: split, beside: logistic, isWhole: isWhole, isNamed: isNamed)
        if !isWhole, !look.areBehind {
            look = grown(split.training, on: split, beside: logistic, isWhole: true, isNamed: isNamed)
        }
        return look
    }

    private func grown(_ rows: [Int32], on split: Split, beside logistic: Outcome, isWhole: Bool, isNamed: Bool) -> Look {
        var growth = TreeGrowth(columns, target.values, rows: rows, watched: split.validation, isNamed: isNamed)
        growth.grow(to: TreeEnsemble.limit, isWatched: true)
        let own = Outcome(growth.margins(after: growth.bestCount), split.validation, target.values).scores.auc
        return Look(own, logistic.scores.auc, isWhole, isNamed: isNamed, growth: isWhole ? growth : nil)
    }
}

extension Predictor.Look {
    init(
        _ trees: Double, _ logistic: Double, _ isWhole: Bool, isNamed: Bool, growth: TreeGrowth? = nil,
        trial: Predictor.Trial? = nil
    ) {
        let behind = trees <= logistic + (isWhole ? -0.001 : -0.004)
        self.init(trees: trees, logistic: logistic, areBehind: behind, isNamed: isNamed, growth: growth, trial: trial)
    }
}
