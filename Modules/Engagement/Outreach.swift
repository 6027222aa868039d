public import Logging
public import RapportCore
import RapportPluginKit
public import RapportStorage

/// Everything that brings messages out, wired once: what a server, a worker and the command line take from the host.
public struct Outreach: Sendable {
    public let desk: CampaignDesk
    public let proofs: ProofSender
    public let reports: ReportMailer
    public let loop: DeliveryLoop
    public let unsubscribing: UnsubscribeUseCase
    public let preferring: PreferencesUseCase
    public let clicking: ClickUseCase

    /// - Parameters:
    ///   - languages: tried after a person's own: the house's.
    ///   - segments: judges whom segments leave out.
    ///   - ledger: with the journal of opt-outs, where the host keeps one.
    public init(
        database: any Database, door: Door, catalog: Catalog, channels: SendingChannels, brands: [BrandIdentity],
        languages: [String], segments: SegmentQuestions, signer: LinkSigner, contents: any PersonContents,
        ledger: PermissionLedger, clock: any WallClock, policy: DeliveryPolicy = DeliveryPolicy(),
        logger: Logger = Logger(label: "rapport.delivery")
    ) {
        let templates = TemplateStore()
        let audience = LiveAudience(questions: segments)
        let gatekeeper = DeskGatekeeper(
            desk: DecisionDesk(book: PolicyBook(catalog: catalog)), catalog: catalog, channels: channels, templates: templates)
        let writer = MessageWriter(signer: signer, brands: brands, languages: languages)
        desk = CampaignDesk(
            database: database, gatekeeper: gatekeeper, audience: audience, templates: templates,
            brands: Set(brands.map(\.name)), channels: Set(channels.names), clock: clock)
        proofs = ProofSender(
            database: database, templates: templates, contents: contents, writer: writer, channels: channels, clock: clock)
        reports = ReportMailer(database: database, channels: channels, brands: brands, clock: clock)
        loop = DeliveryLoop(
            runner: CampaignRunner(database: database, gatekeeper: gatekeeper, audience: audience, clock: clock),
            sender: Sender(
                database: database, door: door, gatekeeper: gatekeeper, contents: contents, templates: templates,
                writer: writer, channels: channels, ledger: ledger, clock: clock, policy: policy),
            proofs: proofs, clicks: ClickSettler(database: database, door: door, clock: clock), logger: logger)
        unsubscribing = UnsubscribeUseCase(database: database, signer: signer, door: door, ledger: ledger, clock: clock)
        preferring = PreferencesUseCase(
            database: database, signer: signer, door: door, ledger: ledger,
            channels: Set(channels.names.compactMap { channels.channel($0)?.capabilities.addresses }), clock: clock)
        clicking = ClickUseCase(database: database, signer: signer, clock: clock)
    }
}
