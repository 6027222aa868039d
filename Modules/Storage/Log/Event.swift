public import RapportCore

/// An event as it stands on the log.
public struct Event: Sendable, Hashable {
    public var ref: EventRef
    /// 0 for events that concern nobody.
    public var person: PersonID
    public var profile: ProfileID
    public var kind: Int64
    public var source: Int64
    public var occurredAt: Timestamp
    public var receivedAt: Timestamp
    public var history: Bool
    public var depth: Int
    public var cause: EventRef?
    /// The declared properties of its kind, typed: integers, minor units, milliseconds, or numbers of symbols.
    public var slots: [Int64?]
    /// 0 or the number of the values that identify the person.
    public var personal: Int64
    /// JSON text.
    public var properties: String

    public init(
        ref: EventRef, person: PersonID, profile: ProfileID, kind: Int64, source: Int64, occurredAt: Timestamp,
        receivedAt: Timestamp, history: Bool, depth: Int, cause: EventRef?, slots: [Int64?], personal: Int64, properties: String
    ) {
        self.ref = ref
        self.person = person
        self.profile = profile
        self.kind = kind
        self.source = source
        self.occurredAt = occurredAt
        self.receivedAt = receivedAt
        self.history = history
        self.depth = depth
        self.cause = cause
        self.slots = slots
        self.personal = personal
        self.properties = properties
    }
}
