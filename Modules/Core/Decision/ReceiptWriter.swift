/// Writes what a decision rested on, and its outcome. Each part has its counterpart in `ReceiptReader`, in the same order.
///
/// Moments are written as distances from wall time, which makes them short.
struct ReceiptWriter {
    private let proposal: Proposal
    private let person: PersonState
    private let wall: Timestamp
    private var out = CompactWriter(reserving: 96)

    static func bytes(_ input: DecisionInput, _ decision: Decision) -> [UInt8] {
        var writer = ReceiptWriter(proposal: input.proposal, person: input.person, wall: input.wall)
        writer.write(decision)
        return writer.out.bytes
    }

    private init(proposal: Proposal, person: PersonState, wall: Timestamp) {
        self.proposal = proposal
        self.person = person
        self.wall = wall
    }

    private mutating func write(_ decision: Decision) {
        let flags = Receipt.Flags(person, proposal)
        out.write(signed: proposal.expiresAt.milliseconds &- wall.milliseconds)
        out.write(flags.rawValue)
        writeOffers()
        if let since = person.restrictedSince { write(since) }
        if flags.contains(.country) { out.write(UInt64(person.country.packed)) }
        if flags.contains(.permissions) { write(each: person.permissions) { $0.write($1) } }
        if flags.contains(.optOuts) {
            write(each: person.withdrawals) { $0.write($1) }
            write(each: person.objections) { $0.write($1) }
        }
        if flags.contains(.standings) { write(each: person.standings) { $0.write($1) } }
        if flags.contains(.zone) { write(person.zone) }
        if flags.contains(.preferences) { write(person.preferences) }
        if let span = person.preferences.atMostEvery { out.write(signed: span.milliseconds) }
        if flags.contains(.contacts) { write(each: person.contacts) { $0.write($1) } }
        if let household = person.household {
            out.write(household.person)
            write(household.at)
        }
        if flags.contains(.tokens) { write(each: person.tokens) { $0.write($1) } }
        if let holdOut = proposal.holdOut {
            out.write(count: holdOut.share)
            out.write(count: holdOut.draw)
        }
        if flags.contains(.exempt) { write(each: person.exempt) { $0.out.write(count: Int($1.rawValue)) } }
        writeOutcome(decision)
    }

    private mutating func write(_ moment: Timestamp) { out.write(signed: wall.milliseconds &- moment.milliseconds) }

    private mutating func write<Item>(each items: [Item], _ one: (inout ReceiptWriter, Item) -> Void) {
        out.write(count: items.count)
        for item in items { one(&self, item) }
    }

    private mutating func writeOffers() {
        for offer in proposal.offers {
            out.write(count: offer.suppressions.count << 1 | (offer.hasAddress ? 1 : 0))
            for suppression in offer.suppressions {
                out.write(count: suppression.kind.rawValue)
                out.write(suppression.id)
                write(suppression.at)
            }
        }
    }

    private mutating func write(_ entry: PermissionEntry) {
        let marks = entry.status.rawValue | (entry.isProven ? 4 : 0) | (entry.isImported ? 8 : 0)
        out.write(count: marks | entry.basis.rawValue << 4)
        write(entry.scope)
        out.write(entry.id)
        write(entry.at)
    }

    private mutating func write(_ entry: OptOutEntry) {
        write(entry.scope)
        out.write(entry.id)
        write(entry.at)
    }

    /// Most scopes name the proposal's own brand, topic or channel, or all: two bits each, and numbers only for others.
    private mutating func write(_ scope: PermissionScope) {
        func mark(_ id: Int64, _ own: Int64?) -> Int { id == 0 ? 0 : id == own ? 1 : 2 }
        let marks = [
            mark(scope.brand, proposal.brand), mark(scope.topic, proposal.topic),
            mark(scope.channel, proposal.offers.first?.channel),
        ]
        out.write(count: marks[0] | marks[1] << 2 | marks[2] << 4)
        for (mark, id) in zip(marks, [scope.brand, scope.topic, scope.channel]) where mark == 2 { out.write(id) }
    }

    private mutating func write(_ standing: PersonState.Standing) {
        out.write(standing.fact)
        write(standing.since)
        out.write(count: standing.until == nil ? 0 : 1)
        if let until = standing.until { write(until) }
        out.write(standing.by)
    }

    private mutating func write(_ zone: ZoneWindow) {
        out.write(zone.zone)
        out.write(signed: Int64(zone.offset))
        write(each: zone.changes) { writer, change in
            writer.write(change.at)
            writer.out.write(signed: Int64(change.offset))
        }
    }

    private mutating func write(_ preferences: PersonState.Preferences) {
        write(each: preferences.channels) { $0.out.write($1) }
        out.write(count: preferences.quiet == nil ? 0 : 1)
        guard let quiet = preferences.quiet else { return }
        out.write(signed: Int64(quiet.from))
        out.write(signed: Int64(quiet.until))
    }

    private mutating func write(_ contact: PersonState.Contact) {
        out.write(contact.act)
        out.write(contact.channel << 2 | Int64(contact.topicClass.rawValue))
        out.write(contact.topic)
        write(contact.at)
    }

    private mutating func write(_ token: PersonState.Token) {
        out.write(token.token)
        out.write(signed: Int64(token.confidence) << 2 | Int64(token.quality.rawValue))
    }

    /// What the shape leaves open of the outcome: its moment, the permission and the fallbacks.
    private mutating func writeOutcome(_ decision: Decision) {
        switch decision.verdict {
        case .send(_, let moment), .wait(let moment, _, _):
            out.write(signed: moment.milliseconds &- wall.milliseconds)
            out.write(decision.permission)
            write(each: decision.fallbacks) { $0.out.write($1) }
        case .drop: break
        }
    }
}
