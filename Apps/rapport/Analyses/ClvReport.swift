import Foundation
import RapportAnalytics
import RapportCore

/// What `rapport clv fit` says.
enum ClvReport {
    static func show(_ value: LifetimeValue, _ figures: [LifetimeValue.Figures], _ output: Output) {
        // What is foretold is integrated over all customers: not where nobody reads it.
        guard !output.isJSON else { return }
        let summary = value.summary
        output.say(
            "clv.customers", count: summary.customers.count,
            [
                "count": NumberText.grouped(summary.customers.count), "end": CivilDate(daysSince1970: summary.end).text,
                "repeaters": NumberText.grouped(summary.repeaters), "repeats": NumberText.grouped(summary.repeats),
            ])
        output.line()
        for note in value.fallbacks {
            output.line(output.styled("! " + note.text(output.texts) + ".", .yellow))
            output.line()
        }
        output.table(["parameter", "value", "error", "what"], value.parameterRows(output.texts))
        var logs = ["purchases": NumberText.grouped(value.purchases.logLikelihood, decimals: 1)]
        if let own = value.values?.logLikelihood { logs["values"] = NumberText.grouped(own, decimals: 1) }
        output.say(logs["values"] == nil ? "clv.likelihood" : "clv.likelihood_values", logs)
        for remark in value.remarks { output.say("analysis.mind", ["remark": remark.text(output.texts)]) }
        holdOut(value, output)
        ahead(value, figures, output)
    }

    private static func holdOut(_ value: LifetimeValue, _ output: Output) {
        let rows = value.holdOut()
        guard !rows.isEmpty else { return }
        let foretold = value.total(within: Double(value.summary.laterDays))
        let actual = rows.reduce(0) { $0 + $1.actual }
        output.line()
        output.say(
            "clv.hold_out",
            [
                "days": "\(value.summary.laterDays)", "foretold": NumberText.grouped(foretold.expected),
                "margin": margin(foretold.standardError, output), "happened": NumberText.grouped(actual),
            ])
        let most = rows.map { row in row.customers > 0 ? max(row.actual, row.predicted) / Double(row.customers) : 0 }.max() ?? 1
        output.table(
            ["repeats", "customers", "foretold", "happened", ""],
            rows.map { row in
                guard row.customers > 0 else { return ["\(row.frequency)\(row.isLast ? "+" : "")", "0", "—", "—", ""] }
                let n = Double(row.customers)
                return [
                    "\(row.frequency)\(row.isLast ? "+" : "")", NumberText.grouped(row.customers),
                    NumberText.grouped(row.predicted / n, decimals: 2), NumberText.grouped(row.actual / n, decimals: 2),
                    TextPlot.bar(row.actual / n / max(most, 1e-9), width: 24),
                ]
            })
    }

    private static func ahead(_ value: LifetimeValue, _ figures: [LifetimeValue.Figures], _ output: Output) {
        // Where nobody came back nothing is known of tomorrow.
        guard value.summary.repeats > 0 else { return }
        let alive = figures.reduce(0) { $0 + $1.probabilityAlive }
        let ahead = value.total(within: value.options.horizonDays)
        output.line()
        output.say(
            "clv.ahead",
            [
                "days": NumberText.plain(value.options.horizonDays), "alive": NumberText.grouped(alive),
                "times": NumberText.grouped(ahead.expected), "margin": margin(ahead.standardError, output),
            ])
        guard value.values != nil else { return }
        let all = figures.map { $0.lifetimeValue ?? 0 }
        let total = all.reduce(0, +)
        let spread = Concentration(all)
        output.say(
            "clv.worth",
            [
                "discount": NumberText.plain(value.options.yearlyDiscount * 100), "total": NumberText.grouped(total),
                "each": NumberText.significant(total / Double(max(1, all.count))),
                "share": NumberText.percent(spread.total(ofFirst: 0.2), decimals: 0),
            ])
    }

    /// How far off a foretold number may be, at 95 %; nothing where its error is unknown.
    private static func margin(_ standardError: Double?, _ output: Output) -> String {
        standardError.map { output.text("clv.margin", ["margin": NumberText.grouped(1.96 * $0)]) } ?? ""
    }

    /// A row a customer, with a header.
    static func rows(_ value: LifetimeValue, _ figures: [LifetimeValue.Figures], names: [String]) -> [[String]] {
        func number(_ value: Double?, _ decimals: Int = 4) -> String { value.map { String(format: "%.\(decimals)f", $0) } ?? "" }
        let header = [
            "customer", "frequency", "recency", "age", "average_value", "probability_alive", "expected_purchases",
            "expected_value",
            "lifetime_value",
        ]
        return [header]
            + figures.map { figure in
                let customer = figure.customer
                return [
                    names[customer.index], String(customer.frequency), number(value.summary.recency(customer)),
                    number(value.summary.age(customer)), number(value.summary.hasValues ? customer.averageValue : nil),
                    number(figure.probabilityAlive, 6), number(figure.expectedPurchases, 6), number(figure.expectedValue),
                    number(figure.lifetimeValue),
                ]
            }
    }
}
