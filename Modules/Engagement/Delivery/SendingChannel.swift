public import RapportCore
public import RapportPluginKit
public import RapportStorage

/// A channel instance as delivery uses it.
public struct SendingChannel: Sendable {
    /// The instance's name in the YAML.
    public var name: String
    public var channel: any Channel
    public var capabilities: Capabilities
    /// Writes what the channel keeps in its store, in the transaction of the results that it belongs to.
    public var keep: @Sendable (_ writes: [String: JSONValue?], Connection) throws -> Void

    /// - Parameters:
    ///   - rate: messages a second that the YAML allows; the lower of it and the channel's own holds.
    ///   - keep: where the channel's store is.
    public init(
        name: String, channel: any Channel, capabilities: Capabilities, rate: Int? = nil,
        keep: @escaping @Sendable (_ writes: [String: JSONValue?], Connection) throws -> Void = { _, _ in }
    ) {
        self.keep = keep
        self.name = name
        self.channel = channel
        self.capabilities = capabilities
        if let rate { self.capabilities.ratePerSecond = min(rate, capabilities.ratePerSecond ?? rate) }
    }
}

/// The channels of this process, and the one that everything goes to while the database is locked.
public struct SendingChannels: Sendable {
    private let byName: [String: SendingChannel]
    /// The outbox folder.
    public let outbox: SendingChannel?

    public init(_ channels: [SendingChannel], outbox: SendingChannel? = nil) {
        byName = Dictionary(channels.map { ($0.name, $0) }) { first, _ in first }
        self.outbox = outbox
    }

    public var names: [String] { byName.keys.sorted() }

    public func channel(_ name: String) -> SendingChannel? { byName[name] }

    /// Where messages for `name` go: in a locked database nowhere but to the outbox. Addresses are those of the named channel
    /// all the same.
    func target(for name: String, locked: Bool) -> SendingChannel? {
        guard let channel = byName[name] else { return nil }
        guard locked else { return channel }
        guard var outbox else { return nil }
        outbox.capabilities.addresses = channel.capabilities.addresses
        return outbox
    }
}

/// The legal entity that a message comes from.
public struct BrandIdentity: Sendable, Hashable {
    public var name: String
    /// As people know it.
    public var title: String
    public var from: String
    public var replyTo: String?
    public var postalAddress: String

    public init(name: String, title: String, from: String, replyTo: String? = nil, postalAddress: String) {
        self.name = name
        self.title = title
        self.from = from
        self.replyTo = replyTo
        self.postalAddress = postalAddress
    }
}
