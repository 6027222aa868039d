public import RapportCore

/// What events of other people say of somebody who is to be erased, by an address or number that is theirs alone.
public struct Mentions: Sendable, Hashable {
    /// Events out of whose words it was taken.
    public internal(set) var cleaned = 0
    /// Events and values that say one and were left, because what others are is worked out of them: fields, orders, accounts, permissions.
    public internal(set) var left = 0
    /// Where the first of those stand on the log.
    public internal(set) var places: [EventRef] = []

    private static let told = 20

    mutating func note(_ place: EventRef) {
        left += 1
        if places.count < Self.told { places.append(place) }
    }
}
