extension Receipt {
    /// The recorded input, with the policy of the version that the shape names.
    ///
    /// - Throws: `Problem` `receipt.invalid` for bytes that no receipt has.
    public func input(under policy: DecisionPolicy) throws -> DecisionInput { try read(under: policy).input }

    /// The recorded decision, as it was made then.
    public func decision() throws -> Decision { try read(under: DecisionPolicy()).decision }

    private func read(under policy: DecisionPolicy) throws -> (input: DecisionInput, decision: Decision) {
        var reader = CompactReader(values)
        let wall = Timestamp(milliseconds: shape.expiresAt.milliseconds &- (try reader.signed()))
        func moment() throws -> Timestamp { Timestamp(milliseconds: wall.milliseconds &- (try reader.signed())) }

        let flags = Flags(rawValue: try reader.unsigned())
        var proposal = Proposal(
            act: shape.act, origin: shape.origin, brand: shape.brand, topic: shape.topic, topicClass: shape.topicClass,
            offers: [], notBefore: shape.notBefore, expiresAt: shape.expiresAt)
        for channel in shape.channels {
            let head = try reader.unsigned()
            guard head >> 1 <= UInt64(values.count) else { throw CompactReader.problem }
            let suppressions = try (0..<Int(head >> 1)).map { _ in
                let kind = try ReceiptShape.known(SuppressionKind(rawValue: try reader.small(0...2)))
                return Suppression(id: try reader.integer(), kind: kind, at: try moment())
            }
            proposal.offers.append(.init(channel: channel, hasAddress: head & 1 == 1, suppressions: suppressions))
        }

        var person = PersonState(isErased: flags.contains(.erased), capacity: flags.contains(.company) ? .company : .person)
        if flags.contains(.restricted) { person.restrictedSince = try moment() }
        if flags.contains(.country) { person.country = Country(packed: UInt16(try reader.small(0...65_535))) }
        if flags.contains(.permissions) {
            person.permissions = try (0..<reader.count()).map { _ in
                let marks = try reader.small(0...127)
                let scope = try Self.scope(of: proposal, from: &reader)
                return PermissionEntry(
                    id: try reader.integer(), scope: scope, basis: try ReceiptShape.known(Basis(rawValue: marks >> 4)),
                    status: try ReceiptShape.known(PermissionEntry.Status(rawValue: marks & 3)), isProven: marks & 4 != 0,
                    isImported: marks & 8 != 0, at: try moment())
            }
        }
        if flags.contains(.optOuts) {
            func optOuts() throws -> [OptOutEntry] {
                try (0..<reader.count()).map { _ in
                    let scope = try Self.scope(of: proposal, from: &reader)
                    return OptOutEntry(id: try reader.integer(), scope: scope, at: try moment())
                }
            }
            person.withdrawals = try optOuts()
            person.objections = try optOuts()
        }
        if flags.contains(.standings) {
            person.standings = try (0..<reader.count()).map { _ in
                let fact = try reader.integer()
                let since = try moment()
                let until = try reader.small(0...1) == 1 ? try moment() : nil
                return .init(fact: fact, since: since, until: until, by: try reader.integer())
            }
        }
        if flags.contains(.zone) {
            person.zone.zone = try reader.integer()
            person.zone.offset = Int(try reader.signed())
            person.zone.changes = try (0..<reader.count()).map { _ in .init(at: try moment(), offset: Int(try reader.signed())) }
        }
        if flags.contains(.preferences) {
            person.preferences.channels = try (0..<reader.count()).map { _ in try reader.integer() }
            if try reader.small(0...1) == 1 {
                person.preferences.quiet = DailyHours(from: Int(try reader.signed()), until: Int(try reader.signed()))
            }
        }
        if flags.contains(.frequency) { person.preferences.atMostEvery = Span(milliseconds: try reader.signed()) }
        if flags.contains(.contacts) {
            person.contacts = try (0..<reader.count()).map { _ in
                let act = try reader.integer()
                let packed = try reader.integer()
                return .init(
                    act: act, channel: packed >> 2, topic: try reader.integer(),
                    topicClass: try ReceiptShape.known(TopicClass(rawValue: Int(packed & 3))), at: try moment())
            }
        }
        if flags.contains(.household) { person.household = .init(person: try reader.integer(), at: try moment()) }
        if flags.contains(.tokens) {
            person.tokens = try (0..<reader.count()).map { _ in
                let token = try reader.integer()
                let packed = try reader.signed()
                return .init(
                    token: token, quality: try ReceiptShape.known(PersonState.Token.Quality(rawValue: Int(packed & 3))),
                    confidence: Int(packed >> 2))
            }
        }
        if flags.contains(.holdOut) {
            proposal.holdOut = HoldOut(share: try reader.small(0...10_000), draw: try reader.small(0...10_000))
        }
        if flags.contains(.exempt) {
            person.exempt = try (0..<reader.count()).map { _ in
                try ReceiptShape.known(Reason(rawValue: UInt8(try reader.small(0...255))))
            }
        }
        let decision = try decision(from: &reader, wall: wall)
        guard reader.isAtEnd else { throw CompactReader.problem }
        return (DecisionInput(proposal: proposal, person: person, policy: policy, wall: wall), decision)
    }

    private static func scope(of proposal: Proposal, from reader: inout CompactReader) throws -> PermissionScope {
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

    private func decision(from reader: inout CompactReader, wall: Timestamp) throws -> Decision {
        if shape.outcome == .drop {
            return Decision(verdict: .drop(try ReceiptShape.known(shape.reason)), refusals: shape.refusals, rule: shape.rule)
        }
        let moment = Timestamp(milliseconds: wall.milliseconds &+ (try reader.signed()))
        let permission = try reader.integer()
        let fallbacks = try (0..<reader.count()).map { _ in try reader.integer() }
        let verdict: Decision.Verdict =
            shape.outcome == .send
            ? .send(shape.channel, at: moment) : .wait(until: moment, try ReceiptShape.known(shape.reason), shape.channel)
        return Decision(
            verdict: verdict, refusals: shape.refusals, rule: shape.rule, permission: permission, fallbacks: fallbacks)
    }
}
