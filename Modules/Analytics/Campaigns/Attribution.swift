import Foundation
public import RapportCore
public import RapportStorage

/// Which campaigns' messages came before purchases, and what of them each of five rules gives to which. Every rule hands out the
/// same total, to the last minor unit; what came without a message is nobody's.
public struct Attribution: Sendable {
    public enum Model: String, Sendable, Hashable, CaseIterable {
        case first, last, linear
        /// Half as much after each half-life before the purchase.
        case timeDecay = "time_decay"
        /// Two fifths to the first and to the last, a fifth to those between.
        case position
    }

    public struct Row: Sendable, Hashable {
        /// `nil`: purchases that no message came before.
        public var campaign: String?
        /// Purchases that a message of it came before.
        public var orders = 0
        public var amounts: [Model: Int64] = [:]
    }

    public let currency: String
    /// The most by the linear rule first, then what is nobody's.
    public let rows: [Row]
    public let orders: Int
    public let total: Int64
    /// Purchases left out for want of an amount or of a rate.
    public let withoutAmount: Int

    /// What messages at these moments, in their order, get of a purchase.
    public static func weights(_ model: Model, touches: [Timestamp], purchase: Timestamp, halfLife: Span) -> [Double] {
        let count = touches.count
        switch model {
        case .first: return touches.indices.map { $0 == 0 ? 1 : 0 }
        case .last: return touches.indices.map { $0 == count - 1 ? 1 : 0 }
        case .linear: return touches.map { _ in 1 }
        case .timeDecay:
            // Counted from the last message: a purchase far from all of them is shared out all the same.
            guard let last = touches.last else { return [] }
            return touches.map { at in
                exp2(-Double(last.milliseconds - at.milliseconds) / Double(max(1, halfLife.milliseconds)))
            }
        case .position:
            guard count > 2 else { return touches.map { _ in 1 } }
            // In whole numbers: a fifth among those between is one each.
            return touches.indices.map { $0 == 0 || $0 == count - 1 ? Double(2 * (count - 2)) : 1 }
        }
    }

    /// - Parameters:
    ///   - since: purchases from this moment on.
    ///   - until: purchases and what was given back up to this moment.
    public static func read(
        _ catalog: Catalog, in currency: String, zone: TimeZoneRules, since: Timestamp, until: Timestamp, _ db: Connection
    ) throws -> Attribution {
        let rules = try FigureRules.current(in: db)
        let house = try HouseOrders.read(catalog, until: until, in: db)
        let touches = try CampaignTouches.read(catalog, until: until, in: db).touches
        return try Attribution(house, touches, rules, currency: currency, zone: zone, since: since)
    }

    init(
        _ house: HouseOrders, _ touches: [CampaignTouches.Touch], _ rules: FigureRules, currency: String, zone: TimeZoneRules,
        since: Timestamp
    ) throws {
        let byPerson = Dictionary(grouping: touches, by: \.person)
        var rows: [String?: Row] = [:]
        var (orders, withoutAmount, total) = (0, 0, Int64(0))
        var (person, touched): (PersonID, [CampaignTouches.Touch]) = (0, [])
        // What one campaign alone came before is its own by every rule; what none did is nobody's.
        var whole: [String?: (orders: Int, amount: Int64)] = [:]
        try house.eachTaking(in: currency, zone: zone) { taking in
            let order = taking.order
            guard order.placedAt >= since else { return }
            guard let revenue = taking.revenue else {
                withoutAmount += 1
                return
            }
            orders += 1
            total = total &+ revenue
            if taking.person != person { (person, touched) = (taking.person, byPerson[taking.person] ?? []) }
            let before =
                touched.isEmpty
                ? []
                : touched.filter { touch in
                    touch.at <= order.placedAt && order.placedAt <= touch.at + rules.lookBack(of: touch.channel)
                }
            if before.count < 2 {
                let known = whole[before.first?.campaign] ?? (0, 0)
                whole[before.first?.campaign] = (known.orders + 1, known.amount &+ revenue)
                return
            }
            let campaigns = before.map { Optional($0.campaign) }
            for campaign in Set(campaigns) { rows[campaign, default: Row(campaign: campaign)].orders += 1 }
            for model in Model.allCases {
                let weights = Self.weights(
                    model, touches: before.map(\.at), purchase: order.placedAt, halfLife: rules.halfLife)
                for (campaign, part) in zip(campaigns, Apportionment.split(revenue, by: weights)) {
                    rows[campaign, default: Row(campaign: campaign)].amounts[model, default: 0] &+= part
                }
            }
        }
        for (campaign, own) in whole {
            var row = rows[campaign] ?? Row(campaign: campaign)
            row.orders += own.orders
            for model in Model.allCases { row.amounts[model, default: 0] &+= own.amount }
            rows[campaign] = row
        }
        self.currency = currency
        self.orders = orders
        self.total = total
        self.withoutAmount = withoutAmount
        self.rows = rows.values.sorted { left, right in
            guard let one = left.campaign, let other = right.campaign else { return left.campaign != nil }
            return (right.amounts[.linear] ?? 0, one) < (left.amounts[.linear] ?? 0, other)
        }
    }

    public var json: JSONValue {
        func text(_ minor: Int64?) -> JSONValue {
            .decimal(ScaledInteger.text(minor ?? 0, scale: Currency.exponent(of: currency)))
        }
        let campaigns = rows.map { row in
            let who: [JSONValue.Member] = [.init("campaign", .text(row.campaign)), .init("orders", .number(row.orders))]
            return JSONValue.object(who + Model.allCases.map { .init($0.rawValue, text(row.amounts[$0])) })
        }
        return [
            "currency": .string(currency), "orders": .number(orders), "total": text(total),
            "orders_without_amount": .number(withoutAmount), "campaigns": .array(campaigns),
        ]
    }
}

extension Attribution {
    private func unit(_ minor: Int64) -> Double {
        Double(minor) / (0..<Currency.exponent(of: currency)).reduce(1) { power, _ in power * 10 }
    }

    private func shown(_ minor: Int64) -> String {
        NumberText.grouped(unit(minor), decimals: Currency.exponent(of: currency))
    }

    private func names(_ texts: Texts) -> [String] { rows.map { $0.campaign ?? texts("cli.figures.nobody") } }

    func table(_ texts: Texts) -> ReportPage.Part {
        let headings = (["campaign", "orders"] + Model.allCases.map(\.rawValue)).map { texts("cli.heading.\($0)").lowercased() }
        return .table(
            headings,
            zip(names(texts), rows).map { name, row in
                [name, NumberText.grouped(row.orders)] + Model.allCases.map { shown(row.amounts[$0] ?? 0) }
            } + [[texts("cli.figures.total"), NumberText.grouped(orders)] + Model.allCases.map { _ in shown(total) }])
    }

    /// What each rule gives to whom, on a page of its own.
    public func page(_ texts: Texts) -> ReportPage {
        let series = Model.allCases.map { model in
            Chart.BarSeries(
                texts("cli.heading.\(model.rawValue)").lowercased(), rows.prefix(12).map { unit($0.amounts[model] ?? 0) })
        }
        let orders = texts("cli.figures.page.orders", count: Int64(orders), ["count": NumberText.grouped(orders)])
        return ReportPage(
            title: texts("cli.attribution.page.title"), subtitle: "\(orders), \(shown(total)) \(currency)",
            parts: [
                .chart(
                    title: texts("cli.attribution.page.rules"),
                    .bars(categories: Array(names(texts).prefix(12)), series, .init(y: currency)),
                    caption: texts("cli.figures.rules") + "."),
                table(texts),
            ], texts: texts)
    }
}
