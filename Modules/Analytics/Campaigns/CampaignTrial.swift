public import RapportCore
public import RapportStorage

/// A campaign's people as an experiment: those decided to be written to against those kept back by chance.
///
/// Whoever was decided to get it counts as written to, also where the message failed later: the draw was fair, what became of it
/// is not. Both are watched from the campaign's beginning to the end of the look-back of its channel.
public struct CampaignTrial: Sendable {
    public let campaign: String
    public let currency: String
    public let since: Timestamp
    public let until: Timestamp
    /// Whether the time in which outcomes count is over.
    public let isOver: Bool
    /// Whether anybody bought, what each brought, whether anybody opted out.
    public let experiments: [Experiment]

    static let heldOut = "hold-out"
    static let writtenTo = "written to"

    /// - Throws: `Problem`: `campaign.not_sent`, `campaign.no_hold_out`.
    public static func read(
        _ campaign: String, _ catalog: Catalog, in currency: String, zone: TimeZoneRules, asOf: Timestamp, _ db: Connection
    ) throws -> CampaignTrial {
        let act = try db.first(
            "SELECT id, channel, made_at FROM acts WHERE kind = 'campaign' AND name = \(campaign) ORDER BY id DESC LIMIT 1"
        ) { (id: $0.integer(0), channel: $0.text(1), at: $0.timestamp(2)) }
        guard let act else {
            let known = try db.all("SELECT DISTINCT name FROM acts WHERE kind = 'campaign' ORDER BY name") { $0.text(0) }
            throw Problem(
                "campaign.not_sent", "no campaign \"\(campaign)\" has begun to send",
                remedy: Spelling.nearest(to: campaign, in: known).map { "Did you mean \"\($0)\"?" }
                    ?? "Of a campaign that another system sent there is no draw by chance; for a hint without proof, add --observed."
            )
        }
        let written = try db.all("SELECT person FROM messages WHERE act = \(act.id) ORDER BY person, act") { $0.integer(0) }
        let kept = try heldOut(of: act.id, in: db)
        guard !kept.isEmpty, !written.isEmpty else {
            throw Problem(
                "campaign.no_hold_out",
                "of \"\(campaign)\" \(kept.isEmpty ? "nobody was kept back" : "nobody was written to"): what it changed cannot be told",
                remedy: "Draft the next one with --hold-out 10%. For a hint without proof, add --observed.")
        }
        let rules = try FigureRules.current(in: db)
        let last = try db.integer("SELECT MAX(at) FROM messages WHERE act = \(act.id) AND state = 4")
        let end = Timestamp(milliseconds: max(last ?? 0, act.at.milliseconds)) + rules.lookBack(of: act.channel)
        let until = min(asOf, end)
        var arms: [PersonID: String] = [:]
        // Of people merged since, whoever was written to counts as written to.
        for person in try survivors(kept, in: db) { arms[person] = heldOut }
        for person in try survivors(written, in: db) { arms[person] = writtenTo }
        let people = arms.keys.sorted()
        let house = try HouseOrders.read(catalog, until: asOf, of: people, in: db)
        var brought: [PersonID: Int64] = [:]
        for order in house.orders where act.at <= order.placedAt && order.placedAt <= until {
            brought[order.person, default: 0] &+= house.revenue(of: order, in: currency, zone: zone) ?? 0
        }
        let left = try optOuts(catalog, since: act.at, until: until, in: db)
        let arm = DataColumn(name: "campaign", rows: people.map { arms[$0] ?? "" })
        func outcome(_ name: String, success: String? = nil, _ value: (PersonID) -> String) throws -> Experiment {
            try Experiment(
                treatment: arm, outcome: DataColumn(name: name, rows: people.map(value)), control: heldOut, isOwn: true,
                path: campaign)
        }
        let scale = Currency.exponent(of: currency)
        return CampaignTrial(
            campaign: campaign, currency: currency, since: act.at, until: until, isOver: asOf >= end,
            experiments: [
                try outcome("bought") { brought[$0] == nil ? "no" : "yes" },
                try outcome("revenue") { ScaledInteger.text(brought[$0] ?? 0, scale: scale) },
                try outcome("opted out") { left.contains($0) ? "yes" : "no" },
            ])
    }

    /// Those whom an act dropped because chance kept them back.
    private static func heldOut(of act: Int64, in db: Connection) throws -> [PersonID] {
        let shapes = try db.all(
            """
            SELECT receipt_shapes.id, receipt_shapes.data FROM receipt_shapes
            WHERE receipt_shapes.id IN (SELECT shape FROM drops WHERE act = \(act)) ORDER BY receipt_shapes.id
            """
        ) { ($0.integer(0), try ReceiptShape(bytes: $0.bytes(1)).reason) }.filter { $0.1 == .heldOut }.map(\.0)
        guard !shapes.isEmpty else { return [] }
        return try db.all(
            "SELECT person FROM drops WHERE act = \(act) AND shape IN \(list: shapes) ORDER BY person, act"
        ) { $0.integer(0) }
    }

    /// As whom people are known now; those erased are none.
    private static func survivors(_ people: [PersonID], in db: Connection) throws -> Set<PersonID> {
        var out: Set<PersonID> = []
        for start in stride(from: 0, to: people.count, by: 5_000) {
            let part = Array(people[start..<min(start + 5_000, people.count)])
            for (_, now) in try People.current(part, in: db) { out.insert(now.person) }
        }
        return out
    }

    private static func optOuts(_ catalog: Catalog, since: Timestamp, until: Timestamp, in db: Connection) throws -> Set<PersonID>
    {
        let kinds = try catalog.existingKinds(["permission.withdrawn", "objection.made", "message.complained"], in: db)
        return Set(
            try db.all(
                """
                SELECT DISTINCT person FROM timeline
                WHERE kind IN \(list: kinds.values.map(\.id).sorted()) AND occurred_at > \(since) AND occurred_at <= \(until)
                """
            ) { $0.integer(0) })
    }
}
