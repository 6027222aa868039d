/// What the decision knows about the person at the moment of deciding.
public struct PersonState: Sendable, Hashable {
    /// Someone or something reached the person, from any system.
    public struct Contact: Sendable, Hashable {
        /// 0 for contacts made elsewhere.
        public var act: Int64
        public var channel: ChannelID
        public var topic: TopicID
        public var topicClass: TopicClass
        /// When it was made, or is queued for.
        public var at: Timestamp

        public init(act: Int64 = 0, channel: ChannelID, topic: TopicID, topicClass: TopicClass, at: Timestamp) {
            self.act = act
            self.channel = channel
            self.topic = topic
            self.topicClass = topicClass
            self.at = at
        }
    }

    /// A fact that holds for a while: an open complaint, a live deal.
    public struct Standing: Sendable, Hashable {
        /// The number of its name: `complaint.open`.
        public var fact: Int64
        public var since: Timestamp
        /// Open while `nil`.
        public var until: Timestamp?
        /// The number of the source that raised it.
        public var by: Int64

        public init(fact: Int64, since: Timestamp, until: Timestamp? = nil, by: Int64 = 0) {
            self.fact = fact
            self.since = since
            self.until = until
            self.by = by
        }
    }

    /// Another member of the household who already got the same act.
    public struct HouseholdContact: Sendable, Hashable {
        public var person: PersonID
        public var at: Timestamp

        public init(person: PersonID, at: Timestamp) {
            self.person = person
            self.at = at
        }
    }

    /// A personal token of the message, judged by where its value came from.
    public struct Token: Sendable, Hashable {
        public enum Quality: Int, Sendable, Hashable, CaseIterable {
            case good = 0
            case missing = 1
            /// There is a value, but it is no name that one would print: `ASDF`, `Test`, `x`.
            case odd = 2
        }
        /// The number of its name: `first_name`.
        public var token: Int64
        public var quality: Quality
        /// 0…100
        public var confidence: Int

        public init(token: Int64, quality: Quality, confidence: Int) {
            self.token = token
            self.quality = quality
            self.confidence = confidence
        }
    }

    /// What the person asked for in the preference centre.
    public struct Preferences: Sendable, Hashable {
        /// Channels in the person's order; the others follow in the proposer's.
        public var channels: [ChannelID]
        /// Hours in which the person wants nothing, beside those of the policy.
        public var quiet: DailyHours?
        /// At most one marketing message in any such span; `nil`: as often as the policy allows.
        public var atMostEvery: Span?

        public init(channels: [ChannelID] = [], quiet: DailyHours? = nil, atMostEvery: Span? = nil) {
            self.channels = channels
            self.quiet = quiet
            self.atMostEvery = atMostEvery
        }
    }

    public var isErased: Bool
    /// Since when processing is restricted (GDPR, article 18).
    public var restrictedSince: Timestamp?
    public var country: Country
    public var capacity: Capacity
    public var zone: ZoneWindow
    public var permissions: [PermissionEntry]
    public var withdrawals: [OptOutEntry]
    public var objections: [OptOutEntry]
    public var standings: [Standing]
    public var preferences: Preferences
    public var contacts: [Contact]
    public var household: HouseholdContact?
    public var tokens: [Token]
    /// Guards that are not asked of this person, by chance, so that what they cost and save can be measured. In order.
    public var exempt: [Reason]

    public init(
        isErased: Bool = false, restrictedSince: Timestamp? = nil, country: Country = .unknown, capacity: Capacity = .person,
        zone: ZoneWindow = .utc, permissions: [PermissionEntry] = [], withdrawals: [OptOutEntry] = [],
        objections: [OptOutEntry] = [], standings: [Standing] = [], preferences: Preferences = Preferences(),
        contacts: [Contact] = [], household: HouseholdContact? = nil, tokens: [Token] = [],
        exempt: [Reason] = []
    ) {
        self.isErased = isErased
        self.restrictedSince = restrictedSince
        self.country = country
        self.capacity = capacity
        self.zone = zone
        self.permissions = permissions
        self.withdrawals = withdrawals
        self.objections = objections
        self.standings = standings
        self.preferences = preferences
        self.contacts = contacts
        self.household = household
        self.tokens = tokens
        self.exempt = exempt
    }
}
