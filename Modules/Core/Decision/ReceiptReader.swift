/// Reads what `ReceiptWriter` wrote, part by part in the same order, and refuses anything else.
struct ReceiptReader {
    private let shape: ReceiptShape
    private let wall: Timestamp
    private var proposal: Proposal
    private var reader: CompactReader

    /// - Throws: `Problem` `receipt.invalid` for bytes that no receipt has.
    static func read(
        _ receipt: Receipt, under policy: DecisionPolicy
    ) throws -> (input: DecisionInput, decision: Decision) {
        var reader = try ReceiptReader(receipt)
        let flags = Receipt.Flags(rawValue: try reader.reader.unsigned())
        try reader.readOffers(atMost: receipt.values.count)
        let person = try reader.person(flags)
        let decision = try reader.decision()
        guard reader.reader.isAtEnd else { throw CompactReader.problem }
        return (DecisionInput(proposal: reader.proposal, person: person, policy: policy, wall: reader.wall), decision)
    }

    private init(_ receipt: Receipt) throws {
        shape = receipt.shape
        reader = CompactReader(receipt.values)
        wall = Timestamp(milliseconds: shape.expiresAt.milliseconds &- (try reader.signed()))
        proposal = Proposal(
            act: shape.act, origin: shape.origin, brand: shape.brand, topic: shape.topic, topicClass: shape.topicClass,
            offers: [], notBefore: shape.notBefore, expiresAt: shape.expiresAt)
    }

    /// The person, and what of the proposal stands between the person's parts.
    private mutating func person(_ flags: Receipt.Flags) throws -> PersonState {
        var person = PersonState(isErased: flags.contains(.erased), capacity: flags.contains(.company) ? .company : .person)
        if flags.contains(.restricted) { person.restrictedSince = try moment() }
        if flags.contains(.country) { person.country = Country(packed: UInt16(try reader.small(0...65_535))) }
        if flags.contains(.permissions) { person.permissions = try each { try $0.permission() } }
        if flags.contains(.optOuts) {
            person.withdrawals = try each { try $0.optOut() }
            person.objections = try each { try $0.optOut() }
        }
        if flags.contains(.standings) { person.standings = try each { try $0.standing() } }
        if flags.contains(.zone) { try readZone(into: &person.zone) }
        if flags.contains(.preferences) { try readPreferences(into: &person.preferences) }
        if flags.contains(.frequency) { person.preferences.atMostEvery = Span(milliseconds: try reader.signed()) }
        if flags.contains(.contacts) { person.contacts = try each { try $0.contact() } }
        if flags.contains(.household) { person.household = .init(person: try reader.integer(), at: try moment()) }
        if flags.contains(.tokens) { person.tokens = try each { try $0.token() } }
        if flags.contains(.holdOut) {
            proposal.holdOut = HoldOut(share: try reader.small(0...10_000), draw: try reader.small(0...10_000))
        }
        if flags.contains(.exempt) {
            person.exempt = try each { try ReceiptShape.known(Reason(rawValue: UInt8(try $0.reader.small(0...255)))) }
        }
        return person
    }

    private mutating func moment() throws -> Timestamp {
        Timestamp(milliseconds: wall.milliseconds &- (try reader.signed()))
    }

    private mutating func each<Item>(_ one: (inout ReceiptReader) throws -> Item) throws -> [Item] {
        let count = try reader.count()
        var items: [Item] = []
        items.reserveCapacity(count)
        for _ in 0..<count { items.append(try one(&self)) }
        return items
    }

    /// - Parameter most: suppressions of a channel; each takes bytes.
    private mutating func readOffers(atMost most: Int) throws {
        for channel in shape.channels {
            let head = try reader.unsigned()
            guard head >> 1 <= UInt64(most) else { throw CompactReader.problem }
            var offer = Proposal.Offer(channel: channel, hasAddress: head & 1 == 1, suppressions: [])
            for _ in 0..<Int(head >> 1) {
                let kind = try ReceiptShape.known(SuppressionKind(rawValue: try reader.small(0...2)))
                offer.suppressions.append(Suppression(id: try reader.integer(), kind: kind, at: try moment()))
            }
            proposal.offers.append(offer)
        }
    }

    private mutating func permission() throws -> PermissionEntry {
        let marks = try reader.small(0...127)
        let scope = try scope()
        return PermissionEntry(
            id: try reader.integer(), scope: scope, basis: try ReceiptShape.known(Basis(rawValue: marks >> 4)),
            status: try ReceiptShape.known(PermissionEntry.Status(rawValue: marks & 3)), isProven: marks & 4 != 0,
            isImported: marks & 8 != 0, at: try moment())
    }

    private mutating func optOut() throws -> OptOutEntry {
        let scope = try scope()
        return OptOutEntry(id: try reader.integer(), scope: scope, at: try moment())
    }

    private mutating func scope() throws -> PermissionScope {
        let marks = try reader.small(0...63)
        func part(_ mark: Int, _ own: Int64?) throws -> Int64 {
            switch mark {
            case 0: 0
            case 1: own ?? 0
            default: try reader.integer()
            }
        }
        return PermissionScope(
            brand: try part(marks & 3, proposal.brand), topic: try part(marks >> 2 & 3, proposal.topic),
            channel: try part(marks >> 4 & 3, proposal.offers.first?.channel))
    }

    private mutating func standing() throws -> PersonState.Standing {
        let fact = try reader.integer()
        let since = try moment()
        let until = try reader.small(0...1) == 1 ? try moment() : nil
        return .init(fact: fact, since: since, until: until, by: try reader.integer())
    }

    private mutating func readZone(into zone: inout ZoneWindow) throws {
        zone.zone = try reader.integer()
        zone.offset = Int(try reader.signed())
        zone.changes = try each { .init(at: try $0.moment(), offset: Int(try $0.reader.signed())) }
    }

    private mutating func readPreferences(into preferences: inout PersonState.Preferences) throws {
        preferences.channels = try each { try $0.reader.integer() }
        guard try reader.small(0...1) == 1 else { return }
        preferences.quiet = DailyHours(from: Int(try reader.signed()), until: Int(try reader.signed()))
    }

    private mutating func contact() throws -> PersonState.Contact {
        let act = try reader.integer()
        let packed = try reader.integer()
        return .init(
            act: act, channel: packed >> 2, topic: try reader.integer(),
            topicClass: try ReceiptShape.known(TopicClass(rawValue: Int(packed & 3))), at: try moment())
    }

    private mutating func token() throws -> PersonState.Token {
        let token = try reader.integer()
        let packed = try reader.signed()
        return .init(
            token: token, quality: try ReceiptShape.known(PersonState.Token.Quality(rawValue: Int(packed & 3))),
            confidence: Int(packed >> 2))
    }

    private mutating func decision() throws -> Decision {
        if shape.outcome == .drop {
            return Decision(verdict: .drop(try ReceiptShape.known(shape.reason)), refusals: shape.refusals, rule: shape.rule)
        }
        let moment = Timestamp(milliseconds: wall.milliseconds &+ (try reader.signed()))
        let permission = try reader.integer()
        let fallbacks = try each { try $0.reader.integer() }
        let verdict: Decision.Verdict =
            shape.outcome == .send
            ? .send(shape.channel, at: moment) : .wait(until: moment, try ReceiptShape.known(shape.reason), shape.channel)
        return Decision(
            verdict: verdict, refusals: shape.refusals, rule: shape.rule, permission: permission, fallbacks: fallbacks)
    }
}
