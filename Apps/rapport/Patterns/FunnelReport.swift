import Foundation
import RapportAnalytics
import RapportCore

/// What `rapport funnel` says.
enum FunnelReport {
    /// So many groups are shown by themselves; --csv and --json have all.
    private static let groupsShown = 12

    static func telling(_ funnel: Funnel, within: Span, of source: String, by: String?, _ output: Output) -> Telling {
        var telling = Telling(
            title: output.text("funnel.title"),
            subtitle: output.text("funnel.of", ["source": source, "window": shownSpan(Double(within.milliseconds), output)]))
        let all = funnel.all
        let last = all.counts.count - 1
        guard all.counts[0] > 0 else {
            telling.parts.append(.sentence(output.text("funnel.nobody", ["step": funnel.steps[0]])))
            return telling
        }
        telling.parts.append(
            .sentence(
                output.text(
                    "funnel.through",
                    [
                        "first": NumberText.grouped(all.counts[0]), "last": NumberText.grouped(all.counts[last]),
                        "share": NumberText.percent(all.ofFirst(last) ?? 0),
                        "window": shownSpan(Double(within.milliseconds), output),
                    ])))
        telling.parts.append(
            .table(
                ["step", "people", "of_previous", "of_first", "half_within", ""],
                funnel.steps.indices.map { step in
                    [
                        funnel.steps[step], NumberText.grouped(all.counts[step]),
                        all.conversion(step).map { NumberText.percent($0) } ?? "",
                        NumberText.percent(all.ofFirst(step) ?? 0),
                        step > 0 ? all.between[step - 1].map { shownSpan($0.median, output) } ?? "—" : "",
                        TextPlot.bar(all.ofFirst(step) ?? 0, width: 30),
                    ]
                }))
        if let whole = all.whole, last > 1 {
            telling.parts.append(
                .sentence(
                    output.text(
                        "funnel.whole",
                        [
                            "lower": shownSpan(whole.lower, output), "median": shownSpan(whole.median, output),
                            "upper": shownSpan(whole.upper, output),
                        ])))
        }
        telling.parts.append(
            .chart(
                title: output.text("funnel.title"),
                .bars(
                    categories: funnel.steps, [.init(output.text("heading.people"), all.counts.map(Double.init))],
                    .init(y: output.text("funnel.people"))), caption: ""))
        let groups = Array(funnel.groups.dropFirst().prefix(groupsShown))
        guard let by, !groups.isEmpty else { return telling }
        telling.parts.append(.heading(output.text("patterns.by", ["field": by])))
        telling.parts.append(
            .table(
                ["group"] + funnel.steps + ["of_first"],
                groups.map { group in
                    [group.name ?? ""] + group.counts.map { NumberText.grouped($0) } + [
                        NumberText.percent(group.ofFirst(last) ?? 0)
                    ]
                }))
        return telling
    }

    static func rows(_ funnel: Funnel) -> [[String]] {
        [["group", "step", "people", "of_previous", "of_first", "quarter_ms", "median_ms", "three_quarters_ms"]]
            + funnel.groups.flatMap { group in
                funnel.steps.indices.map { step in
                    let between = step > 0 ? group.between[step - 1] : nil
                    func share(_ value: Double?) -> String { value.map { String(format: "%.6f", $0) } ?? "" }
                    func time(_ value: Double?) -> String { value.map { String(format: "%.0f", $0) } ?? "" }
                    return [
                        group.name ?? "", funnel.steps[step], "\(group.counts[step])", share(group.conversion(step)),
                        share(group.ofFirst(step)), time(between?.lower), time(between?.median), time(between?.upper),
                    ]
                }
            }
    }

    static func json(_ funnel: Funnel, within: Span) -> JSONValue {
        func group(_ group: Funnel.Group) -> JSONValue {
            .object([
                .init("group", .text(group.name)),
                .init(
                    "steps",
                    .array(
                        funnel.steps.indices.map { step in
                            .object([
                                .init("step", .string(funnel.steps[step])), .init("people", .number(group.counts[step])),
                                .init("of_previous", .number(group.conversion(step))),
                                .init("of_first", .number(group.ofFirst(step))),
                                .init("median_ms", .number(step > 0 ? group.between[step - 1]?.median : nil)),
                            ])
                        })),
                .init("whole_median_ms", .number(group.whole?.median)),
            ])
        }
        return .object([
            .init("window", .string(within.text)), .init("all", group(funnel.all)),
            .init("groups", .array(funnel.groups.dropFirst().map(group))),
        ])
    }
}
