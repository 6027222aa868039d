public import RapportCore

/// A message by number: at most one exists for a person and an act.
public struct MessageKey: Sendable, Hashable, Comparable {
    /// The person that the message was made for; a merge does not change it.
    public var person: PersonID
    /// The campaign run, journey step or reply that it belongs to.
    public var act: Int64

    public init(person: PersonID, act: Int64) {
        self.person = person
        self.act = act
    }

    public static func < (left: MessageKey, right: MessageKey) -> Bool { (left.person, left.act) < (right.person, right.act) }
}
