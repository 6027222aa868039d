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

    static func values(of input: DecisionInput, _ decision: Decision) -> [UInt8] {
        let (proposal, person, wall) = (input.proposal, input.person, input.wall)
        let flags = Flags(person, proposal)
        var out = CompactWriter(reserving: 96)
        func distance(_ moment: Timestamp) -> Int64 { wall.milliseconds &- moment.milliseconds }

        out.write(signed: proposal.expiresAt.milliseconds &- wall.milliseconds)
        out.write(flags.rawValue)
        for offer in proposal.offers {
            out.write(count: offer.suppressions.count << 1 | (offer.hasAddress ? 1 : 0))
            for suppression in offer.suppressions {
                out.write(count: suppression.kind.rawValue)
                out.write(suppression.id)
                out.write(signed: distance(suppression.at))
            }
        }
        if let since = person.restrictedSince { out.write(signed: distance(since)) }
        if flags.contains(.country) { out.write(UInt64(person.country.packed)) }
        if flags.contains(.permissions) {
            out.write(count: person.permissions.count)
            for entry in person.permissions {
                let marks = entry.status.rawValue | (entry.isProven ? 4 : 0) | (entry.isImported ? 8 : 0)
                out.write(count: marks | entry.basis.rawValue << 4)
                write(entry.scope, of: proposal, to: &out)
                out.write(entry.id)
                out.write(signed: distance(entry.at))
            }
        }
        if flags.contains(.optOuts) {
            for list in [person.withdrawals, person.objections] {
                out.write(count: list.count)
                for entry in list {
                    write(entry.scope, of: proposal, to: &out)
                    out.write(entry.id)
                    out.write(signed: distance(entry.at))
                }
            }
        }
        if flags.contains(.standings) {
            out.write(count: person.standings.count)
            for standing in person.standings {
                out.write(standing.fact)
                out.write(signed: distance(standing.since))
                out.write(count: standing.until == nil ? 0 : 1)
                if let until = standing.until { out.write(signed: distance(until)) }
                out.write(standing.by)
            }
        }
        if flags.contains(.zone) {
            out.write(person.zone.zone)
            out.write(signed: Int64(person.zone.offset))
            out.write(count: person.zone.changes.count)
            for change in person.zone.changes {
                out.write(signed: distance(change.at))
                out.write(signed: Int64(change.offset))
            }
        }
        if flags.contains(.preferences) {
            out.write(count: person.preferences.channels.count)
            for channel in person.preferences.channels { out.write(channel) }
            out.write(count: person.preferences.quiet == nil ? 0 : 1)
            if let quiet = person.preferences.quiet {
                out.write(signed: Int64(quiet.from))
                out.write(signed: Int64(quiet.until))
            }
        }
        if let span = person.preferences.atMostEvery { out.write(signed: span.milliseconds) }
        if flags.contains(.contacts) {
            out.write(count: person.contacts.count)
            for contact in person.contacts {
                out.write(contact.act)
                out.write(contact.channel << 2 | Int64(contact.topicClass.rawValue))
                out.write(contact.topic)
                out.write(signed: distance(contact.at))
            }
        }
        if let household = person.household {
            out.write(household.person)
            out.write(signed: distance(household.at))
        }
        if flags.contains(.tokens) {
            out.write(count: person.tokens.count)
            for token in person.tokens {
                out.write(token.token)
                out.write(signed: Int64(token.confidence) << 2 | Int64(token.quality.rawValue))
            }
        }
        if let holdOut = proposal.holdOut {
            out.write(count: holdOut.share)
            out.write(count: holdOut.draw)
        }
        if flags.contains(.exempt) {
            out.write(count: person.exempt.count)
            for reason in person.exempt { out.write(count: Int(reason.rawValue)) }
        }
        write(decision, wall: wall, to: &out)
        return out.bytes
    }

    /// Most scopes name the proposal's own brand, topic or channel, or all: two bits each, and numbers only for others.
    private static func write(_ scope: PermissionScope, of proposal: Proposal, to out: inout CompactWriter) {
        func mark(_ id: Int64, _ own: Int64?) -> Int { id == 0 ? 0 : id == own ? 1 : 2 }
        let marks = [
            mark(scope.brand, proposal.brand), mark(scope.topic, proposal.topic),
            mark(scope.channel, proposal.offers.first?.channel),
        ]
        out.write(count: marks[0] | marks[1] << 2 | marks[2] << 4)
        for (mark, id) in zip(marks, [scope.brand, scope.topic, scope.channel]) where mark == 2 { out.write(id) }
    }

    /// What the shape leaves open of the outcome: its moment, the permission and the fallbacks.
    private static func write(_ decision: Decision, wall: Timestamp, to out: inout CompactWriter) {
        switch decision.verdict {
        case .send(_, let moment), .wait(let moment, _, _):
            out.write(signed: moment.milliseconds &- wall.milliseconds)
            out.write(decision.permission)
            out.write(count: decision.fallbacks.count)
            for token in decision.fallbacks { out.write(token) }
        case .drop: break
        }
    }
}
