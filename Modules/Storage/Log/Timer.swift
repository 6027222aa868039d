public import RapportCore

/// A moment set on the log. One exists per (person, owner, key).
public struct Timer: Sendable, Hashable {
    public var dueAt: Timestamp
    /// 0 for timers of the house.
    public var person: PersonID
    /// The name of the reactor that it wakes.
    public var owner: String
    public var key: String
    public var payload: String

    public init(dueAt: Timestamp, person: PersonID, owner: String, key: String = "", payload: String = "") {
        self.dueAt = dueAt
        self.person = person
        self.owner = owner
        self.key = key
        self.payload = payload
    }
}
