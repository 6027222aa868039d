public import RapportCore

/// A withdrawal or objection to pass on to connected systems.
public struct OptOut: Sendable, Hashable {
    public var addresses: [Identifier]
    public var topic: String?
    public var at: Timestamp

    public init(addresses: [Identifier], topic: String?, at: Timestamp) {
        self.addresses = addresses
        self.topic = topic
        self.at = at
    }
}
