import RapportCore

/// Renders a receipt in words. Every word comes from the locale's texts, every value from the receipt.
struct ReceiptWords {
    let texts: Texts
    let names: ReceiptNames
    let shape: ReceiptShape
    let input: DecisionInput
    let decision: Decision

    init(_ receipt: Receipt, policy: DecisionPolicy, texts: Texts, names: ReceiptNames) throws {
        self.texts = texts
        self.names = names
        shape = receipt.shape
        input = try receipt.input(under: policy)
        decision = try receipt.decision()
    }

    var person: PersonState { input.person }

    // MARK: - Times

    func day(_ moment: Timestamp) -> String { texts("why.day", parts(moment)) }
    func moment(_ moment: Timestamp) -> String { texts("why.moment", parts(moment)) }
    func time(_ moment: Timestamp) -> String { parts(moment)["time"] ?? "" }

    private func parts(_ moment: Timestamp) -> [String: String] { DayParts(moment, in: person.zone, texts).values }

    // MARK: - Why it was sent

    var ground: String {
        switch shape.topicClass {
        case .notice: return texts("why.ground.notice")
        case .security: return texts("why.ground.security")
        case .marketing, .service: break
        }
        guard let entry = person.permissions.first(where: { $0.id == decision.permission && decision.permission != 0 }) else {
            return texts("why.ground.needs_nothing")
        }
        let confirmed = entry.basis == .consent && entry.status == .confirmed
        return texts("why.ground.\(confirmed ? "consent_confirmed" : entry.basis.name)", ["at": day(entry.at)])
    }

    // MARK: - Why it was not

    /// The part after "because", with the values that the reason rests on.
    func clause(_ reason: Reason) -> String {
        var values = [
            "expires": moment(shape.expiresAt), "topic": names.topic(shape.topic), "channels": channels, "channel": channels,
            "country": person.country.description, "time": time(start),
        ]
        if let channel = verdictChannel { values["channel"] = names.symbol(channel) }
        values.merge(evidence(for: reason)) { $1 }
        return texts("why.reason.\(reason.code)", values)
    }

    var start: Timestamp { max(input.wall, shape.notBefore ?? input.wall) }
    private var channels: String { shape.channels.map(names.symbol).joined(separator: ", ") }
    private var verdictChannel: ChannelID? { shape.channel == 0 ? nil : shape.channel }

    private func evidence(for reason: Reason) -> [String: String] {
        switch reason {
        case .restricted: return ["since": person.restrictedSince.map(day) ?? "?"]
        case .bounced: return suppressed(.bounce)
        case .suppressed: return suppressed(.manual)
        case .complained: return suppressed(.complaint)
        case .objected: return ["since": person.objections.filter { covers($0.scope) }.map(\.at).min().map(day) ?? "?"]
        case .permissionWithdrawn:
            guard let withdrawal = person.withdrawals.filter({ covers($0.scope) }).max(by: { ($0.at, $0.id) < ($1.at, $1.id) })
            else { return [:] }
            let scope = withdrawal.scope.topic == 0 ? texts("why.scope.everything") : names.topic(withdrawal.scope.topic)
            return ["since": day(withdrawal.at), "scope": scope]
        case .permissionPending, .permissionLapsed, .permissionInsufficient:
            guard let entry = latestPermission else { return [:] }
            return ["at": day(entry.at), "basis": entry.basis.name]
        case .complaintOpen, .standing:
            guard let standing = standing else { return [:] }
            return [
                "since": day(standing.since), "source": names.source(standing.by), "fact": names.symbol(standing.fact),
            ]
        case .householdDuplicate: return ["since": person.household.map { day($0.at) } ?? "?"]
        case .capChannel: return cap(.channel)
        case .capTopic: return cap(.topic)
        case .capAll: return cap(.all)
        case .heldOut: return ["share": input.proposal.holdOut.map { HoldOut.text($0.share) } ?? "?"]
        case .capPerson: return ["window": person.preferences.atMostEvery?.text ?? "?"]
        default: return [:]
        }
    }

    private func suppressed(_ kind: SuppressionKind) -> [String: String] {
        let at = input.proposal.offers.flatMap(\.suppressions).first { $0.kind == kind }?.at
        return ["since": at.map(day) ?? "?"]
    }

    /// Whether a scope covers the message on one of the channels offered.
    func covers(_ scope: PermissionScope) -> Bool {
        shape.channels.contains { scope.covers(brand: shape.brand, topic: shape.topic, channel: $0) }
    }

    private var latestPermission: PermissionEntry? {
        person.permissions.filter { covers($0.scope) && $0.scope.brand == shape.brand }.max { ($0.at, $0.id) < ($1.at, $1.id) }
    }

    private var standing: PersonState.Standing? {
        for standingGuard in input.policy.standings where standingGuard.classes.has(shape.topicClass) {
            let found = person.standings.first { standing in
                standing.fact == standingGuard.fact && standing.since <= start && (standing.until.map { start < $0 } ?? true)
            }
            if let found { return found }
        }
        return nil
    }

    private func cap(_ scope: DecisionPolicy.Cap.Scope) -> [String: String] {
        let own = scope == .channel ? verdictChannel ?? shape.channels.first : scope == .topic ? shape.topic : 0
        let contacts = person.contacts.filter { contact in
            guard contact.topicClass == .marketing, contact.act == 0 || contact.act != shape.act else { return false }
            return scope == .all || (scope == .channel ? contact.channel : contact.topic) == own
        }
        for cap in input.policy.caps where cap.scope == scope && (scope == .all || cap.id == 0 || cap.id == own) {
            let count = contacts.filter { $0.at > start - cap.window }.count
            if count >= cap.limit { return ["count": String(count), "window": cap.window.text] }
        }
        return ["count": String(contacts.count), "window": input.policy.contactHorizon.text]
    }
}
