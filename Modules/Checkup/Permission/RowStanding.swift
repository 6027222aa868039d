import RapportCore

/// What the columns of one row say of whether its person may be written to.
struct RowStanding: Sendable, Hashable, OptionSet {
    let rawValue: UInt16
    static let unsubscribed = Self(rawValue: 1)
    static let bounced = Self(rawValue: 2)
    static let complained = Self(rawValue: 4)
    static let blocked = Self(rawValue: 8)
    /// Says that the person agreed.
    static let agreed = Self(rawValue: 16)
    static let pending = Self(rawValue: 32)
    /// Says that the person never agreed.
    static let never = Self(rawValue: 64)
    /// Agreed without what proves it.
    static let unproven = Self(rawValue: 128)
    /// Two columns of the row say the opposite.
    static let contradictory = Self(rawValue: 256)

    static let stops: Self = [.unsubscribed, .bounced, .complained, .blocked]
    var isStopped: Bool { !isDisjoint(with: .stops) }

    var findings: [Finding] {
        var found: [Finding] = []
        if contains(.unsubscribed) { found.append(.unsubscribed) }
        if contains(.bounced) { found.append(.bounced) }
        if contains(.complained) { found.append(.complained) }
        if contains(.blocked) { found.append(.doNotContact) }
        if contains(.contradictory) { found.append(.contradictory) }
        guard !isStopped else { return found }
        if contains(.pending) { found.append(.pending) }
        if contains(.never) { found.append(.neverAgreed) }
        if contains(.unproven) { found.append(.unproven) }
        return found
    }
}
