/// What the house has decided about writing to people. Versioned: a receipt names the version.
public struct DecisionPolicy: Sendable, Hashable {
    public struct QuietHours: Sendable, Hashable {
        public var hours: DailyHours
        /// Unknown: everywhere.
        public var country: Country
        /// 0: every channel.
        public var channel: ChannelID
        public var classes: TopicClasses

        public init(hours: DailyHours, country: Country = .unknown, channel: ChannelID = 0, classes: TopicClasses = .marketing) {
            self.hours = hours
            self.country = country
            self.channel = channel
            self.classes = classes
        }
    }

    /// A day on which marketing is silent.
    public struct SilentDay: Sendable, Hashable {
        /// Unknown: everywhere.
        public var country: Country
        /// 0: every year.
        public var year: Int
        public var month: Int
        public var day: Int

        public init(country: Country = .unknown, year: Int = 0, month: Int, day: Int) {
            self.country = country
            self.year = year
            self.month = month
            self.day = day
        }
    }

    /// At most so many marketing contacts in a rolling window.
    public struct Cap: Sendable, Hashable {
        public enum Scope: Int, Sendable, Hashable, CaseIterable {
            case channel = 0
            case topic = 1
            case all = 2
        }
        public var scope: Scope
        /// The channel or topic; 0: each of them by itself.
        public var id: Int64
        public var limit: Int
        public var window: Span

        public init(scope: Scope, id: Int64 = 0, limit: Int, window: Span) {
            self.scope = scope
            self.id = id
            self.limit = limit
            self.window = window
        }
    }

    /// While the fact stands, these classes are dropped.
    public struct StandingGuard: Sendable, Hashable {
        public var fact: Int64
        public var classes: TopicClasses
        public var reason: Reason

        public init(fact: Int64, classes: TopicClasses = .marketing, reason: Reason = .complaintOpen) {
            self.fact = fact
            self.classes = classes
            self.reason = reason
        }
    }

    /// A share of people of whom a guard is not asked, so that what it costs and saves can be measured.
    public struct Trial: Sendable, Hashable {
        /// Those that are the house's own manners: neither law nor a person's wish.
        public static let guards: [Reason] = [.householdDuplicate, .capChannel, .capTopic, .capAll]

        public var reason: Reason
        /// In ten-thousandths.
        public var share: Int

        public init(reason: Reason, share: Int) {
            self.reason = reason
            self.share = share
        }

        /// Whether the guard is not asked of this person.
        public func exempts(_ person: PersonID) -> Bool {
            HoldOut(share: share, draw: HoldOut.draw("guard:\(reason.code)", person: person)).isHeldOut
        }
    }

    /// The number under which this policy's text is kept.
    public var version: Int64
    public var rules: [PermissionRule]
    public var quietHours: [QuietHours]
    public var silentDays: [SilentDay]
    public var caps: [Cap]
    public var standings: [StandingGuard]
    public var trials: [Trial]
    /// One message of an act a household.
    public var onePerHousehold: Bool
    /// A token below this confidence (0…100) falls back.
    public var tokenConfidence: Int
    /// The longest that a decision may put a message off.
    public var maximumDeferral: Span

    public init(
        version: Int64 = 0, rules: [PermissionRule] = [], quietHours: [QuietHours] = [], silentDays: [SilentDay] = [],
        caps: [Cap] = [], standings: [StandingGuard] = [], trials: [Trial] = [], onePerHousehold: Bool = true,
        tokenConfidence: Int = 50,
        maximumDeferral: Span = .days(14)
    ) {
        self.version = version
        self.rules = rules
        self.quietHours = quietHours
        self.silentDays = silentDays
        self.caps = caps
        self.standings = standings
        self.trials = trials
        self.onePerHousehold = onePerHousehold
        self.tokenConfidence = tokenConfidence
        self.maximumDeferral = maximumDeferral
    }

    /// The longest window of any cap: older contacts never matter.
    public var contactHorizon: Span { caps.map(\.window).max() ?? Span(milliseconds: 0) }
}
