import Foundation
import RapportCore
import RapportMatching

/// What `rapport match` says: the list in short, or one pair in full.
enum MatchReport {
    static func show(_ matcher: Matcher, _ answer: Matcher.Answer, files: Int, _ output: Output) {
        let (clusters, records) = answer.duplicated
        output.line(
            "\(answer.cluster.count) records, of which \(records) are in \(clusters) clusters of two and more; "
                + "\(answer.cluster.count - records + clusters) remain. \(matcher.compared) pairs compared")
        if files == 2 {
            output.line(
                answer.isOneToOne
                    ? "Each record has at most one partner in the other file."
                    : "Duplicates within each file were looked for too.")
        }
        output.line()
        output.table(
            ["column", "compared_as"], matcher.kinds.map { [$0.name, $0.kind == .ignored ? "not compared" : $0.kind.rawValue] })
    }

    static func show(_ explanation: MatchExplanation, together: Bool, ids: [String], _ output: Output) {
        show(explanation, ids: ids, output)
        output.line()
        output.line(
            together
                ? "Both are in one cluster." : "They are in different clusters.")
        if together != (explanation.weight > 0) {
            output.line("The other records of their clusters decided: a cluster is judged by all of its pairs, not by one.")
        }
    }

    static func show(_ explanation: MatchExplanation, ids: [String], _ output: Output) {
        var rows = explanation.parts.map { part in
            var words = part.words
            if let given = part.given, abs(part.weight) > 0.05 { words += ", given \(given)" }
            if part.rarity >= 1 { words += ", and rare" } else if part.rarity <= -1 { words += ", but common" }
            return [part.column, part.first ?? "—", part.second ?? "—", bits(part.weight), words]
        }
        rows.insert(["before comparing", "", "", bits(explanation.prior), "two records of the lists are seldom one"], at: 0)
        if explanation.related < -0.05 {
            rows.append(["relatives", "", "", bits(explanation.related), "others of one house or firm would agree so too"])
        }
        rows.append([
            "in all", "", "", bits(explanation.weight), "probability \(String(format: "%.4f", explanation.probability))",
        ])
        rows.insert(["", ids[0], ids[1], "", ""], at: 0)
        output.table(["", "one", "other", "bits", "why"], rows)
        output.line("Each bit for doubles the odds that the two are one, each bit against halves them.")
    }

    static func json(_ matcher: Matcher, _ answer: Matcher.Answer, _ explanation: MatchExplanation?) -> JSONValue {
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
        if let explanation { members.append(.init("explanation", json(explanation))) }
        return .object(members)
    }

    static func json(_ explanation: MatchExplanation) -> JSONValue {
        let parts = explanation.parts.map { part in
            JSONValue.object([
                .init("column", .string(part.column)), .init("first", part.first.map { .string($0) } ?? .null),
                .init("second", part.second.map { .string($0) } ?? .null), .init("words", .string(part.words)),
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
