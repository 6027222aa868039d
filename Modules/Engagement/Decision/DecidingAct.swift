public import RapportCore

/// What a whole campaign run, or one reply, proposes: all that its proposals have in common.
public struct DecidingAct: Sendable, Hashable {
    public var id: Int64
    public var origin: Proposal.Origin
    public var brand: String
    public var topic: String
    public var topicClass: TopicClass
    /// In order of preference. A channel is named by the kind of identifier that it addresses: `email`, `phone`.
    public var channels: [String]
    public var notBefore: Timestamp?
    public var expiresAt: Timestamp
    /// Fields that the message shows to the person: `first_name`.
    public var tokens: [String]
    /// What the channel instances of other acts address, by name, where that is not their name: `newsletter: email`.
    public var channelKinds: [String: String]
    /// How many of ten thousand are kept back by chance, and the name of the trial that they are drawn in.
    public var holdOut: Int
    public var trial: String

    public init(
        id: Int64, origin: Proposal.Origin = .campaign, brand: String, topic: String, topicClass: TopicClass, channels: [String],
        notBefore: Timestamp? = nil, expiresAt: Timestamp, tokens: [String] = [], channelKinds: [String: String] = [:],
        holdOut: Int = 0, trial: String = ""
    ) {
        self.id = id
        self.origin = origin
        self.brand = brand
        self.topic = topic
        self.topicClass = topicClass
        self.channels = channels
        self.notBefore = notBefore
        self.expiresAt = expiresAt
        self.tokens = tokens
        self.channelKinds = channelKinds
        self.holdOut = holdOut
        self.trial = trial
    }
}
