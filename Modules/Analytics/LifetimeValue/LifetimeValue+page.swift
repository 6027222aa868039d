import Foundation
public import RapportCore

extension LifetimeValue {
    /// What was found, as a page with pictures.
    public func page(_ figures: [Figures], of source: String, texts: Texts) -> ReportPage {
        func say(_ key: String, _ values: [String: String] = [:]) -> String { texts("cli.clv.page.\(key)", values) }
        let until = CivilDate(daysSince1970: summary.end).text
        var page = ReportPage(
            title: say("title"),
            subtitle: say(
                "of", ["source": source, "customers": NumberText.grouped(summary.customers.count), "until": until]), texts: texts)
        for note in fallbacks + remarks {
            let warning = note.text(texts)
            page.parts.append(.warning(warning.prefix(1).uppercased() + warning.dropFirst() + "."))
        }
        page.parts.append(.facts(facts(figures, say)))
        page.parts += pictures(figures, say)
        page.parts.append(.heading(say("models")))
        page.parts.append(
            .table(["parameter", "value", "error", "what"].map { say("column.\($0)") }, parameterRows(texts)))
        page.parts.append(
            .text(
                say(
                    "method",
                    [
                        "likelihood": NumberText.grouped(purchases.logLikelihood, decimals: 1),
                        "period": NumberText.plain(options.periodDays), "horizon": NumberText.plain(options.horizonDays),
                        "until": until, "discount": NumberText.plain(options.yearlyDiscount * 100),
                    ])))
        return page
    }

    private typealias Say = (_ key: String, _ values: [String: String]) -> String

    private func facts(_ figures: [Figures], _ say: Say) -> [(name: String, value: String, note: String)] {
        let alive = figures.reduce(0) { $0 + $1.probabilityAlive }
        let ahead = total(within: options.horizonDays)
        let share = NumberText.percent(figures.isEmpty ? 0 : alive / Double(figures.count), decimals: 0)
        var values = [
            "days": NumberText.plain(options.horizonDays), "repeaters": NumberText.grouped(summary.repeaters), "share": share,
        ]
        values["margin"] = ahead.standardError.map { ", ± \(NumberText.grouped(1.96 * $0))" } ?? ""
        func fact(_ key: String, _ value: String) -> (name: String, value: String, note: String) {
            (say("fact.\(key)", [:]), value, say("note.\(key)", values))
        }
        var out = [
            fact("customers", NumberText.grouped(figures.count)), fact("alive", NumberText.grouped(alive)),
            fact("purchases", NumberText.grouped(ahead.expected)),
        ]
        if self.values != nil {
            let total = figures.reduce(0) { $0 + ($1.lifetimeValue ?? 0) }
            out.append(fact("value", NumberText.grouped(total)))
            out.append(fact("each", NumberText.significant(figures.isEmpty ? 0 : total / Double(figures.count))))
        }
        return out
    }

    private func pictures(_ figures: [Figures], _ text: Say) -> [ReportPage.Part] {
        func say(_ key: String) -> String { text(key, [:]) }
        var parts: [ReportPage.Part] = []
        let track = tracking(every: max(1, summary.repeatsByDay.count / 100))
        if track.count > 2, summary.repeats > 0 {
            parts.append(
                .chart(
                    title: say("track"),
                    .lines(
                        [
                            .init(say("series.actual"), track.map { (Double($0.day), Double($0.actual)) }),
                            .init(say("series.model"), track.map { (Double($0.day), $0.expected) }, dashed: true),
                        ], .init(y: say("track_y"), isTime: true)),
                    caption: summary.laterDays > 0
                        ? text("track_note", ["until": CivilDate(daysSince1970: summary.end).text]) : ""))
        }
        let rows = holdOut()
        if !rows.isEmpty {
            func mean(_ value: Double, _ row: HoldOutRow) -> Double { row.customers > 0 ? value / Double(row.customers) : 0 }
            parts.append(
                .chart(
                    title: text("hold_out", ["days": "\(summary.laterDays)"]),
                    .bars(
                        categories: rows.map { "\($0.frequency)\($0.isLast ? "+" : "")" },
                        [
                            .init(say("series.happened"), rows.map { mean($0.actual, $0) }),
                            .init(say("series.foretold"), rows.map { mean($0.predicted, $0) }),
                        ],
                        .init(x: say("hold_out_x"), y: say("hold_out_y"))),
                    caption: say("hold_out_note")))
        }
        if case .bgnbd(let model) = purchases.model { parts.append(distribution(model, text)) }
        if case .plainRate = purchases.model {} else { parts.append(aliveMap(text)) }
        if values != nil {
            let curve = Concentration(figures.map { $0.lifetimeValue ?? 0 }).curve(points: 100)
            parts.append(
                .chart(
                    title: say("spread"),
                    .lines(
                        [
                            .init(say("series.customers"), curve),
                            .init(say("series.alike"), [(0, 0), (1, 1)], dashed: true),
                        ],
                        .init(x: say("spread_x"), y: say("spread_y"), isShare: true, isShareX: true)),
                    caption: ""))
        }
        return parts
    }

    private func distribution(_ model: BGNBD, _ say: Say) -> ReportPage.Part {
        let last = 9
        var seen = [Double](repeating: 0, count: last + 1)
        var expected = [Double](repeating: 0, count: last + 1)
        var ages: [Int: Double] = [:]
        for customer in summary.customers {
            seen[min(customer.frequency, last)] += 1
            ages[customer.ageDays, default: 0] += 1
        }
        for (age, count) in ages.sorted(by: { $0.key < $1.key }) {
            let shares = model.distribution(upTo: last - 1, within: Double(age) / options.periodDays)
            for (index, share) in shares.enumerated() { expected[index] += share * count }
            expected[last] += (1 - shares.reduce(0, +)) * count
        }
        return .chart(
            title: say("often", [:]),
            .bars(
                categories: (0...last).map { $0 == last ? "\($0)+" : "\($0)" },
                [.init(say("series.happened", [:]), seen), .init(say("series.fitted", [:]), expected)],
                .init(x: say("often_x", [:]), y: say("often_y", [:]))), caption: "")
    }

    /// How likely somebody is still there, by how often and how lately they bought.
    private func aliveMap(_ say: Say) -> ReportPage.Part {
        let oldest = Double(summary.customers.map(\.ageDays).max() ?? 1) / options.periodDays
        let often = summary.customers.map(\.frequency).sorted()
        let most = max(4, often[min(often.count - 1, often.count * 99 / 100)])
        let step = max(1, most / 8)
        let rows = Array(stride(from: step, through: step * 8, by: step))
        let shares = stride(from: 0.1, through: 1, by: 0.1)
        return .chart(
            title: say("alive", [:]),
            .heat(
                rows: rows.map { say($0 == 1 ? "repeats.one" : "repeats.other", ["count": "\($0)"]) },
                columns: shares.map { say("days", ["days": NumberText.grouped((1 - $0) * oldest * options.periodDays)]) },
                cells: rows.map { frequency in
                    shares.map {
                        purchases.model.probabilityAlive(.init(frequency: frequency, recency: $0 * oldest, age: oldest))
                    }
                }, .init(y: say("alive_y", [:]), isShare: true)),
            caption: say("alive_note", ["days": NumberText.grouped(oldest * options.periodDays)])
        )
    }

    /// Name, value, standard error and meaning of each parameter.
    public func parameterRows(_ texts: Texts) -> [[String]] {
        func meaning(_ name: String) -> String { texts("cli.clv.parameter.\(name)") }
        let errors = purchases.standardErrors
        var rows = purchases.model.parameters.enumerated().map { index, parameter in
            [
                parameter.name, NumberText.significant(parameter.value),
                errors.map { NumberText.significant($0[index], digits: 2) } ?? "—",
                meaning(parameter.name),
            ]
        }
        if let values, let model = values.model {
            let errors = values.standardErrors
            for (index, parameter) in [("p", model.p), ("q", model.q), ("gamma", model.gamma)].enumerated() {
                rows.append([
                    parameter.0, NumberText.significant(parameter.1),
                    errors.map { NumberText.significant($0[index], digits: 2) } ?? "—",
                    meaning(parameter.0),
                ])
            }
        }
        return rows
    }
}
