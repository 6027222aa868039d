extension DecisionInput {
    /// What `decision` rests on: parts that only guards after the deciding one read are left out, so that a drop takes few bytes.
    /// The function gives the same decision for it.
    func pruned(for decision: Decision) -> DecisionInput {
        guard case .drop(let reason) = decision.verdict else { return self }
        var out = self
        out.person.tokens = []
        if reason != .heldOut { out.proposal.holdOut = nil }
        if reason <= .restricted {
            out.person = PersonState(isErased: person.isErased, restrictedSince: person.restrictedSince)
            return out
        }
        // A channel is refused by the first guard that speaks, and no channel came further than this.
        let furthest = max(reason, decision.refusals.map(\.reason).max() ?? reason)
        if furthest < .silentDay {
            out.person.contacts = []
            out.person.zone = .utc
            out.person.preferences.quiet = nil
            out.person.preferences.atMostEvery = nil
        }
        if furthest < .householdDuplicate {
            out.person.household = nil
            out.person.exempt = []
        }
        if furthest < .complaintOpen { out.person.standings = [] }
        if furthest < .permissionNone {
            out.person.permissions = []
            out.person.withdrawals = []
            out.person.country = .unknown
            out.person.capacity = .person
        }
        if furthest < .objected { out.person.objections = [] }
        return out
    }
}
