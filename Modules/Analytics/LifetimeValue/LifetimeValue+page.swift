import Foundation
import RapportCore

extension LifetimeValue {
    /// What was found, as a page with pictures.
    public func page(_ figures: [Figures], of source: String) -> ReportPage {
        let until = CivilDate(daysSince1970: summary.end).text
        var page = ReportPage(
            title: "What customers are worth",
            subtitle: "\(source), learnt from \(NumberText.grouped(summary.customers.count)) customers up to \(until)")
        for warning in [purchases.fallback, values?.fallback].compactMap({ $0 }) + purchases.remarks + (values?.remarks ?? []) {
            page.parts.append(.warning(warning.prefix(1).uppercased() + warning.dropFirst() + "."))
        }
        page.parts.append(.facts(facts(figures)))
        page.parts += pictures(figures)
        page.parts.append(.heading("The models"))
        page.parts.append(.table(["parameter", "value", "standard error", "what it says"], parameterRows))
        page.parts.append(
            .text(
                "Log-likelihood \(NumberText.grouped(purchases.logLikelihood, decimals: 1)). Time is counted in periods of "
                    + "\(NumberText.plain(options.periodDays)) days; purchases of one day are one purchase. Values are for "
                    + "\(NumberText.plain(options.horizonDays)) days from \(until), money losing "
                    + "\(NumberText.plain(options.yearlyDiscount * 100)) % a year. BG/NBD: Fader, Hardie & Lee 2005; gamma-gamma: Fader & Hardie 2013."
            ))
        return page
    }

    private func facts(_ figures: [Figures]) -> [(name: String, value: String, note: String)] {
        let alive = figures.reduce(0) { $0 + $1.probabilityAlive }
        let ahead = total(within: options.horizonDays)
        let horizon = "in \(NumberText.plain(options.horizonDays)) days"
        var out = [
            ("Customers", NumberText.grouped(figures.count), "\(NumberText.grouped(summary.repeaters)) came back"),
            (
                "Still customers", NumberText.grouped(alive),
                "\(NumberText.percent(figures.isEmpty ? 0 : alive / Double(figures.count), decimals: 0)) are expected to be"
            ),
            (
                "Purchases expected", NumberText.grouped(ahead.expected),
                horizon + (ahead.standardError.map { ", ± \(NumberText.grouped(1.96 * $0))" } ?? "")
            ),
        ]
        if values != nil {
            let total = figures.reduce(0) { $0 + ($1.lifetimeValue ?? 0) }
            out.append(("Lifetime value", NumberText.grouped(total), horizon + ", discounted"))
            out.append(
                ("A customer", NumberText.significant(figures.isEmpty ? 0 : total / Double(figures.count)), "on average"))
        }
        return out
    }

    private func pictures(_ figures: [Figures]) -> [ReportPage.Part] {
        var parts: [ReportPage.Part] = []
        let track = tracking(every: max(1, summary.repeatsByDay.count / 100))
        if track.count > 2, summary.repeats > 0 {
            parts.append(
                .chart(
                    title: "Repeat purchases since the first day",
                    .lines(
                        [
                            .init("as they were", track.map { (Double($0.day), Double($0.actual)) }),
                            .init("as the model has them", track.map { (Double($0.day), $0.expected) }, dashed: true),
                        ], .init(y: "Repeat purchases, cumulated", isTime: true)),
                    caption: summary.laterDays > 0
                        ? "The model has seen nothing after \(CivilDate(daysSince1970: summary.end).text)." : ""))
        }
        let rows = holdOut()
        if !rows.isEmpty {
            func mean(_ value: Double, _ row: HoldOutRow) -> Double { row.customers > 0 ? value / Double(row.customers) : 0 }
            parts.append(
                .chart(
                    title: "Foretold and happened: purchases in the \(summary.laterDays) days after",
                    .bars(
                        categories: rows.map { "\($0.frequency)\($0.isLast ? "+" : "")" },
                        [
                            .init("happened", rows.map { mean($0.actual, $0) }),
                            .init("foretold", rows.map { mean($0.predicted, $0) }),
                        ],
                        .init(x: "repeat purchases before", y: "Purchases a customer")),
                    caption: "Purchases a customer, by how often they had come back before."))
        }
        if case .bgnbd(let model) = purchases.model { parts.append(distribution(model)) }
        if case .plainRate = purchases.model {} else { parts.append(aliveMap) }
        if values != nil {
            let curve = Concentration(figures.map { $0.lifetimeValue ?? 0 }).curve(points: 100)
            parts.append(
                .chart(
                    title: "How the value is spread",
                    .lines(
                        [
                            .init("customers, the most valuable first", curve),
                            .init("all alike", [(0, 0), (1, 1)], dashed: true),
                        ],
                        .init(x: "share of customers", y: "Share of the lifetime value", isShare: true, isShareX: true)),
                    caption: ""))
        }
        return parts
    }

    private func distribution(_ model: BGNBD) -> ReportPage.Part {
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
            title: "How often customers came back",
            .bars(
                categories: (0...last).map { $0 == last ? "\($0)+" : "\($0)" },
                [.init("happened", seen), .init("fitted", expected)],
                .init(x: "repeat purchases", y: "Customers")), caption: "")
    }

    /// How likely somebody is still there, by how often and how lately they bought.
    private var aliveMap: ReportPage.Part {
        let oldest = Double(summary.customers.map(\.ageDays).max() ?? 1) / options.periodDays
        let often = summary.customers.map(\.frequency).sorted()
        let most = max(4, often[min(often.count - 1, often.count * 99 / 100)])
        let step = max(1, most / 8)
        let rows = Array(stride(from: step, through: step * 8, by: step))
        let shares = stride(from: 0.1, through: 1, by: 0.1)
        return .chart(
            title: "How likely a customer is still there",
            .heat(
                rows: rows.map { $0 == 1 ? "1 repeat" : "\($0) repeats" },
                columns: shares.map { NumberText.grouped((1 - $0) * oldest * options.periodDays) + " d" },
                cells: rows.map { frequency in
                    shares.map {
                        purchases.model.probabilityAlive(.init(frequency: frequency, recency: $0 * oldest, age: oldest))
                    }
                }, .init(y: "Probability of being alive", isShare: true)),
            caption:
                "In per cent; across, the days since the last purchase of somebody known for \(NumberText.grouped(oldest * options.periodDays)) days."
        )
    }

    /// Name, value, standard error and meaning of each parameter.
    public var parameterRows: [[String]] {
        let meanings = [
            "r": "shape of how rates of buying differ", "alpha": "its scale, in periods",
            "a": "shape of how customers differ in leaving", "b": "its other shape",
            "dropout": "probability of leaving after a purchase",
            "rate": "repeat purchases a period", "p": "shape of a customer's own amounts", "q": "shape of how averages differ",
            "gamma": "its scale, in money",
        ]
        let errors = purchases.standardErrors
        var rows = purchases.model.parameters.enumerated().map { index, parameter in
            [
                parameter.name, NumberText.significant(parameter.value),
                errors.map { NumberText.significant($0[index], digits: 2) } ?? "—",
                meanings[parameter.name] ?? "",
            ]
        }
        if let values, let model = values.model {
            let errors = values.standardErrors
            for (index, parameter) in [("p", model.p), ("q", model.q), ("gamma", model.gamma)].enumerated() {
                rows.append([
                    parameter.0, NumberText.significant(parameter.1),
                    errors.map { NumberText.significant($0[index], digits: 2) } ?? "—",
                    meanings[parameter.0] ?? "",
                ])
            }
        }
        return rows
    }
}
