public import RapportCore
public import RapportStorage

/// Customers whom a campaign reached against customers whom it did not: by how much more their revenue changed from the time before
/// it to the time after (difference in differences: Card & Krueger 1994, American Economic Review 84).
///
/// Nobody drew who got it. What made them be chosen may be what made them buy: this is a hint where a hold-out would be proof.
public struct CampaignContrast: Sendable {
    public let campaign: String
    public let currency: String
    /// The first message. The time before is as long as the time from here on.
    public let since: Timestamp
    public let until: Timestamp
    /// Whether the time in which outcomes count is over.
    public let isOver: Bool
    /// Of those who had bought before it began: what each brought from `since` to `until`, less what they brought before.
    public let experiment: Experiment

    static let reached = "reached"
    static let notReached = "not reached"

    /// - Throws: `Problem`: `campaign.not_sent`, `campaign.nobody_else`.
    public static func read(
        _ campaign: String, _ catalog: Catalog, in currency: String, zone: TimeZoneRules, asOf: Timestamp, _ db: Connection
    ) throws -> CampaignContrast {
        let touches = try CampaignTouches.read(catalog, campaign: campaign, until: asOf, in: db).touches
        let rules = try FigureRules.current(in: db)
        guard let since = touches.map(\.at).min(), let end = touches.map({ $0.at + rules.lookBack(of: $0.channel) }).max() else {
            throw try CampaignTouches.none(of: campaign, by: asOf, in: db)
        }
        let until = min(asOf, end)
        let before = since - Span(milliseconds: until.milliseconds - since.milliseconds)
        let house = try HouseOrders.read(catalog, until: asOf, in: db)
        var change: [PersonID: Int64] = [:]
        for order in house.orders where order.placedAt <= until {
            // Who first bought afterwards is in neither group.
            if order.placedAt < since { change[order.person, default: 0] &+= 0 }
            guard order.placedAt >= before, change[order.person] != nil else { continue }
            let revenue = house.revenue(of: order, in: currency, zone: zone) ?? 0
            change[order.person, default: 0] &+= order.placedAt < since ? 0 &- revenue : revenue
        }
        let got = Set(touches.map(\.person))
        let people = change.keys.sorted()
        guard people.contains(where: { got.contains($0) }), people.contains(where: { !got.contains($0) }) else {
            throw Problem(
                "campaign.nobody_else", "of those who had bought before \"\(campaign)\" all were reached, or none",
                remedy: "Draft the next one with --hold-out 10%.")
        }
        let scale = Currency.exponent(of: currency)
        let experiment = try Experiment(
            treatment: DataColumn(name: "campaign", rows: people.map { got.contains($0) ? reached : notReached }),
            outcome: DataColumn(
                name: "change of revenue", rows: people.map { ScaledInteger.text(change[$0] ?? 0, scale: scale) }),
            control: notReached, isOwn: true, path: campaign)
        return CampaignContrast(
            campaign: campaign, currency: currency, since: since, until: until, isOver: asOf >= end, experiment: experiment)
    }
}
