import RapportAnalytics
import RapportCore

/// What `rapport campaigns report` and `rapport attribution` say.
enum FigureReport {
    static func show(_ figures: CampaignFigures, zone: TimeZoneRules, _ output: Output) {
        let asOf = zone.minuteText(figures.asOf)
        let end = figures.finalAt.map(zone.dayText) ?? ""
        output.say(
            figures.isFinal ? "figures.final" : "figures.preliminary",
            ["campaign": figures.campaign, "at": asOf, "final": end, "currency": figures.currency])
        output.line()
        func ratio(_ value: Double?) -> String { value.map { "\(NumberText.grouped($0, decimals: 2)) : 1" } ?? "—" }
        func share(_ value: Double?) -> String { value.map { NumberText.percent($0) } ?? "—" }
        let each = figures.costPerCustomer.map { figures.shown(Int64($0.rounded())) } ?? "—"
        let rows: [(String, String)] = [
            ("cost", figures.shown(figures.cost)), ("reach", NumberText.grouped(figures.reach)),
            ("responded", "\(NumberText.grouped(figures.responded)), \(share(figures.responseRate))"),
            ("customers", "\(NumberText.grouped(figures.converted)), \(share(figures.conversionRate))"),
            ("revenue", figures.shown(figures.revenue)), ("margin", figures.shown(figures.margin)), ("each", each),
            ("roas", ratio(figures.roas)), ("roi", ratio(figures.roi)), ("margin_roi", ratio(figures.marginROI)),
        ]
        output.table(["part", "value"], rows.map { [output.text("figures.part.\($0)"), $1] })
        if figures.bounced > 0 { output.say("figures.bounced", count: figures.bounced) }
        if !figures.isCostStated { output.say("analysis.mind", ["remark": output.text("figures.note.cost")]) }
        if figures.ordersWithoutAmount > 0 {
            let remark = output.texts("cli.worth.note.amounts", count: Int64(figures.ordersWithoutAmount))
            output.say("analysis.mind", ["remark": remark])
        }
        if figures.linesWithoutCost > 0 {
            let remark = output.texts("cli.worth.note.lines", count: Int64(figures.linesWithoutCost))
            output.say("analysis.mind", ["remark": remark])
        }
        output.line()
    }

    static func show(_ attribution: Attribution, _ output: Output) {
        guard !attribution.rows.isEmpty else {
            output.say("figures.no_orders")
            return
        }
        func shown(_ minor: Int64) -> String {
            let decimals = Currency.exponent(of: attribution.currency)
            return NumberText.grouped((0..<decimals).reduce(Double(minor)) { unit, _ in unit / 10 }, decimals: decimals)
        }
        let models = Attribution.Model.allCases
        let total = [output.text("figures.total"), NumberText.grouped(attribution.orders)]
        output.table(
            ["campaign", "orders"] + models.map(\.rawValue),
            attribution.rows.map { row in
                [row.campaign ?? output.text("figures.nobody"), NumberText.grouped(row.orders)]
                    + models.map { shown(row.amounts[$0] ?? 0) }
            } + [total + models.map { _ in shown(attribution.total) }])
        output.say("figures.rules")
    }
}
