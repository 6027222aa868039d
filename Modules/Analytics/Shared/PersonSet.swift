import RapportCore

/// Some of a house's people, a bit for each number: of a million, all fit the processor's cache.
struct PersonSet {
    private var bits: [UInt64]
    /// No person's number is this or more.
    let bound: Int

    /// - Parameter isFull: whether all are in it to begin with.
    init(bound: Int, isFull: Bool = false) {
        self.bound = bound
        bits = [UInt64](repeating: isFull ? .max : 0, count: bound / 64 + 1)
    }

    func contains(_ person: PersonID) -> Bool {
        person > 0 && person < bound && bits[Int(person) >> 6] & Self.bit(person) != 0
    }

    /// - Returns: whether the person was not in it.
    @discardableResult
    mutating func insert(_ person: PersonID) -> Bool {
        let isNew = bits[Int(person) >> 6] & Self.bit(person) == 0
        bits[Int(person) >> 6] |= Self.bit(person)
        return isNew
    }

    mutating func remove(_ person: PersonID) { bits[Int(person) >> 6] &= ~Self.bit(person) }

    private static func bit(_ person: PersonID) -> UInt64 { 1 << UInt64(person & 63) }
}
