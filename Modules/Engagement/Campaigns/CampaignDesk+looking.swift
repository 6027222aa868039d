public import RapportCore
import RapportStorage

/// A campaign with its figures.
public struct CampaignReport: Sendable, Hashable {
    public var campaign: Campaign
    /// People decided upon so far.
    public var asked: Int64
    /// Messages decided upon: waiting, sent, failed, in doubt and dropped at the gate add up to it.
    public var decided: Int64
    public var waiting: Int64
    public var sent: Int64
    public var failed: Int64
    public var inDoubt: Int64
    /// Queued once, and let go no further by the gate.
    public var droppedAtGate: Int64
    /// Asked about and not written to: dropped at once, or at the gate.
    public var notWritten: Int64 { asked - decided + droppedAtGate }
    /// Why people got none, and why messages failed or were put off: `dropped:quiet_hours`, `failed:hard`, `deferred:cap.all`. And
    /// whom the segment left out when the campaign began, so that nobody asked: `left_out:objected`.
    public var reasons: [String: Int64]

    public var json: JSONValue {
        let plan = campaign.plan
        return [
            "name": .string(campaign.name), "state": .string(campaign.state.rawValue), "plan": plan.json,
            "template_version": .integer(campaign.templateVersion), "size": .integer(campaign.size),
            "starts_at": campaign.startsAt.milliseconds == 0 ? .null : .string(campaign.startsAt.rfc3339),
            "figures": [
                "asked": .integer(asked), "decided": .integer(decided), "waiting": .integer(waiting), "sent": .integer(sent),
                "failed": .integer(failed), "in_doubt": .integer(inDoubt), "dropped_at_gate": .integer(droppedAtGate),
                "not_written": .integer(notWritten),
            ],
            "reasons": .object(reasons.sorted { $0.key < $1.key }.map { .init($0.key, .integer($0.value)) }),
            "history": .array(
                campaign.history.map {
                    [
                        "step": .string($0.step.rawValue), "state": .string($0.state.rawValue), "at": .string($0.at.rfc3339),
                        "actor": .string($0.actor), "note": .string($0.note),
                    ]
                }),
        ]
    }
}

extension CampaignDesk {
    public func report(_ name: String) async throws -> CampaignReport {
        try await database.read { db in try CampaignReport(of: try CampaignStore.campaign(name, in: db), in: db) }
    }

    public func reports() async throws -> [CampaignReport] {
        try await database.read { db in try CampaignStore.all(in: db).map { try CampaignReport(of: $0, in: db) } }
    }
}

extension CampaignReport {
    /// A campaign with its figures as they stand in `db`.
    init(of campaign: Campaign, in db: Connection) throws {
        let counts = campaign.act == 0 ? [:] : try Tally.read(campaign.act, in: db)
        self.init(
            campaign: campaign, asked: counts["asked", default: 0], decided: counts["decided", default: 0],
            waiting: counts["waiting", default: 0], sent: counts["sent", default: 0], failed: counts["failed", default: 0],
            inDoubt: counts["in_doubt", default: 0], droppedAtGate: counts["dropped", default: 0],
            reasons: counts.filter { $0.key.contains(":") })
    }
}
