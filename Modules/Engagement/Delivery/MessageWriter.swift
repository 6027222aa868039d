import RapportCore
public import RapportPluginKit

/// Writes a message for one person from the template and the record.
public struct MessageWriter: Sendable {
    let signer: LinkSigner
    let brands: [String: BrandIdentity]
    /// Languages tried after the person's own.
    let languages: [String]
    let tracksClicks: Bool

    /// - Parameter tracksClicks: whether links lead through Rapport; replies, visits and purchases count in any case.
    public init(signer: LinkSigner, brands: [BrandIdentity], languages: [String] = [], tracksClicks: Bool = true) {
        self.signer = signer
        self.brands = Dictionary(brands.map { ($0.name, $0) }) { first, _ in first }
        self.languages = languages
        self.tracksClicks = tracksClicks
    }

    /// - Parameter fallbacks: tokens that the decision let fall back, whatever the record says.
    /// - Throws: `Problem` for an unknown brand, or a message that `channel` cannot carry.
    public func write(
        _ key: MessageKey, to address: String, content: PersonContent, act: Act, template: TemplateRenderer,
        channel: SendingChannel, fallbacks: Set<String> = []
    ) throws -> OutgoingMessage {
        guard let brand = brands[act.brand] else {
            throw Problem(
                "delivery.no_brand", "there is no brand \"\(act.brand)\"", remedy: "Name it under brands in rapport.yaml.")
        }
        let unsubscribe = signer.url(for: .unsubscribe(key, topic: act.topic, channel: channel.capabilities.addresses))
        let house = [
            "unsubscribe_url": unsubscribe, "preferences_url": signer.url(for: .preferences(key)), "brand": brand.title,
            "postal_address": brand.postalAddress,
        ]
        let rendered = try template.render(
            values: content.values.filter { !fallbacks.contains($0.key) }, house: house, language: content.language,
            houseLanguages: languages)
        let rewriter = tracksClicks ? LinkRewriter(signer: signer, message: key) : nil
        let text = rewriter?.text(rendered.text) ?? rendered.text
        if let maximum = channel.capabilities.maximumText, text.count > maximum {
            throw Problem(
                "delivery.too_long", "the text has \(text.count) characters, and \(channel.name) carries \(maximum)",
                at: .init(path: act.template))
        }
        return OutgoingMessage(
            id: key.wireID, to: address, toName: nil, from: brand.from, fromName: brand.title, replyTo: brand.replyTo,
            subject: channel.capabilities.subject ? rendered.subject : "", text: text,
            html: channel.capabilities.html ? rendered.html.map { rewriter?.html($0) ?? $0 } : nil, language: rendered.language,
            unsubscribeURL: act.topicClass == .marketing ? unsubscribe : nil, topicClass: act.topicClass.name,
            person: content.publicID,
            metadata: .object([.init("campaign", .string(act.name)), .init("topic", .string(act.topic))]))
    }
}
