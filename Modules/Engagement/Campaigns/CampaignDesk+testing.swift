public import RapportCore
public import RapportPluginKit
import RapportStorage

extension CampaignDesk {
    /// Sends a test to named colleagues, as `person` would see it (`nil`: with every token fallen back).
    ///
    /// - Returns: what the channel answered for each.
    public func test(_ name: String, to addresses: [String], as person: PersonID? = nil, by proofs: ProofSender) async throws
        -> [(address: String, result: SendResult)]
    {
        guard !addresses.isEmpty else {
            throw Problem("campaign.no_testers", "nobody to send the test to", remedy: "Name at least one colleague's address.")
        }
        let act = try await database.read { db in
            let campaign = try CampaignStore.campaign(name, in: db)
            let plan = campaign.plan
            let latest = try templates.version(of: plan.template, in: db) ?? 0
            return Act(
                kind: "test", reference: campaign.id, name: name, brand: plan.brand, topic: plan.topic,
                topicClass: try audience.topicClass(of: plan.topic, in: db) ?? .marketing, channel: plan.channel,
                template: plan.template, templateVersion: campaign.templateVersion == 0 ? latest : campaign.templateVersion,
                expiresAt: .distantFuture)
        }
        return try await proofs.test(act, to: addresses, as: person)
    }
}
