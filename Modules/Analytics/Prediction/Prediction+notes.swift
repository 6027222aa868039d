import RapportCore

extension Prediction {
    /// What whoever reads the figures should know.
    static func notes(_ predictor: Predictor, auc: Double) -> [Remark] {
        var notes = predictor.list.notes
        let target = predictor.target
        let without = predictor.list.count - target.known
        if without > 0 {
            notes.append(
                Remark("cli.predict.note.no_target", ["target": predictor.list.targetName], count: without))
        }
        if let moments = predictor.list.moments {
            let undated = predictor.known.count { moments[Int($0)].isNaN }
            if undated > 0 { notes.append(Remark("cli.predict.note.undated", count: undated)) }
        } else if predictor.splits.count < predictor.options.folds {
            notes.append(Remark("cli.predict.note.few_folds", ["folds": "\(predictor.splits.count)"]))
        }
        let fewer = min(target.positives, target.known - target.positives)
        if fewer < 50 { notes.append(Remark("cli.predict.note.rare", count: fewer)) }
        notes += leaks(predictor, auc: auc)
        return notes
    }

    /// Columns that alone tell yes from no nearly always: often they are written down only afterwards.
    private static func leaks(_ predictor: Predictor, auc: Double) -> [Remark] {
        guard auc > 0.98 else { return [] }
        let rows = Split.sample(predictor.known, predictor.target.values, limit: 20_000, seed: 3)
        let answers = rows.map { predictor.target.values[Int($0)] }
        return predictor.columns.compactMap { column in
            let ranking: [Double]
            switch column.values {
            case .numbers(let numbers):
                ranking = rows.map { numbers[Int($0)].isNaN ? -.greatestFiniteMagnitude : numbers[Int($0)] }
            case .levels(let codes):
                guard column.levels.count <= 50 else { return nil }
                var sums = [(yes: Double, all: Double)](repeating: (0, 1), count: column.levels.count + 1)
                for (row, answer) in zip(rows, answers) {
                    sums[Int(codes[Int(row)] + 1)].yes += Double(answer)
                    sums[Int(codes[Int(row)] + 1)].all += 1
                }
                ranking = rows.map { sums[Int(codes[Int($0)] + 1)].yes / sums[Int(codes[Int($0)] + 1)].all }
            case .none: return nil
            }
            let own = PredictionScores(ranking.map { _ in 0.5 }, ranking: ranking, answers).auc
            guard max(own, 1 - own) > 0.985 else { return nil }
            return Remark(
                "cli.predict.note.leak",
                ["positive": predictor.target.positive, "negative": predictor.target.negative], parts: ["column": column.title])
        }
    }
}
