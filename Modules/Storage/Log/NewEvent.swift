public import RapportCore

/// An event as it comes to the door, before identity is resolved and before it has a place on the log.
public struct NewEvent: Sendable {
    /// Whom it concerns: resolved by the door. Empty, with no `person`, for events that concern nobody.
    public var identifiers: [Identifier]
    /// The person, where the caller already knows (what reactors append).
    public var person: PersonID?
    /// The profile it came for, where the caller already knows.
    public var profile: ProfileID?
    /// Dotted: `order.placed`.
    public var kind: String
    /// The source's name: `csv.crm`, `track.shop`, `rapport`.
    public var source: String
    public var occurredAt: Timestamp?
    public var properties: JSONValue
    /// Values that identify a person and therefore stay out of the event row.
    public var personal: JSONValue?
    /// 16 bytes; `nil` where the act behind the event is unique by itself.
    public var dedupeKey: [UInt8]?
    /// Set where the event says how a thing is, and may say it again after something else was said: a row of a table of people.
    /// The first half of the dedupe key then names the thing, the second what is said of it.
    public var restates: Restatement?
    /// When the dedupe key may be forgotten, in days; `nil` keeps it for ever.
    public var dedupeDays: Int?
    /// Said by an import: the past, which updates folds and wakes nobody.
    public var history: Bool
    /// The event that caused this one.
    public var cause: EventRef?
    public var depth: Int
    /// The number of the import that says it, so that it can be reverted exactly; 0 for live intake.
    public var batch: Int64

    public enum Restatement: Sendable, Hashable {
        /// Known if it is what was said last.
        case statement
        /// It comes from a file that has been read before: known if the import that spoke of the thing last said it at all, for a
        /// file may say one thing and then another.
        case repetition
    }

    public init(
        kind: String, source: String, identifiers: [Identifier] = [], person: PersonID? = nil, profile: ProfileID? = nil,
        occurredAt: Timestamp? = nil, properties: JSONValue = [:], personal: JSONValue? = nil, dedupeKey: [UInt8]? = nil,
        dedupeDays: Int? = nil, history: Bool = false, cause: EventRef? = nil, depth: Int = 0, batch: Int64 = 0
    ) {
        self.kind = kind
        self.source = source
        self.identifiers = identifiers
        self.person = person
        self.profile = profile
        self.occurredAt = occurredAt
        self.properties = properties
        self.personal = personal
        self.dedupeKey = dedupeKey
        self.dedupeDays = dedupeDays
        self.history = history
        self.cause = cause
        self.depth = depth
        self.batch = batch
    }
}
