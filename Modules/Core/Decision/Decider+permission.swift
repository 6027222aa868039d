extension Decider {
    /// What a message on a channel rests on.
    struct Ground {
        var rule: Int?
        var permission: Int64
    }

    struct Refused: Error {
        var reason: Reason
    }

    /// The guards that look at a channel's address and the right to use it, in order.
    func ground(for offer: Proposal.Offer) -> Result<Ground, Refused> {
        func refuse(_ reason: Reason) -> Result<Ground, Refused> { .failure(Refused(reason: reason)) }
        func isSuppressed(_ kind: SuppressionKind) -> Bool { offer.suppressions.contains { $0.kind == kind } }

        guard offer.hasAddress else { return refuse(.noAddress) }
        if proposal.topicClass == .notice { return .success(Ground(rule: nil, permission: 0)) }
        if isSuppressed(.bounce) { return refuse(.bounced) }
        if isSuppressed(.manual) { return refuse(.suppressed) }
        if proposal.topicClass == .security { return .success(Ground(rule: nil, permission: 0)) }
        if isMarketing {
            if isSuppressed(.complaint) { return refuse(.complained) }
            if person.objections.contains(where: { covers($0.scope, offer.channel) }) { return refuse(.objected) }
        }
        return permission(on: offer.channel)
    }

    private func covers(_ scope: PermissionScope, _ channel: ChannelID) -> Bool {
        scope.covers(brand: proposal.brand, topic: proposal.topic, channel: channel)
    }

    private func permission(on channel: ChannelID) -> Result<Ground, Refused> {
        // A service message ends only where the person named its topic: "everything" means marketing.
        let withdrawals = person.withdrawals.filter { covers($0.scope, channel) && (isMarketing || $0.scope.topic != 0) }
        let index = policy.rules.speaking(
            country: person.country, channel: channel, capacity: person.capacity, topicClass: proposal.topicClass)
        let rule = index.map { policy.rules[$0] } ?? .fallback(for: proposal.topicClass)
        if rule.needsNothing {
            guard withdrawals.isEmpty else { return .failure(Refused(reason: .permissionWithdrawn)) }
            return .success(Ground(rule: index, permission: 0))
        }
        var counting: PermissionEntry?
        var failing: (entry: PermissionEntry, reason: Reason)?
        for entry in person.permissions where covers(entry.scope, channel) && entry.scope.brand == proposal.brand {
            if let reason = Self.flaw(of: entry, under: rule, withdrawals: withdrawals, at: start) {
                if failing.map({ Self.isLater(entry, than: $0.entry) }) ?? true { failing = (entry, reason) }
            } else if counting.map({ Self.isLater(entry, than: $0) }) ?? true {
                counting = entry
            }
        }
        if let counting { return .success(Ground(rule: index, permission: counting.id)) }
        if let failing { return .failure(Refused(reason: failing.reason)) }
        return .failure(Refused(reason: withdrawals.isEmpty ? .permissionNone : .permissionWithdrawn))
    }

    private static func isLater(_ one: PermissionEntry, than other: PermissionEntry) -> Bool {
        (one.at, one.id) > (other.at, other.id)
    }

    /// The first thing wrong with a permission, or `nil` if it counts.
    private static func flaw(
        of entry: PermissionEntry, under rule: PermissionRule, withdrawals: [OptOutEntry], at moment: Timestamp
    ) -> Reason? {
        // No import lifts a withdrawal, whatever date it claims.
        if withdrawals.contains(where: { entry.isImported || $0.at >= entry.at }) { return .permissionWithdrawn }
        guard entry.isProven else { return .permissionUnproven }
        guard let sufficient = rule.sufficient.first(where: { $0.basis == entry.basis }) else { return .permissionInsufficient }
        if entry.status == .pending { return .permissionPending }
        if sufficient.needsConfirmation, entry.status != .confirmed { return .permissionPending }
        if let lasts = sufficient.lasts, entry.at + lasts <= moment { return .permissionLapsed }
        return nil
    }
}
