import Foundation
import RapportCore
import RapportMatching

/// What `rapport match` says: the list in short, or one pair in full.
enum MatchReport {
    static func show(_ matcher: Matcher, _ answer: Matcher.Answer, files: Int, _ output: Output) {
        let (clusters, records) = answer.duplicated
        output.say(
            "match.found",
            [
                "records": "\(answer.cluster.count)", "together": "\(records)", "clusters": "\(clusters)",
                "left": "\(answer.cluster.count - records + clusters)", "pairs": "\(matcher.compared)",
            ])
        if files == 2 { output.say(answer.isOneToOne ? "match.one_to_one" : "match.many") }
        if matcher.isLiteral { output.say("match.literal") }
        output.line()
        output.table(
            ["column", "compared_as"],
            matcher.kinds.map { [$0.name, $0.kind == .ignored ? output.text("match.ignored") : $0.kind.rawValue] })
    }

    static func show(_ explanation: MatchExplanation, together: Bool, ids: [String], _ output: Output) {
        show(explanation, ids: ids, output)
        output.line()
        output.say(together ? "match.together" : "match.apart")
        if together != (explanation.weight > 0) { output.say("match.cluster") }
    }

    static func show(_ explanation: MatchExplanation, ids: [String], _ output: Output) {
        var rows = explanation.parts.map { part in
            var words = output.text("match.says.\(part.says)")
            if let given = part.given, abs(part.weight) > 0.05 { words += output.text("match.given", ["column": given]) }
            if part.rarity >= 1 { words += output.text("match.rare") }
            if part.rarity <= -1 { words += output.text("match.common") }
            return [part.column, part.first ?? "—", part.second ?? "—", bits(part.weight), words]
        }
        rows.insert(
            [output.text("match.prior"), "", "", bits(explanation.prior), output.text("match.prior_why")], at: 0)
        if explanation.related < -0.05 {
            rows.append([
                output.text("match.related"), "", "", bits(explanation.related), output.text("match.related_why"),
            ])
        }
        rows.append([
            output.text("match.all"), "", "", bits(explanation.weight),
            output.text("match.probability", ["probability": String(format: "%.4f", explanation.probability)]),
        ])
        rows.insert(["", ids[0], ids[1], "", ""], at: 0)
        output.table(["", "one", "other", "bits", "why"], rows)
        output.say("match.bits")
    }

    static func json(_ matcher: Matcher, _ answer: Matcher.Answer, _ explanation: MatchExplanation?, _ texts: Texts) -> JSONValue
    {
        let (clusters, records) = answer.duplicated
        var members: [JSONValue.Member] = [
            .init("records", .integer(Int64(answer.cluster.count))),
            .init("clusters", .integer(Int64(answer.cluster.count - records + clusters))),
            .init("duplicated_clusters", .integer(Int64(clusters))),
            .init("duplicated_records", .integer(Int64(records))),
            .init("compared_pairs", .integer(Int64(matcher.compared))),
            .init("one_to_one", .bool(answer.isOneToOne)),
            .init("columns", .object(matcher.kinds.map { .init($0.name, .string($0.kind.rawValue)) })),
            .init("blocking_rules", .array(matcher.rules.map { .string($0) })),
        ]
        if let explanation { members.append(.init("explanation", json(explanation, texts))) }
        return .object(members)
    }

    static func json(_ explanation: MatchExplanation, _ texts: Texts) -> JSONValue {
        let parts = explanation.parts.map { part in
            JSONValue.object([
                .init("column", .string(part.column)), .init("first", part.first.map { .string($0) } ?? .null),
                .init("second", part.second.map { .string($0) } ?? .null),
                .init("words", .string(texts("cli.match.says.\(part.says)"))),
                .init("weight", decimal(part.weight)), .init("rarity", decimal(part.rarity)),
                .init("given", part.given.map { .string($0) } ?? .null),
            ])
        }
        return .object([
            .init("prior", decimal(explanation.prior)), .init("columns", .array(parts)),
            .init("related", decimal(explanation.related)), .init("weight", decimal(explanation.weight)),
            .init("probability", .decimal(String(format: "%.6f", explanation.probability))),
        ])
    }

    private static func bits(_ weight: Double) -> String { String(format: "%.1f", abs(weight) < 0.05 ? 0 : weight) }
    private static func decimal(_ number: Double) -> JSONValue { .decimal(String(format: "%.4f", number)) }
}
