public import RapportCore

/// Two people, the one with the lower number first.
public struct MatchPair: Sendable, Hashable, Comparable {
    public var low: PersonID
    public var high: PersonID

    public init(_ one: PersonID, _ other: PersonID) {
        low = min(one, other)
        high = max(one, other)
    }

    public static func < (left: MatchPair, right: MatchPair) -> Bool { (left.low, left.high) < (right.low, right.high) }
}
