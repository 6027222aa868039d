import Foundation
import RapportAnalytics
import RapportCore
import RapportTabular

/// What `rapport predict fit` says.
enum PredictionReport {
    static func show(_ prediction: Prediction, _ output: Output) {
        output.say("predict.found", found(prediction, output))
        output.say(prediction.isByTime ? "predict.by_time" : "predict.by_folds", ["folds": "\(prediction.folds)"])
        output.line()
        output.table(
            ["model", "auc", "pr_auc", "brier", "log_loss"],
            prediction.candidates.map { [$0.model.words(output.texts)] + figures($0.scores) }
                + (prediction.calibration == "none"
                    ? [] : [[calibrated(prediction, output)] + figures(prediction.scores)]))
        output.line()
        output.table(
            ["predicted", "happened", "rows"],
            prediction.reliability.map { [percent($0.predicted), percent($0.observed), String($0.rows)] })
        output.line()
        output.table(["column", "weight", "which_way"], drivers(prediction, output.texts))
        let left = prediction.columns(ignored: true)
        if !left.isEmpty {
            output.line()
            output.table(["left_out", "why"], left.map { [$0.title.text(output.texts), $0.note?.text(output.texts) ?? ""] })
        }
    }

    private static func calibrated(_ prediction: Prediction, _ output: Output) -> String {
        output.text("predict.calibrated", ["model": prediction.model.words(output.texts), "how": prediction.calibration])
    }

    /// The values of `predict.found`.
    static func found(_ prediction: Prediction, _ output: Output) -> [String: String] {
        let target = prediction.target
        return [
            "rows": "\(target.known)", "positives": "\(target.positives)", "positive": target.positive,
            "share": percent(Double(target.positives) / Double(target.known)), "model": prediction.model.words(output.texts),
            "reason": prediction.reason.text(output.texts),
        ]
    }

    static func drivers(_ prediction: Prediction, _ texts: Texts) -> [[String]] {
        prediction.drivers.prefix(15).map {
            [$0.column.title.text(texts), String(format: "%.2f", $0.weight), $0.way?.text(texts) ?? ""]
        }
    }

    static func json(_ prediction: Prediction, _ output: Output) -> JSONValue {
        let target = prediction.target
        var members: [JSONValue.Member] = scores(prediction.scores)
        members += [
            .init("auc_deviation", number(prediction.deviation)),
            .init("validation", .string(prediction.isByTime ? "time" : "folds")),
            .init("folds", .integer(Int64(prediction.folds))),
            .init("pooled", .object(scores(prediction.pooled))),
            .init("rows", .integer(Int64(prediction.rows))), .init("known", .integer(Int64(target.known))),
            .init("positives", .integer(Int64(target.positives))), .init("positive", .string(target.positive)),
            .init("model", .string(prediction.model.rawValue)), .init("reason", .string(prediction.reason.text(output.texts))),
            .init(
                "candidates",
                .array(
                    prediction.candidates.map {
                        .object(
                            [.init("model", .string($0.model.rawValue))] + scores($0.scores) + [
                                .init("auc_deviation", number($0.deviation))
                            ])
                    })),
            .init("calibration", .string(prediction.calibration)),
            .init(
                "reliability",
                .array(
                    prediction.reliability.map {
                        .object([
                            .init("predicted", number($0.predicted)), .init("observed", number($0.observed)),
                            .init("rows", .integer(Int64($0.rows))),
                        ])
                    })),
            .init(
                "columns",
                .array(
                    (prediction.columns(ignored: false) + prediction.columns(ignored: true)).map { column in
                        .object([
                            .init("name", .string(column.name)), .init("kind", .string(column.kind.rawValue)),
                            .init("note", column.note.map { .string($0.text(output.texts)) } ?? .null),
                        ])
                    })),
            .init(
                "drivers",
                .array(
                    prediction.drivers.map {
                        .object([
                            .init("column", .string($0.column.name)), .init("weight", number($0.weight)),
                            .init("words", .string($0.way?.text(output.texts) ?? "")),
                        ])
                    })),
            .init("notes", .array(prediction.notes.map { .string($0.text(output.texts)) })),
        ]
        return .object(members)
    }

    /// A row a row: id, probability, what was predicted from, why.
    static func scores(_ prediction: Prediction, id: String?, _ texts: Texts) -> String {
        let probabilities = prediction.probabilities()
        var text = CSVText.line([id ?? "row", "probability", "reason_1", "reason_2", "reason_3"])
        for from in stride(from: 0, to: probabilities.count, by: 10_000) {
            let rows = Array(from..<min(probabilities.count, from + 10_000))
            for (row, reasons) in zip(rows, prediction.reasons(rows)) {
                let words = (0..<3).map { $0 < reasons.count ? reasons[$0].text(texts) : "" }
                text += CSVText.line([prediction.id(row), digits(probabilities[row])] + words)
            }
        }
        return text
    }

    private static func scores(_ scores: PredictionScores) -> [JSONValue.Member] {
        [
            .init("auc", number(scores.auc)), .init("pr_auc", number(scores.prAUC)), .init("brier", number(scores.brier)),
            .init("log_loss", number(scores.logLoss)),
        ]
    }

    static func figures(_ scores: PredictionScores) -> [String] {
        [scores.auc, scores.prAUC, scores.brier, scores.logLoss].map { String(format: "%.4f", $0) }
    }

    static func digits(_ probability: Double) -> String { String(format: "%.6f", probability) }
    static func percent(_ share: Double) -> String { String(format: "%.1f%%", share * 100) }
    private static func number(_ value: Double) -> JSONValue { value.isFinite ? .decimal(String(format: "%.6f", value)) : .null }
}
