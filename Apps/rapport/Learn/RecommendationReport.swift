import Foundation
import RapportAnalytics
import RapportCore

/// What `rapport recommend` says.
enum RecommendationReport {
    static func show(_ trial: RecommendationTrial, _ list: Interactions, _ output: Output) {
        output.say(
            "recommend.found",
            [
                "rows": "\(list.count)", "users": "\(list.userCount)", "items": "\(list.itemCount)",
                "method": trial.method.words(output.texts),
            ])
        output.say("recommend.tried_\(trial.validation)", ["rows": "\(trial.heldRows)", "users": "\(trial.scores.users)"])
        output.line()
        func row(_ name: String, _ scores: RecommendationScores) -> [String] {
            [name] + [scores.ndcg, scores.precision, scores.capped, scores.hitRate].map { String(format: "%.4f", $0) }
        }
        output.table(
            ["method", "ndcg_10", "precision_10", "of_possible", "hit_rate"],
            [row(trial.method.words(output.texts), trial.scores), row(output.text("recommend.popular"), trial.popular)])
        guard !trial.candidates.isEmpty else { return }
        output.line()
        output.table(
            ["tried_before", "ndcg_10"],
            trial.candidates.map { [$0.method.words(output.texts), String(format: "%.4f", $0.ndcg)] })
    }

    static func json(_ trial: RecommendationTrial, _ list: Interactions, _ texts: Texts) -> JSONValue {
        .object(
            figures(trial.scores) + [
                .init("users_tried", .integer(Int64(trial.scores.users))), .init("validation", .string(trial.validation)),
                .init("method", .string(trial.method.name)), .init("popular", .object(figures(trial.popular))),
                .init(
                    "candidates",
                    .array(
                        trial.candidates.map {
                            .object([.init("method", .string($0.method.name)), .init("ndcg_at_10", number($0.ndcg))])
                        })),
                .init("rows", .integer(Int64(list.count))), .init("training_rows", .integer(Int64(trial.trainingRows))),
                .init("held_rows", .integer(Int64(trial.heldRows))), .init("users", .integer(Int64(list.userCount))),
                .init("items", .integer(Int64(list.itemCount))),
                .init("notes", .array(list.notes.map { .string($0.text(texts)) })),
            ])
    }

    /// What is recommended to one.
    struct Answer {
        let user: String
        let isKnown: Bool
        let method: String
        let suggestions: [(item: String, name: String, score: Double, because: [String])]
    }

    /// - Parameter unknown: the text about somebody of whom nothing is known.
    static func show(_ answer: Answer, unknown: String, _ output: Output) {
        if !answer.isKnown { output.say(unknown, ["user": answer.user]) }
        output.table(
            ["recommended", "score", "because_of"],
            answer.suggestions.map { suggestion in
                let why =
                    suggestion.because.isEmpty
                    ? output.text("recommend.because_popular")
                    : output.text("recommend.because", ["items": suggestion.because.joined(separator: ", ")])
                return [suggestion.name, String(format: "%.4g", suggestion.score), why]
            })
        if answer.suggestions.isEmpty { output.say("recommend.nothing") }
        output.json(
            .object([
                .init("user", .string(answer.user)), .init("known", .bool(answer.isKnown)),
                .init("method", .string(answer.method)),
                .init(
                    "recommendations",
                    .array(
                        answer.suggestions.map {
                            .object(
                                [.init("item", .string($0.item))]
                                    + ($0.name == $0.item ? [] : [.init("name", .string($0.name))]) + [
                                        .init("score", number($0.score)),
                                        .init("because", .array($0.because.map { .string($0) })),
                                    ])
                        })),
            ]))
    }

    private static func figures(_ scores: RecommendationScores) -> [JSONValue.Member] {
        [
            .init("ndcg_at_10", number(scores.ndcg)), .init("precision_at_10", number(scores.precision)),
            .init("hits_of_possible_at_10", number(scores.capped)), .init("hit_rate_at_10", number(scores.hitRate)),
        ]
    }

    private static func number(_ value: Double) -> JSONValue { .decimal(String(format: "%.6f", value)) }
}
