public import RapportCore
public import RapportStorage

/// What a campaign cost, whom it reached, and what came of it within the look-back of its channel. Opens are no response.
public struct CampaignFigures: Sendable {
    public let campaign: String
    public let currency: String
    public let asOf: Timestamp
    /// When what is given back can no longer change the figures; `nil` before anything was sent.
    public private(set) var finalAt: Timestamp?
    public private(set) var firstSent: Timestamp?
    public private(set) var lastSent: Timestamp?
    public private(set) var messages = 0
    /// People to whom at least one message went and did not come back.
    public private(set) var reach = 0
    public private(set) var bounced = 0
    /// People who clicked (judged human), replied, visited, filled in a form, redeemed a coupon of it or bought.
    public private(set) var responded = 0
    public private(set) var clicked = 0
    public private(set) var replied = 0
    public private(set) var visited = 0
    public private(set) var redeemed = 0
    /// People who bought.
    public private(set) var converted = 0
    public private(set) var orders = 0
    public private(set) var ordersWithoutAmount = 0
    public private(set) var linesWithoutCost = 0
    /// Minor units: what was stated of the campaign, and its messages.
    public private(set) var fixedCost: Int64 = 0
    public private(set) var messageCost: Int64 = 0
    public private(set) var isCostStated = false
    public private(set) var revenue: Int64 = 0
    /// Revenue less the cost of goods and of sending them.
    public private(set) var margin: Int64 = 0

    public var cost: Int64 { fixedCost &+ messageCost }
    public var isFinal: Bool { finalAt.map { asOf >= $0 } ?? false }
    public var responseRate: Double? { reach > 0 ? Double(responded) / Double(reach) : nil }
    public var conversionRate: Double? { reach > 0 ? Double(converted) / Double(reach) : nil }
    /// Minor units.
    public var costPerCustomer: Double? { converted > 0 ? Double(cost) / Double(converted) : nil }
    /// Return on advertising spend: revenue over cost.
    public var roas: Double? { cost > 0 ? Double(revenue) / Double(cost) : nil }
    /// Return on investment: what revenue leaves after the cost, over the cost.
    public var roi: Double? { cost > 0 ? Double(revenue &- cost) / Double(cost) : nil }
    /// The same of the margin, which is what a house has left of revenue.
    public var marginROI: Double? { cost > 0 ? Double(margin &- cost) / Double(cost) : nil }

    /// - Throws: `Problem` `campaign.not_sent` where nothing of that name was sent by `asOf`.
    public static func read(
        _ campaign: String, _ catalog: Catalog, in currency: String, zone: TimeZoneRules, asOf: Timestamp, _ db: Connection
    ) throws -> CampaignFigures {
        var out = CampaignFigures(campaign: campaign, currency: currency, asOf: asOf)
        let touches = try CampaignTouches.read(catalog, campaign: campaign, until: asOf, in: db).touches
        guard !touches.isEmpty else { throw try CampaignTouches.none(of: campaign, by: asOf, in: db) }
        let rules = try FigureRules.current(in: db)
        out.count(touches, rules, try CostSheet.current(in: db))
        var windows: [PersonID: [ClosedRange<Timestamp>]] = [:]
        for touch in touches {
            windows[touch.person, default: []].append(touch.at...(touch.at + rules.lookBack(of: touch.channel)))
        }
        try out.readResponses(windows, catalog, in: db)
        try out.readOrders(windows, catalog, zone: zone, in: db)
        return out
    }

    private init(campaign: String, currency: String, asOf: Timestamp) {
        self.campaign = campaign
        self.currency = currency
        self.asOf = asOf
    }

    private mutating func count(_ touches: [CampaignTouches.Touch], _ rules: FigureRules, _ sheet: CostSheet) {
        messages = touches.count
        firstSent = touches.map(\.at).min()
        lastSent = touches.map(\.at).max()
        finalAt = touches.map { $0.at + rules.lookBack(of: $0.channel) }.max().map { $0 + rules.returnWindow }
        let ledger = WorthLedger(currency: currency, sheet: sheet)
        let stated = sheet.campaigns[Text.folded(campaign)]
        fixedCost = ledger.minor(stated ?? 0)
        let each = touches.reduce(Int64(0)) { $0 &+ CostSheet.cost($1.channel, in: sheet.messages) }
        messageCost = ledger.minor(each)
        isCostStated = stated != nil || each > 0
    }

    /// What people did that names the campaign, and what came back.
    private mutating func readResponses(
        _ windows: [PersonID: [ClosedRange<Timestamp>]], _ catalog: Catalog, in db: Connection
    ) throws {
        let names: Set<String> = [
            "link.clicked", "message.replied", "page.viewed", "session.started", "form.submitted", "coupon.redeemed",
            "message.bounced",
        ]
        let kinds = try catalog.existingKinds(names, in: db)
        guard let symbol = try catalog.existingSymbol(Text.folded(campaign), in: db) else { return }
        var people: [String: Set<PersonID>] = [:]
        for (name, kind) in kinds {
            let slots = kind.definition.slots.map(\.name)
            guard let place = slots.firstIndex(of: "campaign") else { continue }
            // A machine that follows links is no answer.
            let human = slots.firstIndex(of: "human").map { "AND COALESCE(n\($0 + 1), 1) = 1" } ?? ""
            try db.each(
                """
                SELECT person, occurred_at FROM timeline
                WHERE kind = \(kind.id) AND n\(raw: String(place + 1)) = \(symbol) AND occurred_at <= \(asOf) \(raw: human)
                """
            ) { row in
                let at = row.timestamp(1)
                guard windows[row.integer(0)]?.contains(where: { $0.contains(at) }) ?? false else { return }
                people[name, default: []].insert(row.integer(0))
            }
        }
        let back = people["message.bounced"] ?? []
        bounced = back.count
        reach = windows.keys.count { !back.contains($0) }
        clicked = people["link.clicked"]?.count ?? 0
        replied = people["message.replied"]?.count ?? 0
        let visits = ["page.viewed", "session.started", "form.submitted"].reduce(Set<PersonID>()) {
            $0.union(people[$1] ?? [])
        }
        visited = visits.count
        redeemed = people["coupon.redeemed"]?.count ?? 0
        answered = ["link.clicked", "message.replied", "coupon.redeemed"].reduce(visits) { $0.union(people[$1] ?? []) }
    }

    private var answered: Set<PersonID> = []

    private mutating func readOrders(
        _ windows: [PersonID: [ClosedRange<Timestamp>]], _ catalog: Catalog, zone: TimeZoneRules, in db: Connection
    ) throws {
        let house = try HouseOrders.read(catalog, until: asOf, of: windows.keys.sorted(), costing: true, in: db)
        let parcel = WorthLedger(currency: currency, sheet: try CostSheet.current(in: db))
        let sending = parcel.minor(parcel.sheet.order)
        var buyers: Set<PersonID> = []
        for order in house.orders where windows[order.person]?.contains(where: { $0.contains(order.placedAt) }) ?? false {
            buyers.insert(order.person)
            orders += 1
            linesWithoutCost += order.linesWithoutCost
            guard let brought = house.revenue(of: order, in: currency, zone: zone),
                let goods = house.cost(of: order, in: currency, zone: zone)
            else {
                ordersWithoutAmount += 1
                continue
            }
            revenue = revenue &+ brought
            margin = margin &+ brought &- goods &- sending
        }
        converted = buyers.count
        responded = answered.union(buyers).count
    }
}
