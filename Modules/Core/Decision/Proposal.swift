/// Somebody's wish to reach one person: a campaign's, a journey's, a reply's, a colleague's call.
public struct Proposal: Sendable, Hashable {
    public enum Origin: Int, Sendable, Hashable, CaseIterable {
        case campaign = 0
        case journey = 1
        case reply = 2
        case call = 3
        case system = 4
    }

    /// The address that the person has on a channel, with what is known against it.
    public struct Offer: Sendable, Hashable {
        public var channel: ChannelID
        /// Whether the person has an address there.
        public var hasAddress: Bool
        /// Against that address.
        public var suppressions: [Suppression]

        public init(channel: ChannelID, hasAddress: Bool, suppressions: [Suppression] = []) {
            self.channel = channel
            self.hasAddress = hasAddress
            self.suppressions = suppressions
        }
    }

    /// Campaign run, journey run and step, or reply: unique, and the same for everyone it reaches.
    public var act: Int64
    public var origin: Origin
    public var brand: BrandID
    public var topic: TopicID
    public var topicClass: TopicClass
    /// In the proposer's order of preference.
    public var offers: [Offer]
    /// Not before this moment (grace, a scheduled hour); `nil`: now.
    public var notBefore: Timestamp?
    /// From this moment on the message is worth nothing.
    public var expiresAt: Timestamp
    /// What the act keeps back by chance, and what was drawn for this person; `nil` where it keeps nothing back.
    public var holdOut: HoldOut?

    public init(
        act: Int64, origin: Origin = .campaign, brand: BrandID, topic: TopicID, topicClass: TopicClass, offers: [Offer],
        notBefore: Timestamp? = nil, expiresAt: Timestamp, holdOut: HoldOut? = nil
    ) {
        self.act = act
        self.origin = origin
        self.brand = brand
        self.topic = topic
        self.topicClass = topicClass
        self.offers = offers
        self.notBefore = notBefore
        self.expiresAt = expiresAt
        self.holdOut = holdOut
    }
}
