public typealias BrandID = Int64
public typealias TopicID = Int64
public typealias ChannelID = Int64

/// What a permission, withdrawal or objection covers. Zero in any part means *all*.
public struct PermissionScope: Sendable, Hashable {
    public var brand: BrandID
    public var topic: TopicID
    public var channel: ChannelID

    public init(brand: BrandID = 0, topic: TopicID = 0, channel: ChannelID = 0) {
        self.brand = brand
        self.topic = topic
        self.channel = channel
    }

    public static let everything = PermissionScope()

    /// Whether a message of `brand` on `topic` by `channel` falls under it.
    public func covers(brand: BrandID, topic: TopicID, channel: ChannelID) -> Bool {
        (self.brand == 0 || self.brand == brand) && (self.topic == 0 || self.topic == topic)
            && (self.channel == 0 || self.channel == channel)
    }
}
