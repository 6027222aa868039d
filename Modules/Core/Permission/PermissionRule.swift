/// Whether somebody is written to as a private person or at a company.
public enum Capacity: Int, Sendable, Hashable, CaseIterable {
    case person = 0
    case company = 1

    public var name: String { self == .person ? "person" : "company" }
}

/// Which bases suffice in a place, on a channel, for persons or companies, for a class. Data, not advice.
public struct PermissionRule: Sendable, Hashable {
    public struct Sufficient: Sendable, Hashable {
        public var basis: Basis
        /// Only a double opt-in will do.
        public var needsConfirmation: Bool
        /// How long it lasts from the act; `nil` without end.
        public var lasts: Span?

        public init(_ basis: Basis, needsConfirmation: Bool = false, lasts: Span? = nil) {
            self.basis = basis
            self.needsConfirmation = needsConfirmation
            self.lasts = lasts
        }
    }

    /// Dotted, stable: `de.email.marketing`.
    public var name: String
    /// Empty: everywhere. One: that country. Several: a region.
    public var countries: [Country]
    /// 0: every channel.
    public var channel: ChannelID
    /// `nil`: both.
    public var capacity: Capacity?
    public var topicClass: TopicClass
    /// Empty with `needsNothing` false: nothing suffices.
    public var sufficient: [Sufficient]
    /// No record is needed: the person's own order, question or report is the basis.
    public var needsNothing: Bool

    public init(
        name: String, countries: [Country] = [], channel: ChannelID = 0, capacity: Capacity? = nil, topicClass: TopicClass,
        sufficient: [Sufficient], needsNothing: Bool = false
    ) {
        self.name = name
        self.countries = countries
        self.channel = channel
        self.capacity = capacity
        self.topicClass = topicClass
        self.sufficient = sufficient
        self.needsNothing = needsNothing
    }

    /// What counts where no rule speaks: consent, and nothing else.
    public static func fallback(for topicClass: TopicClass) -> PermissionRule {
        PermissionRule(name: "none", topicClass: topicClass, sufficient: [.init(.consent)])
    }
}

extension [PermissionRule] {
    /// The one rule that speaks: the narrowest place wins (a country, then a region, then everywhere), then the rule that
    /// names the channel, then the one that names the capacity, then the earlier in the list.
    ///
    /// - Returns: its index, or `nil` where no rule speaks.
    public func speaking(country: Country, channel: ChannelID, capacity: Capacity, topicClass: TopicClass) -> Int? {
        var best: (index: Int, rank: Int)?
        for (index, rule) in enumerated() {
            guard rule.topicClass == topicClass, rule.channel == 0 || rule.channel == channel,
                rule.capacity == nil || rule.capacity == capacity
            else { continue }
            let place: Int
            switch rule.countries.count {
            case 0: place = 0
            case 1 where rule.countries[0] == country: place = 2
            case 2... where rule.countries.contains(country): place = 1
            default: continue
            }
            let rank = place * 4 + (rule.channel == 0 ? 0 : 2) + (rule.capacity == nil ? 0 : 1)
            if best.map({ rank > $0.rank }) ?? true { best = (index, rank) }
        }
        return best?.index
    }
}
