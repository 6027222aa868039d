import Logging
import RapportCore
public import RapportEngagement
import RapportIntegration
import RapportPluginKit
import RapportStorage

extension Rapport {
    /// Makes every configured channel.
    public func makeChannels() throws -> [ChannelInstance] {
        try configuration.channels.map { ChannelInstance(instance: $0, channel: try channel($0.name)) }
    }

    /// Where campaigns are planned, looked at, paused and stopped. Needs no secret of any channel.
    ///
    /// - Throws: what is wrong with a channel's settings.
    public func campaignDesk() async throws -> CampaignDesk {
        var configuration = configuration
        configuration.secrets = configuration.secrets.unread
        let planned = try configuration.channels.map { instance in
            let manifest = try instance.entry(in: registry).manifest
            _ = try instance.settings(manifest, configuration)
            return ChannelInstance(instance: instance, channel: PlannedChannel(manifest))
        }
        return try await outreach(planned).desk
    }

    /// Everything that brings messages out, over channels that have been made.
    public func outreach(_ channels: [ChannelInstance]) async throws -> Outreach {
        let sending = channels.map { made in
            SendingChannel(
                name: made.instance.name, channel: made.channel, capabilities: made.channel.manifest.capabilities,
                rate: made.instance.rate.map { Int($0) }
            ) { writes, db in try DatabasePluginState.write(writes, of: made.instance.label, in: db) }
        }
        return Outreach(
            database: database, door: door, catalog: catalog,
            channels: SendingChannels(sending, outbox: try outbox(among: channels)),
            brands: configuration.brands.map {
                BrandIdentity(
                    name: $0.name, title: $0.title, from: $0.from, replyTo: $0.replyTo, postalAddress: $0.postalAddress)
            },
            languages: [configuration.house.language], segments: segmentQuestions,
            signer: try LinkSigner(base: configuration.http.publicURL, keys: [try await LinkKey.ofDatabase(database)]),
            contents: RecordContents(book: PolicyBook(catalog: catalog)), ledger: ledger, clock: clock,
            logger: Logger(label: "rapport.delivery"))
    }

    /// Where a locked database writes instead of sending: the configured outbox, else the folder `outbox`.
    private func outbox(among channels: [ChannelInstance]) throws -> SendingChannel? {
        let id = "channel.outbox"
        let known = channels.first { $0.instance.plugin == id }?.channel
        guard known != nil || registry.entries.contains(where: { $0.manifest.id == id }) else { return nil }
        let made = try known ?? makeOutbox()
        return made.map { SendingChannel(name: "outbox", channel: $0, capabilities: $0.manifest.capabilities) }
    }

    func makeOutbox() throws -> (any Channel)? {
        let id = "channel.outbox"
        let node = try YAMLNode(parsing: "plugin: \(id)\nfolder: outbox", name: "rapport.yaml")
        return try make(
            PluginInstance(name: "outbox", kind: .channel, plugin: id, node: node, rate: nil, schedule: nil, mapping: nil))
            as? any Channel
    }
}
