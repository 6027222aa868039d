import Foundation
import RapportAnalytics

/// A page of its own with what `rapport predict fit` found: needs nothing from anywhere.
enum PredictionPage {
    static func text(_ prediction: Prediction) -> String {
        let target = prediction.target
        let head =
            "\(target.known) rows, \(target.positives) with “\(target.positive)”. \(prediction.model.words.prefix(1).uppercased() + prediction.model.words.dropFirst()); \(prediction.reason)."
        return """
            <!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Prediction</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;\
            color-scheme:light dark}table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left}\
            svg{max-width:100%}text{fill:currentColor;font-size:12px}</style>
            <h1>Who is likely to be “\(escaped(target.positive))”</h1><p>\(escaped(head))</p>
            <table><tr><th>AUC<th>PR AUC<th>Brier<th>log-loss</tr><tr>\
            \(PredictionReport.figures(prediction.scores).map { "<td>\($0)" }.joined())</tr></table>
            <h2>Does it hold what it says?</h2><p>Each dot is a tenth of the rows: how often it was predicted, and how often it \
            happened. On the line, both are the same.</p>\(reliability(prediction))
            <h2>What matters</h2>\(drivers(prediction))
            \(prediction.notes.isEmpty ? "" : "<h2>Notes</h2><ul>\(prediction.notes.map { "<li>\(escaped($0))" }.joined())</ul>")
            </html>

            """
    }

    private static func reliability(_ prediction: Prediction) -> String {
        let top = max(0.01, prediction.reliability.map { max($0.predicted, $0.observed) }.max() ?? 1)
        func x(_ value: Double) -> String { String(format: "%.1f", 40 + 300 * value / top) }
        func y(_ value: Double) -> String { String(format: "%.1f", 320 - 300 * value / top) }
        let dots = prediction.reliability.map {
            "<circle cx=\"\(x($0.predicted))\" cy=\"\(y($0.observed))\" r=\"5\" fill=\"#2a6fdb\"><title>predicted "
                + "\(PredictionReport.percent($0.predicted)), happened \(PredictionReport.percent($0.observed)), \($0.rows) rows</title></circle>"
        }
        return """
            <svg viewBox="0 0 360 350" width="360" role="img" aria-label="predicted against observed shares">
            <path d="M40 20V320H340" fill="none" stroke="currentColor"/><path d="M40 320L340 20" stroke="currentColor" stroke-dasharray="4"/>
            <text x="340" y="340" text-anchor="end">predicted, up to \(PredictionReport.percent(top))</text>
            <text x="46" y="16">happened</text>\(dots.joined())</svg>
            """
    }

    private static func drivers(_ prediction: Prediction) -> String {
        let shown = prediction.drivers.prefix(15)
        let top = max(1e-9, shown.first?.weight ?? 1)
        let rows = shown.map {
            "<tr><td>\(escaped($0.column))<td><svg width=\"120\" height=\"10\"><rect width=\"\(Int(120 * $0.weight / top))\" height=\"10\" "
                + "fill=\"#2a6fdb\"/></svg><td>\(escaped($0.words))</tr>"
        }
        return "<table>\(rows.joined())</table>"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing(
            "\"", with: "&quot;")
    }
}
