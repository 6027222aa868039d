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
        var only: SQL = "timeline.n1 IS NOT NULL"
        if let campaign {
            guard let symbol = try catalog.existingSymbol(Text.folded(campaign), in: db) else {
                return CampaignTouches(touches: [])
            }
            only = "timeline.n1 = \(symbol)"
        }
        var names: [Int64: String] = [:]
        func name(_ symbol: Int64?) throws -> String {
            guard let symbol else { return "" }
            if names[symbol] == nil { names[symbol] = try catalog.symbol(symbol, in: db) }
            return names[symbol] ?? ""
        }
        let touches = try db.all(
            """
            SELECT timeline.person, timeline.n1, timeline.n2, timeline.occurred_at FROM people
            JOIN timeline ON timeline.person = people.id AND timeline.kind = \(sent.id)
            WHERE people.state = 0 AND \(only) AND timeline.occurred_at <= \(until)
            ORDER BY timeline.person, timeline.kind, timeline.occurred_at, timeline.partition, timeline.position
            """
        ) {
            Touch(
                person: $0.integer(0), campaign: try name($0.integerOrNil(1)), channel: try name($0.integerOrNil(2)),
                at: $0.timestamp(3))
        }
        return CampaignTouches(touches: touches)
    }

    /// What is said where a campaign has no touches.
    static func none(of campaign: String, by moment: Timestamp, in db: Connection) throws -> Problem {
        let known = try db.all("SELECT DISTINCT name FROM acts WHERE kind = 'campaign' ORDER BY name") { $0.text(0) }
        return Problem(
            "campaign.not_sent", "nothing of a campaign \"\(campaign)\" was sent by \(moment.rfc3339)",
            remedy: Spelling.nearest(to: campaign, in: known.filter { $0 != campaign }).map { "Did you mean \"\($0)\"?" })
    }
}
