public import RapportCore

/// What the door asks: whose are these identifiers?
public struct IdentityRequest: Sendable {
    /// Normalised, in any order.
    public var identifiers: [Identifier]
    /// The number of the source that says them.
    public var source: Int64
    /// When they were said to belong together: the event's `occurred_at`.
    public var at: Timestamp
    /// The import that says them, so that it can be reverted exactly; 0 for live intake.
    public var batch: Int64

    public init(identifiers: [Identifier], source: Int64, at: Timestamp, batch: Int64 = 0) {
        self.identifiers = identifiers
        self.source = source
        self.at = at
        self.batch = batch
    }
}

/// The answer: whose they are.
public struct Resolution: Sendable, Hashable {
    public var person: PersonID
    /// What the source knows as that person.
    public var profile: ProfileID
    /// The partition of the person's events.
    public var partition: Int
    /// Whether the person is new.
    public var created: Bool
    /// Whether an anonymous person turned out to be this one: `Merger.mergeDue` is to be called after the commit.
    public var mergeDue: Bool
}
