import Foundation
public import RapportCore

extension CampaignFigures {
    /// Minor units for people: `12,345.60`.
    public func shown(_ minor: Int64) -> String {
        let decimals = Currency.exponent(of: currency)
        return NumberText.grouped((0..<decimals).reduce(Double(minor)) { unit, _ in unit / 10 }, decimals: decimals)
    }

    private func text(_ minor: Int64) -> JSONValue {
        .decimal(ScaledInteger.text(minor, scale: Currency.exponent(of: currency)))
    }

    public var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("campaign", .string(campaign)), .init("currency", .string(currency)), .init("as_of", .string(asOf.rfc3339)),
            .init("final", .bool(isFinal)), .init("final_at", .text(finalAt?.rfc3339)),
            .init("first_sent", .text(firstSent?.rfc3339)), .init("last_sent", .text(lastSent?.rfc3339)),
            .init("cost_stated", .bool(isCostStated)),
        ]
        let counts: [(String, Int)] = [
            ("messages", messages), ("reach", reach), ("bounced", bounced), ("responded", responded), ("clicked", clicked),
            ("replied", replied), ("visited", visited), ("redeemed", redeemed), ("customers", converted), ("orders", orders),
            ("orders_without_amount", ordersWithoutAmount), ("lines_without_cost", linesWithoutCost),
        ]
        members += counts.map { .init($0.0, .integer(Int64($0.1))) }
        let money: [(String, Int64)] = [
            ("revenue", revenue), ("margin", margin), ("cost", cost), ("fixed_cost", fixedCost), ("message_cost", messageCost),
        ]
        members += money.map { .init($0.0, text($0.1)) }
        let perCustomer = costPerCustomer.map { cost in
            (0..<Currency.exponent(of: currency)).reduce(cost) { unit, _ in unit / 10 }
        }
        let ratios: [(String, Double?)] = [
            ("response_rate", responseRate), ("conversion_rate", conversionRate), ("cost_per_customer", perCustomer),
            ("roas", roas), ("roi", roi), ("roi_of_margin", marginROI),
        ]
        members += ratios.map { .init($0.0, .number($0.1)) }
        return .object(members)
    }

    /// Figures and pictures on a page of its own.
    ///
    /// - Parameter zone: the house's, in which days are told.
    public func page(_ attribution: Attribution, zone: TimeZoneRules, texts: Texts) -> ReportPage {
        func say(_ key: String, _ values: [String: String] = [:]) -> String { texts("cli.figures.page.\(key)", values) }
        func part(_ key: String) -> String { texts("cli.figures.part.\(key)") }
        func ratio(_ value: Double?) -> String { value.map { "\(NumberText.grouped($0, decimals: 2)) : 1" } ?? "—" }
        func share(_ value: Double?) -> String { value.map { say("of_reached", ["share": NumberText.percent($0)]) } ?? "" }
        let each = costPerCustomer.map { say("each", ["cost": shown(Int64($0.rounded()))]) } ?? ""
        let facts: [(name: String, value: String, note: String)] = [
            (
                part("reach"), NumberText.grouped(reach),
                bounced > 0 ? texts("cli.figures.bounced", count: Int64(bounced), ["count": NumberText.grouped(bounced)]) : ""
            ),
            (part("responded"), NumberText.grouped(responded), share(responseRate)),
            (part("customers"), NumberText.grouped(converted), share(conversionRate)),
            (part("revenue"), shown(revenue), texts("cli.figures.page.orders", count: Int64(orders))),
            (part("cost"), shown(cost), each), (say("roas"), ratio(roas), say("roas_note")),
            (say("roi"), ratio(roi), say("roi_note")), (part("margin_roi"), ratio(marginROI), say("margin_roi_note")),
        ]
        var steps = [
            ("reached", reach), ("responded", responded), ("clicked", clicked), ("visited", visited), ("replied", replied),
            ("bought", converted),
        ]
        if redeemed > 0 { steps.insert(("redeemed", redeemed), at: steps.count - 1) }
        let stand = [
            "campaign": campaign, "at": zone.minuteText(asOf), "final": finalAt.map(zone.dayText) ?? "—", "currency": currency,
        ]
        return ReportPage(
            title: say("title", stand), subtitle: texts(isFinal ? "cli.figures.final" : "cli.figures.preliminary", stand),
            parts: [
                .facts(facts),
                .chart(
                    title: say("steps"),
                    .bars(
                        categories: steps.map { say("step.\($0.0)") },
                        [Chart.BarSeries(say("people"), steps.map { Double($0.1) })], .init(y: say("people"))),
                    caption: say("clicks")),
                .heading(say("rules")), attribution.table(texts), .text(texts("cli.figures.rules") + "."),
            ], texts: texts)
    }
}
