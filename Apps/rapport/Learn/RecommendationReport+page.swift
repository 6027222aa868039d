import RapportAnalytics
import RapportCore

extension RecommendationReport {
    /// How well it hits, beside what is popular and beside the other methods.
    static func page(_ trial: RecommendationTrial, _ list: Interactions, of source: String, _ output: Output) -> ReportPage {
        func digits(_ value: Double) -> String { NumberText.grouped(value, decimals: 4) }
        func facts(_ name: String, _ scores: RecommendationScores) -> [String] {
            [name, digits(scores.ndcg), digits(scores.precision), digits(scores.capped), digits(scores.hitRate)]
        }
        let popular = output.text("recommend.popular")
        var page = ReportPage(title: output.text("recommend.title"), subtitle: source, texts: output.texts)
        page.parts.append(
            .text(
                output.text(
                    "recommend.found",
                    [
                        "rows": NumberText.grouped(list.count), "users": NumberText.grouped(list.userCount),
                        "items": NumberText.grouped(list.itemCount), "method": trial.method.words(output.texts),
                    ])))
        page.parts.append(
            .text(
                output.text(
                    "recommend.tried_\(trial.validation)", ["rows": "\(trial.heldRows)", "users": "\(trial.scores.users)"])))
        page.parts.append(
            .chart(
                title: output.text("recommend.chart"),
                .bars(
                    categories: ["NDCG@10", "precision@10", output.text("recommend.hit_rate")],
                    [
                        .init(
                            trial.method.words(output.texts), [trial.scores.ndcg, trial.scores.precision, trial.scores.hitRate]),
                        .init(popular, [trial.popular.ndcg, trial.popular.precision, trial.popular.hitRate]),
                    ], .init(isShare: true)), caption: ""))
        page.parts.append(
            .table(
                ["method", "ndcg_10", "precision_10", "of_possible", "hit_rate"].map {
                    // An abbreviation stays one.
                    $0 == "ndcg_10" ? output.text("heading.\($0)") : output.text("heading.\($0)").lowercased()
                }, [facts(trial.method.words(output.texts), trial.scores), facts(popular, trial.popular)]))
        if !trial.candidates.isEmpty {
            page.parts.append(
                .chart(
                    title: output.text("recommend.candidates"),
                    .intervals(
                        trial.candidates.map {
                            .init($0.method.words(output.texts), estimate: $0.ndcg, low: $0.ndcg, high: $0.ndcg)
                        },
                        reference: 0, .init(x: "NDCG@10")), caption: output.text("recommend.candidates_note")))
        }
        return page
    }
}
