import RapportAnalytics
import RapportCore

extension BasketReport {
    /// The rules with a picture of how often each holds.
    static func page(_ rules: BasketRules, items: Int, of source: String, limit: Int, _ output: Output) -> ReportPage {
        var page = ReportPage(
            title: output.text("baskets.title"),
            subtitle: output.text("baskets.of", ["source": source, "baskets": NumberText.grouped(rules.baskets)]),
            texts: output.texts)
        page.parts.append(
            .text(
                output.text(
                    "baskets.found",
                    ["baskets": "\(rules.baskets)", "things": "\(items)", "sets": "\(rules.sets)", "rules": "\(rules.count)"])))
        guard rules.count > 0 else {
            page.parts.append(.text(output.text("baskets.none")))
            return page
        }
        let shown = (0..<min(limit, rules.count)).map { rules[$0] }
        let rows = shown.prefix(20).compactMap { rule -> Chart.IntervalRow? in
            // As many baskets as these shares are of.
            let having = (rule.all.support * Double(rules.baskets)).rounded()
            let asked = rule.all.confidence > 0 ? (having / rule.all.confidence).rounded() : 0
            let arm = ArmOutcome(successes: Int(having), of: Int(asked))
            guard let interval = LiftComparison.wilson(arm, level: 0.95) else { return nil }
            return .init(
                name(rule), estimate: rule.all.confidence * 100, low: interval.low * 100, high: interval.high * 100)
        }
        page.parts.append(
            .chart(
                title: output.text("baskets.chart"),
                .intervals(rows, reference: 0, .init(x: output.text("baskets.chart_axis"))),
                caption: output.text("baskets.chart_note")))
        page.parts.append(
            .table(
                ["who_has", "has_too", "support", "confidence", "lift"].map { output.text("heading.\($0)").lowercased() },
                shown.map { rule in
                    [
                        rule.antecedent.joined(separator: ", "), rule.consequent.joined(separator: ", "),
                        NumberText.percent(rule.all.support, decimals: 2), NumberText.percent(rule.all.confidence),
                        NumberText.grouped(rule.all.lift, decimals: 2),
                    ]
                }))
        return page
    }

    /// Short enough for a picture.
    private static func name(_ rule: BasketRule) -> String {
        let text = "\(rule.antecedent.joined(separator: " + ")) → \(rule.consequent.joined(separator: " + "))"
        return text.count <= 40 ? text : "\(text.prefix(39))…"
    }
}
