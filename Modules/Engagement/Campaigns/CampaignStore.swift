import RapportCore
public import RapportStorage

/// Campaigns in the database. Each change of state is conditional on the state it changes from, and recorded with it.
public enum CampaignStore {
    /// - Throws: `Problem` `campaign.not_found` with the nearest name.
    public static func campaign(_ name: String, in db: Connection) throws -> Campaign {
        if let found = try load("name = \(name)", in: db).first { return found }
        let names = try db.all("SELECT name FROM campaigns ORDER BY name") { $0.text(0) }
        throw Problem(
            "campaign.not_found", "there is no campaign \"\(name)\"",
            remedy: Spelling.nearest(to: name, in: names).map { "Did you mean \"\($0)\"?" })
    }

    public static func all(in db: Connection) throws -> [Campaign] { try load("id > 0", in: db) }

    static func all(in state: Campaign.State, in db: Connection) throws -> [Campaign] {
        try load("state = \(state.rawValue)", in: db)
    }

    static func campaign(ofAct act: Int64, in db: Connection) throws -> Campaign? { try load("act = \(act)", in: db).first }

    private static func load(_ condition: SQL, in db: Connection) throws -> [Campaign] {
        var campaigns = try db.all(
            """
            SELECT id, name, state, plan, template_version, size, act, starts_at FROM campaigns WHERE \(condition) ORDER BY id
            """
        ) { row in
            Campaign(
                id: row.integer(0), name: row.text(1), state: Campaign.State(rawValue: row.text(2)) ?? .stopped,
                plan: CampaignPlan(json: try JSONValue(parsing: row.text(3))), templateVersion: row.integer(4),
                size: row.integer(5), act: row.integer(6), startsAt: row.timestamp(7), history: [])
        }
        for index in campaigns.indices {
            campaigns[index].history = try db.all(
                """
                SELECT step, state, at, actor, note FROM campaign_steps WHERE campaign = \(campaigns[index].id) ORDER BY number
                """
            ) { row in
                Campaign.Record(
                    step: Campaign.Step(rawValue: row.text(0)) ?? .stop, state: Campaign.State(rawValue: row.text(1)) ?? .stopped,
                    at: row.timestamp(2), actor: row.text(3), note: row.text(4))
            }
        }
        return campaigns
    }

    static func insert(_ name: String, _ plan: CampaignPlan, in db: Connection) throws -> Int64 {
        let id = try db.integer(
            """
            INSERT INTO campaigns (name, state, plan, template_version, size, act, starts_at)
            VALUES (\(name), 'draft', \(plan.json.text), 0, 0, 0, 0) RETURNING id
            """)
        guard let id else { throw Problem("campaign.not_written", "the database gave no number to the campaign") }
        return id
    }

    /// Writes a campaign's new state and the record of the step that led there.
    ///
    /// - Throws: `Problem` `campaign.changed` if somebody else was quicker.
    static func write(_ campaign: Campaign, from old: Campaign.State, _ record: Campaign.Record, in db: Connection) throws {
        let changed = try db.run(
            """
            UPDATE campaigns SET state = \(campaign.state.rawValue), plan = \(campaign.plan.json.text),
                                 template_version = \(campaign.templateVersion), size = \(campaign.size), act = \(campaign.act),
                                 starts_at = \(campaign.startsAt)
            WHERE id = \(campaign.id) AND state = \(old.rawValue)
            """)
        guard changed == 1 else {
            throw Problem(
                "campaign.changed", "somebody else changed the campaign \"\(campaign.name)\" just now", remedy: "Look again.")
        }
        let last = try db.integer("SELECT MAX(number) FROM campaign_steps WHERE campaign = \(campaign.id)") ?? 0
        try db.run(
            """
            INSERT INTO campaign_steps (campaign, number, step, state, at, actor, note)
            VALUES (\(campaign.id), \(last + 1), \(record.step.rawValue), \(record.state.rawValue), \(record.at),
                    \(record.actor), \(record.note))
            """)
    }
}
