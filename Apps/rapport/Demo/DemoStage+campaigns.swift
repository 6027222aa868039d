import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage

extension DemoStage {
    private static let currency = "USD"

    /// Chapter 6: what the year's coupon mailings brought, by whichever rule, and what they changed.
    func campaigns() async throws -> JSONValue {
        await teller.chapter(6, "campaigns")
        teller.working("campaigns.reckoning")
        let (catalog, now, zone) = (rapport.catalog, clock.now, rapport.houseCalendar)
        let attribution = try await database.read { db in
            try Attribution.read(catalog, in: Self.currency, zone: zone, since: .distantPast, until: now, db)
        }
        var figures: [CampaignFigures] = []
        for campaign in attribution.rows.compactMap(\.campaign) {
            figures.append(
                try await database.read { db in
                    try CampaignFigures.read(campaign, catalog, in: Self.currency, zone: zone, asOf: now, db)
                })
        }
        // This week's can still be answered and given back.
        figures = figures.filter(\.isFinal).sorted { ($1.reach, $0.campaign) < ($0.reach, $1.campaign) }
        guard let largest = figures.first else { return [:] }
        let contrast = try await database.read { db in
            try CampaignContrast.read(largest.campaign, catalog, in: Self.currency, zone: zone, asOf: now, db)
        }
        let profiles = try await database.read { db in
            let house = try HouseOrders.read(catalog, costing: true, in: db)
            return try Profiles(
                house: house, currency: Self.currency, rates: [:], zone: zone, asOf: Int(zone.day(of: now.milliseconds)), catalog,
                in: db)
        }
        teller.done()
        let reached = figures.reduce(0) { $0 + $1.messages }
        teller.say(
            "campaigns.mailed", ["campaigns": String(figures.count), "letters": DemoTeller.number(Int64(reached))])
        tell(figures.prefix(3))
        tell(attribution, of: figures.prefix(3).map(\.campaign))
        let lift = tell(contrast)
        let standing = tell(profiles)
        return [
            "campaigns": .array(figures.map(\.json)), "attribution": attribution.json, "lift": lift, "profiles": standing,
        ]
    }

    private func tell(_ figures: ArraySlice<CampaignFigures>) {
        func ratio(_ value: Double?) -> String { value.map { NumberText.grouped($0, decimals: 1) + " : 1" } ?? "—" }
        for one in figures {
            teller.say(
                "campaigns.figures",
                [
                    "campaign": one.campaign, "reach": String(one.reach), "redeemed": String(one.redeemed),
                    "bought": String(one.converted), "revenue": one.shown(one.revenue), "cost": one.shown(one.cost),
                    "roas": ratio(one.roas), "roi": ratio(one.roi),
                ])
        }
    }

    /// The same revenue by five rules.
    private func tell(_ attribution: Attribution, of campaigns: [String]) {
        let models = Attribution.Model.allCases
        func shown(_ minor: Int64?) -> String {
            NumberText.grouped(Double(minor ?? 0) / 100)
        }
        func row(_ name: String, _ cells: [String]) {
            teller.row([(name, width: 14)] + cells.map { ($0, width: -11) })
        }
        row(teller.texts("demo.campaigns.rules"), models.map { teller.texts("cli.heading.\($0.rawValue)").lowercased() })
        for known in attribution.rows {
            guard let campaign = known.campaign, campaigns.contains(campaign) else { continue }
            row(campaign, models.map { shown(known.amounts[$0]) })
        }
    }

    private func tell(_ contrast: CampaignContrast) -> JSONValue {
        guard let (_, lift) = contrast.experiment.comparisons(level: 0.95).first, let interval = lift.interval else { return [:] }
        func money(_ value: Double) -> String { NumberText.grouped(value, decimals: 2) }
        teller.say(
            lift.isClear ? "campaigns.lift.clear" : "campaigns.lift.unclear",
            [
                "campaign": contrast.campaign, "reached": String(lift.treatment.count), "others": String(lift.control.count),
                "difference": money(lift.difference), "low": money(interval.low), "high": money(interval.high),
            ], style: .yellow)
        return [
            "campaign": .string(contrast.campaign), "since": .string(contrast.since.rfc3339),
            "until": .string(contrast.until.rfc3339), "reached": .integer(Int64(lift.treatment.count)),
            "others": .integer(Int64(lift.control.count)), "difference": .number(lift.difference), "low": .number(interval.low),
            "high": .number(interval.high),
        ]
    }

    private func tell(_ profiles: Profiles) -> JSONValue {
        let buyers = profiles.profiles.filter { $0.rfm != nil }
        let spread = profiles.valueSpread
        let cells = Dictionary(buyers.compactMap { $0.rfm?.cell.rawValue }.map { ($0, 1) }, uniquingKeysWith: +)
        let share = spread.total(ofFirst: 0.2)
        teller.say(
            "campaigns.profiles",
            [
                "share": NumberText.percent(share), "total": NumberText.grouped(spread.total),
                "champions": String(cells["champions"] ?? 0), "risk": String(cells["at_risk"] ?? 0),
                "lost": String(cells["hibernating"] ?? 0),
            ])
        return .object([
            .init("customers", .integer(Int64(buyers.count))), .init("total", .number(spread.total)),
            .init("first_fifth", .number(share)),
            .init("cells", .object(cells.sorted { $0.key < $1.key }.map { .init($0.key, .integer(Int64($0.value))) })),
        ])
    }
}
