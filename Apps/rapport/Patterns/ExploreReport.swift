import Foundation
import RapportAnalytics
import RapportCore

/// What `rapport explore` says.
struct ExploreReport {
    private let found: Exploration
    private let before: Exploration?
    private let by: String?
    private let output: Output

    init(_ found: Exploration, before: Exploration?, by: String?, _ output: Output) {
        self.found = found
        self.before = before
        self.by = by
        self.output = output
    }

    private var question: Exploration.Question { found.question }
    private var days: String { Self.days(question.days) }
    private static func days(_ days: ClosedRange<Int>) -> String {
        "\(CivilDate(daysSince1970: days.lowerBound).text)…\(CivilDate(daysSince1970: days.upperBound).text)"
    }

    private var what: String {
        switch question.measure {
        case .count: output.text("explore.events", ["kind": question.kind])
        case .people: output.text("explore.people", ["kind": question.kind])
        case .sum(let property):
            output.text(
                "explore.sum",
                ["property": property, "kind": question.kind, "currency": found.currency.map { " " + $0 } ?? ""])
        }
    }

    private func shown(_ value: Double) -> String {
        if let currency = found.currency { return NumberText.grouped(value, decimals: Currency.exponent(of: currency)) }
        if case .sum = question.measure, value.rounded() != value, abs(value) < 10_000 {
            return NumberText.grouped(value, decimals: 2)
        }
        return NumberText.grouped(value)
    }

    private func name(_ series: Exploration.Series, isRest: Bool = false) -> String {
        if isRest { return output.text("explore.others", ["groups": NumberText.grouped(found.otherGroups)]) }
        guard let name = series.name else { return output.text("explore.without") }
        if found.grouping == .weekday, let day = Int(name) { return output.texts("demo.day.\(day)") }
        return found.isByMoment ? Timestamp(rfc3339: name).map(output.time) ?? name : name
    }

    /// Each group with its name, the rest among them.
    private var groups: [(name: String, series: Exploration.Series)] {
        found.groups.map { (name($0), $0) } + (found.others.map { [(name($0, isRest: true), $0)] } ?? [])
    }

    var telling: Telling {
        var telling = Telling(
            title: what,
            subtitle: output.text("explore.of", ["days": days, "period": output.text("patterns.\(question.every.rawValue)")]))
        telling.parts.append(
            .sentence(output.text("explore.total", ["total": shown(found.all.total), "what": what, "days": days])))
        if let before {
            let (now, then) = (found.all.total, before.all.total)
            let change = then > 0 ? (now >= then ? "+" : "") + NumberText.percent(now / then - 1) : "—"
            telling.parts.append(
                .sentence(
                    output.text(
                        "explore.before", ["total": shown(then), "days": Self.days(before.question.days), "change": change])))
        }
        if let currency = found.currency, !found.converted.isEmpty {
            let others = found.converted.joined(separator: ", ")
            telling.parts.append(.mind(output.text("explore.converted", ["currencies": others, "currency": currency])))
        }
        if found.leftOut > 0 {
            telling.parts.append(.mind(output.text("explore.left_out", ["events": NumberText.grouped(found.leftOut)])))
        }
        if isLastPartial { telling.parts.append(.mind(output.text("explore.partial"))) }
        var lines = ["  \(TextPlot.sparkline(Self.narrowed(found.all.values)))  \(output.text("explore.all"))"]
        if let before {
            lines.append("  \(TextPlot.sparkline(Self.narrowed(before.all.values)))  \(output.text("explore.then"))")
        }
        telling.parts.append(.plot(lines))
        if let by, !groups.isEmpty {
            telling.parts.append(.heading(output.text("patterns.by", ["field": by])))
            let sum = groups.reduce(0) { $0 + $1.series.total }
            telling.parts.append(
                .table(
                    ["group", "total", "share", ""],
                    groups.map { name, series in
                        [
                            name, shown(series.total), NumberText.percent(sum > 0 ? series.total / sum : 0),
                            TextPlot.sparkline(Self.narrowed(series.values, to: 40)),
                        ]
                    }))
        } else {
            let most = found.all.values.max() ?? 1
            telling.parts.append(
                .table(
                    before == nil ? ["period", "value", ""] : ["period", "value", "before", ""],
                    found.periods.indices.suffix(31).map { index in
                        [question.every.name(of: found.periods[index]), shown(found.all.values[index])]
                            + (before.map { [index < $0.all.values.count ? shown($0.all.values[index]) : ""] } ?? [])
                            + [TextPlot.bar(most > 0 ? found.all.values[index] / most : 0, width: 30)]
                    }))
        }
        telling.parts.append(.chart(title: what, chart, caption: ""))
        return telling
    }

    private var isLastPartial: Bool {
        guard let last = found.periods.last, question.every != .day else { return false }
        return question.every.end(of: last) > question.days.upperBound
    }

    private var chart: Chart {
        func points(_ series: Exploration.Series) -> [(x: Double, y: Double)] {
            zip(found.periods, series.values).map { (Double(question.every.start(of: $0)), $1) }
        }
        var series = found.groups.prefix(6).map { Chart.Series(name($0), points($0)) }
        if series.isEmpty { series = [Chart.Series(output.text("explore.all"), points(found.all))] }
        if let before { series.append(Chart.Series(output.text("explore.then"), points(before.all), dashed: true)) }
        return .lines(series, .init(y: what, isTime: true))
    }

    /// Added up to so many columns as a terminal has.
    private static func narrowed(_ values: [Double], to width: Int = 60) -> [Double] {
        guard values.count > width else { return values }
        return (0..<width).map { column in
            let (from, to) = (column * values.count / width, (column + 1) * values.count / width)
            return values[from..<to].reduce(0, +) / Double(to - from)
        }
    }

    var rows: [[String]] {
        // What machines read has moments as the log writes them.
        let all = groups.isEmpty ? [("", found.all)] : groups.map { (found.isByMoment ? $1.name ?? $0 : $0, $1) }
        return [["period", "group", "value"]]
            + all.flatMap { name, series in
                zip(found.periods, series.values).map { [question.every.name(of: $0), name, NumberText.json($1) ?? ""] }
            }
    }

    var json: JSONValue {
        func series(_ series: Exploration.Series) -> [JSONValue.Member] {
            [.init("total", .number(series.total)), .init("values", .array(series.values.map { .number($0) }))]
        }
        let measure: JSONValue =
            switch question.measure {
            case .count: "count"
            case .people: "people"
            case .sum(let property): .string("sum of \(property)")
            }
        return .object([
            .init("kind", .string(question.kind)), .init("measure", measure), .init("by", .text(by)),
            .init("every", .string(question.every.rawValue)),
            .init("from", .string(CivilDate(daysSince1970: question.days.lowerBound).text)),
            .init("to", .string(CivilDate(daysSince1970: question.days.upperBound).text)),
            .init("currency", .text(found.currency)),
            .init("converted", .array(found.converted.map { .string($0) })), .init("left_out", .number(found.leftOut)),
            .init("periods", .array(found.periods.map { .string(question.every.name(of: $0)) })),
            .init("all", .object(series(found.all))),
            .init("groups", .array(found.groups.map { .object([.init("group", .text($0.name))] + series($0)) })),
            .init("others", found.others.map { .object([.init("groups", .number(found.otherGroups))] + series($0)) } ?? .null),
            .init("before", before.map { .object(series($0.all)) } ?? .null),
        ])
    }
}
