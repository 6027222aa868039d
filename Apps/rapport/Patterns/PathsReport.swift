import Foundation
import RapportAnalytics
import RapportCore

/// What `rapport paths` says.
enum PathsReport {
    static func telling(_ paths: Paths, about name: String?, limit: Int, of source: String, _ output: Output) -> Telling {
        let question =
            switch paths.anchor {
            case .start: output.text("paths.start")
            case .after: output.text("paths.after", ["event": name ?? ""])
            case .before: output.text("paths.before", ["event": name ?? ""])
            }
        var telling = Telling(title: question, subtitle: source)
        telling.parts.append(
            .sentence(
                output.texts(
                    "cli.paths.people", count: Int64(paths.people),
                    ["count": NumberText.grouped(paths.people), "paths": NumberText.grouped(paths.paths.count)])))
        guard paths.people > 0 else { return telling }
        let shown = paths.paths.prefix(limit)
        let most = shown.first?.people ?? 1
        telling.parts.append(
            .table(
                ["people", "share", "path", ""],
                shown.map { path in
                    [
                        NumberText.grouped(path.people), NumberText.percent(Double(path.people) / Double(paths.people)),
                        words(path, paths, output), TextPlot.bar(Double(path.people) / Double(most), width: 16),
                    ]
                }))
        if paths.paths.count > limit {
            telling.parts.append(.sentence(output.text("paths.more", ["paths": NumberText.grouped(paths.paths.count - limit)])))
        }
        telling.parts.append(
            .chart(
                title: question,
                .bars(
                    categories: shown.prefix(8).map { words($0, paths, output) },
                    [.init(output.text("heading.people"), shown.prefix(8).map { Double($0.people) })],
                    .init(y: output.text("funnel.people"))), caption: ""))
        return telling
    }

    private static func words(_ path: Paths.Path, _ paths: Paths, _ output: Output) -> String {
        let names = path.events.map { paths.names[$0] }
        guard names.count == 1, paths.anchor != .start else { return names.joined(separator: " → ") }
        if case .before = paths.anchor { return output.text("paths.nothing_before", ["event": names[0]]) }
        return output.text("paths.nothing_after", ["event": names[0]])
    }

    static func rows(_ paths: Paths) -> [[String]] {
        let longest = paths.paths.map(\.events.count).max() ?? 0
        return [["people", "share"] + (0..<longest).map { "event_\($0 + 1)" }]
            + paths.paths.map { path in
                let names = path.events.map { paths.names[$0] }
                return ["\(path.people)", String(format: "%.6f", Double(path.people) / Double(paths.people))] + names
                    + [String](repeating: "", count: longest - names.count)
            }
    }

    static func json(_ paths: Paths, about name: String?) -> JSONValue {
        let direction =
            switch paths.anchor {
            case .start: "start"
            case .after: "after"
            case .before: "before"
            }
        return .object([
            .init("direction", .string(direction)), .init("event", .text(name)), .init("people", .number(paths.people)),
            .init(
                "paths",
                .array(
                    paths.paths.map { path in
                        .object([
                            .init("events", .array(path.events.map { .string(paths.names[$0]) })),
                            .init("people", .number(path.people)),
                        ])
                    })),
            .init(
                "transitions",
                .array(
                    paths.transitions.map {
                        .object([
                            .init("from", .string(paths.names[$0.from])), .init("to", .string(paths.names[$0.to])),
                            .init("people", .number($0.people)),
                        ])
                    })),
        ])
    }
}
