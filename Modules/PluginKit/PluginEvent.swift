public import RapportCore

/// An event that a plugin saw: a reply, a bounce, a click.
public struct PluginEvent: Sendable, Hashable {
    public var kind: String
    public var identifiers: [Identifier]
    public var occurredAt: Timestamp?
    public var properties: JSONValue
    /// The source's own id of the event: the same id twice is one event.
    public var id: String?
    /// The id of the message this is about, or the provider's id of it.
    public var message: String?

    public init(
        kind: String, identifiers: [Identifier] = [], occurredAt: Timestamp? = nil, properties: JSONValue = [:],
        id: String? = nil,
        message: String? = nil
    ) {
        self.kind = kind
        self.identifiers = identifiers
        self.occurredAt = occurredAt
        self.properties = properties
        self.id = id
        self.message = message
    }
}
