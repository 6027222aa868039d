import RapportCore
import RapportStorage

/// Messages of campaigns as the log has them, whichever system sent them: to whom, when, on which channel.
struct CampaignTouches {
    struct Touch: Hashable {
        var person: PersonID
        var campaign: String
        var channel: String
        var at: Timestamp
    }

    /// By person, then by time.
    let touches: [Touch]

    /// - Parameter campaign: of this one alone; `nil`: of all.
    static func read(_ catalog: Catalog, campaign: String? = nil, until: Timestamp, in db: Connection) throws -> CampaignTouches {
        guard let sent = try catalog.existingKind("message.sent", in: db) else { return CampaignTouches(touches: []) }
        var only: SQL = "n1 IS NOT NULL"
        if let campaign {
            guard let symbol = try catalog.existingSymbol(Text.folded(campaign), in: db) else {
                return CampaignTouches(touches: [])
            }
            only = "n1 = \(symbol)"
        }
        var names: [Int64: String] = [:]
        func name(_ symbol: Int64) throws -> String {
            guard symbol != 0 else { return "" }
            if names[symbol] == nil { names[symbol] = try catalog.symbol(symbol, in: db) }
            return names[symbol] ?? ""
        }
        var messages = try SentMessages(
            where: "kind = \(sent.id) AND \(only) AND occurred_at <= \(until)",
            of: try LivingPeople(anonymousToo: true, in: db), in: db)
        var touches: [Touch] = []
        for place in messages.places {
            try messages.take(place, in: db) { person, own in
                for one in own {
                    touches.append(
                        Touch(
                            person: person, campaign: try name(one.campaign), channel: try name(one.channel),
                            at: Timestamp(milliseconds: one.at)))
                }
            }
        }
        return CampaignTouches(touches: touches)
    }

    /// What is said where a campaign has no touches.
    static func none(of campaign: String, by moment: Timestamp, in db: Connection) throws -> Problem {
        let known = try db.all("SELECT DISTINCT name FROM acts WHERE kind = 'campaign' ORDER BY name") { $0.text(0) }
        return Problem(
            "campaign.not_sent", "nothing of a campaign \"\(campaign)\" was sent by \(moment.rfc3339)",
            remedy: known.contains(campaign)
                ? "`rapport why \(campaign)` says what became of it"
                : Spelling.nearest(to: campaign, in: known).map { "Did you mean \"\($0)\"?" })
    }
}
