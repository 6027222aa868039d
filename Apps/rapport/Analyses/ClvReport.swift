import Foundation
import RapportAnalytics
import RapportCore

/// What `rapport clv fit` says.
enum ClvReport {
    static func show(_ value: LifetimeValue, _ figures: [LifetimeValue.Figures], _ output: Output) {
        let summary = value.summary
        output.line(
            "\(NumberText.grouped(summary.customers.count)) customer\(summary.customers.count == 1 ? "" : "s") up to \(CivilDate(daysSince1970: summary.end).text); "
                + "\(NumberText.grouped(summary.repeaters)) came back, \(NumberText.grouped(summary.repeats)) times in all")
        output.line()
        for text in [value.purchases.fallback, value.values?.fallback].compactMap({ $0 }) {
            output.line(output.styled("! " + text + ".", .yellow))
            output.line()
        }
        output.table(["parameter", "value", "error", "what"], value.parameterRows)
        var logs = "log-likelihood \(NumberText.grouped(value.purchases.logLikelihood, decimals: 1))"
        if let own = value.values?.logLikelihood { logs += ", of values \(NumberText.grouped(own, decimals: 1))" }
        output.line(logs)
        for remark in value.purchases.remarks + (value.values?.remarks ?? []) { output.line("mind: \(remark)") }
        holdOut(value, output)
        ahead(value, figures, output)
    }

    private static func holdOut(_ value: LifetimeValue, _ output: Output) {
        let rows = value.holdOut()
        guard !rows.isEmpty else { return }
        let foretold = value.total(within: Double(value.summary.laterDays))
        let actual = rows.reduce(0) { $0 + $1.actual }
        output.line()
        output.line(
            "In the \(value.summary.laterDays) days after: \(NumberText.grouped(foretold.expected)) purchases foretold"
                + (foretold.standardError.map { " (± \(NumberText.grouped(1.96 * $0)))" } ?? "")
                + ", \(NumberText.grouped(actual)) happened")
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
        output.line(
            "From then, in \(NumberText.plain(value.options.horizonDays)) days: \(NumberText.grouped(alive)) of them are expected to be "
                + "customers still, and to buy \(NumberText.grouped(ahead.expected)) times"
                + (ahead.standardError.map { " (± \(NumberText.grouped(1.96 * $0)))" } ?? ""))
        guard value.values != nil else { return }
        let all = figures.map { $0.lifetimeValue ?? 0 }
        let total = all.reduce(0, +)
        let spread = Concentration(all)
        output.line(
            "Their lifetime value, discounted by \(NumberText.plain(value.options.yearlyDiscount * 100)) % a year: \(NumberText.grouped(total)), "
                + "\(NumberText.significant(total / Double(max(1, all.count)))) each. "
                + "A fifth of them makes \(NumberText.percent(spread.total(ofFirst: 0.2), decimals: 0)) of it")
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
