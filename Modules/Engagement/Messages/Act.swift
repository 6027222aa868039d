public import RapportCore

/// What makes messages: a campaign's run or a reply. It holds all that its messages have in common.
public struct Act: Sendable, Hashable {
    public enum State: Int64, Sendable {
        case running = 0
        case paused = 1
        /// Never goes on.
        case stopped = 2
        case done = 3
    }

    public var id: Int64
    /// `campaign` or `reply`.
    public var kind: String
    /// The name under which chance draws who is kept back: the same before and after the act begins.
    public var trial: String { "\(kind):\(reference)" }
    /// The campaign's number, for a campaign.
    public var reference: Int64
    /// What events call it: the campaign's name.
    public var name: String
    public var brand: String
    public var topic: String
    public var topicClass: TopicClass
    /// The name of the channel instance.
    public var channel: String
    public var template: String
    public var templateVersion: Int64
    /// From this moment on its messages are worth nothing.
    public var expiresAt: Timestamp
    /// How many of ten thousand are kept back by chance.
    public var holdOut: Int
    public var state: State

    public init(
        id: Int64 = 0, kind: String, reference: Int64 = 0, name: String, brand: String, topic: String, topicClass: TopicClass,
        channel: String, template: String, templateVersion: Int64, expiresAt: Timestamp, holdOut: Int = 0,
        state: State = .running
    ) {
        self.id = id
        self.kind = kind
        self.reference = reference
        self.name = name
        self.brand = brand
        self.topic = topic
        self.topicClass = topicClass
        self.channel = channel
        self.template = template
        self.templateVersion = templateVersion
        self.expiresAt = expiresAt
        self.holdOut = holdOut
        self.state = state
    }
}
