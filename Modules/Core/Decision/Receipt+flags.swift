extension Receipt {
    /// Which parts follow. Moments are kept as distances from wall time, and that as a distance from the proposal's end.
    struct Flags: OptionSet {
        let rawValue: UInt64
        static let erased = Flags(rawValue: 1)
        static let restricted = Flags(rawValue: 2)
        static let company = Flags(rawValue: 4)
        static let country = Flags(rawValue: 8)
        static let permissions = Flags(rawValue: 16)
        static let optOuts = Flags(rawValue: 32)
        static let standings = Flags(rawValue: 64)
        static let zone = Flags(rawValue: 128)
        static let preferences = Flags(rawValue: 256)
        static let contacts = Flags(rawValue: 512)
        static let household = Flags(rawValue: 1_024)
        static let tokens = Flags(rawValue: 2_048)
        static let frequency = Flags(rawValue: 4_096)
        static let holdOut = Flags(rawValue: 8_192)
        static let exempt = Flags(rawValue: 16_384)

        init(rawValue: UInt64) { self.rawValue = rawValue }

        init(_ person: PersonState, _ proposal: Proposal) {
            self = []
            if person.isErased { insert(.erased) }
            if person.restrictedSince != nil { insert(.restricted) }
            if person.capacity == .company { insert(.company) }
            if person.country != .unknown { insert(.country) }
            if !person.permissions.isEmpty { insert(.permissions) }
            if !person.withdrawals.isEmpty || !person.objections.isEmpty { insert(.optOuts) }
            if !person.standings.isEmpty { insert(.standings) }
            if person.zone != .utc { insert(.zone) }
            if person.preferences != PersonState.Preferences() { insert(.preferences) }
            if person.preferences.atMostEvery != nil { insert(.frequency) }
            if !person.contacts.isEmpty { insert(.contacts) }
            if person.household != nil { insert(.household) }
            if !person.tokens.isEmpty { insert(.tokens) }
            if proposal.holdOut != nil { insert(.holdOut) }
            if !person.exempt.isEmpty { insert(.exempt) }
        }
    }
}
