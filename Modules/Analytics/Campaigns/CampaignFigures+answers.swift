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
    public func page(_ attribution: Attribution) -> ReportPage {
        func ratio(_ value: Double?) -> String { value.map { "\(NumberText.grouped($0, decimals: 2)) : 1" } ?? "—" }
        let state = isFinal ? "final" : "not final before \(finalAt.map { String($0.rfc3339.prefix(10)) } ?? "—")"
        func share(_ value: Double?) -> String { value.map { NumberText.percent($0) + " of those reached" } ?? "" }
        let each = costPerCustomer.map { shown(Int64($0.rounded())) + " a customer" } ?? ""
        let facts: [(name: String, value: String, note: String)] = [
            ("Reach", NumberText.grouped(reach), "\(NumberText.grouped(bounced)) came back"),
            ("Response", NumberText.grouped(responded), share(responseRate)),
            ("Customers", NumberText.grouped(converted), share(conversionRate)),
            ("Revenue", shown(revenue), "\(NumberText.grouped(orders)) orders"), ("Cost", shown(cost), each),
            ("ROAS", ratio(roas), "revenue over cost"), ("ROI", ratio(roi), "what is left after the cost, over it"),
            ("ROI of the margin", ratio(marginROI), "after the cost of goods"),
        ]
        var steps = [
            ("reached", reach), ("responded", responded), ("clicked", clicked), ("visited", visited), ("replied", replied),
            ("bought", converted),
        ]
        if redeemed > 0 { steps.insert(("redeemed", redeemed), at: steps.count - 1) }
        var page = ReportPage(
            title: "Campaign \(campaign)", subtitle: "As of \(asOf.rfc3339.prefix(16)), \(state), in \(currency)",
            parts: [
                .facts(facts),
                .chart(
                    title: "From reach to purchase",
                    .bars(
                        categories: steps.map(\.0), [Chart.BarSeries("people", steps.map { Double($0.1) })],
                        .init(y: "people")),
                    caption: "Clicks are those judged human. Opens are no response."),
            ])
        page.parts.append(.heading("What each rule gives to which campaign"))
        let models = Attribution.Model.allCases
        let cells = attribution.rows.map { row in
            [row.campaign ?? "no message before", NumberText.grouped(row.orders)] + models.map { shown(row.amounts[$0] ?? 0) }
        }
        page.parts.append(.table(["campaign", "orders"] + models.map { $0.rawValue.replacing("_", with: " ") }, cells))
        page.parts.append(
            .text("Rules share out what came after messages; what would have come without them only a hold-out tells."))
        return page
    }
}
