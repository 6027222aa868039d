import RapportAnalytics
import RapportCore

/// A page of its own with what `rapport predict fit` found.
enum PredictionPage {
    static func html(_ prediction: Prediction, _ output: Output) -> String {
        func text(_ key: String, _ values: [String: String] = [:]) -> String { output.text("predict.page.\(key)", values) }
        let target = prediction.target
        let names = ["auc", "pr_auc", "brier", "log_loss"].map { output.text("heading.\($0)") }
        let points = prediction.reliability.map { (x: $0.predicted, y: $0.observed) }
        let top = max(0.01, points.map { max($0.x, $0.y) }.max() ?? 1)
        let happened = Chart.Series(text("happened"), points)
        let same = Chart.Series(text("same"), [(x: 0, y: 0), (x: top, y: top)], dashed: true)
        var page = ReportPage(
            title: text("title", ["positive": target.positive]),
            subtitle: output.text("predict.found", PredictionReport.found(prediction, output)),
            parts: [
                .facts(zip(names, PredictionReport.figures(prediction.scores)).map { (name: $0, value: $1, note: "") }),
                .chart(
                    title: text("reliability"),
                    .lines([happened, same], .init(x: text("predicted"), y: text("happened"), isShare: true, isShareX: true)),
                    caption: text("caption")),
                .heading(text("drivers")),
                .table(
                    ["column", "weight", "which_way"].map { output.text("heading.\($0)").lowercased() },
                    PredictionReport.drivers(prediction, output.texts)),
            ], texts: output.texts)
        if !prediction.notes.isEmpty {
            page.parts.append(.heading(text("notes")))
            page.parts += prediction.notes.map { .text($0.text(output.texts)) }
        }
        return page.html
    }
}
