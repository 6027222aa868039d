import RapportAnalytics
import RapportCore

/// What `rapport worth` says.
enum WorthReport {
    static func show(_ worth: Worth, zone: TimeZoneRules, _ output: Output) {
        let (total, customers) = (worth.total, worth.customers.count)
        output.say(
            "worth.about",
            [
                "people": NumberText.grouped(worth.people.count), "customers": NumberText.grouped(customers),
                "day": zone.dayText(worth.until), "currency": worth.currency,
            ])
        output.line()
        func each(_ amount: Int64) -> String {
            worth.shown(Int64((Double(amount) / Double(max(1, customers))).rounded()))
        }
        let parts: [(String, Int64)] = [
            ("revenue", total.revenue), ("goods", 0 &- total.goods), ("fulfilment", 0 &- total.fulfilment),
            ("acquisition", 0 &- total.acquisition), ("contacts", 0 &- total.contacts), ("service", 0 &- total.service),
            ("value", total.value),
        ]
        output.table(
            ["part", "brought", "amount_each"],
            parts.map { [output.text("worth.part.\($0)"), worth.shown($1), each($1)] })
        output.line()
        let sources = worth.bySource
        if sources.count > 1 {
            output.table(
                ["won_by", "people", "customers", "revenue", "acquisition", "worth"],
                sources.prefix(12).map {
                    [
                        $0.source, NumberText.grouped($0.people), NumberText.grouped($0.customers), worth.shown($0.revenue),
                        worth.shown($0.acquisition), worth.shown($0.value),
                    ]
                })
            output.line()
        }
        let losing = worth.people.filter { $0.value < 0 }
        let spread = worth.concentration
        if spread.total > 0 {
            output.say(
                "worth.concentration",
                [
                    "share": NumberText.percent(spread.total(ofFirst: 0.2), decimals: 0),
                    "few": NumberText.percent(spread.customers(bringing: 0.8), decimals: 0),
                    "losing": NumberText.grouped(losing.count), "lost": worth.shown(losing.reduce(0) { $0 &+ $1.value }),
                ])
        }
        if worth.trouble.total > 0 {
            output.say("worth.trouble", ["share": NumberText.percent(worth.trouble.total(ofFirst: 0.2), decimals: 0)])
        }
        payback(worth, output)
        for note in worth.notes(zone: zone, texts: output.texts) { output.say("analysis.mind", ["remark": note]) }
    }

    private static func payback(_ worth: Worth, _ output: Output) {
        guard let cost = worth.acquisitionCost, cost > 0 else { return }
        let shown = worth.shown(Int64(cost.rounded()))
        if let months = worth.paybackMonths {
            output.say("worth.payback", count: months, ["cost": shown])
        } else if worth.paybackCurve.isEmpty {
            output.say("worth.cac", ["cost": shown])
        } else {
            output.say("worth.no_payback", count: worth.paybackCurve.count, ["cost": shown])
        }
    }
}
