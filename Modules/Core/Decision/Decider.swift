/// The decision function of docs/decisions/0010-decision-policy.md: pure, deterministic, total.
public struct Decider {
    /// Written in every receipt; a change of meaning gets a new number.
    public static let version: Int64 = 3

    let proposal: Proposal
    let person: PersonState
    let policy: DecisionPolicy
    /// The moment that guards look at: now, or the proposal's `notBefore` if that is later.
    let start: Timestamp
    /// A message that cannot go before this moment does not go.
    let limit: Timestamp

    public static func decide(_ input: DecisionInput) -> Decision { Decider(input).decide() }

    init(_ input: DecisionInput) {
        proposal = input.proposal
        person = input.person
        policy = input.policy
        start = max(input.wall, input.proposal.notBefore ?? input.wall)
        limit = min(input.proposal.expiresAt, start + max(input.policy.maximumDeferral, Span(milliseconds: 1)))
    }

    func decide() -> Decision {
        if person.isErased { return drop(.erased) }
        if start >= proposal.expiresAt { return drop(.expired) }
        if person.restrictedSince != nil, isMarketing || proposal.topicClass == .service { return drop(.restricted) }

        var refusals: [Decision.Refusal] = []
        var open: [(channel: ChannelID, ground: Ground)] = []
        for offer in orderedOffers {
            switch ground(for: offer) {
            case .success(let ground): open.append((offer.channel, ground))
            case .failure(let refused): refusals.append(.init(channel: offer.channel, reason: refused.reason))
            }
        }
        guard !open.isEmpty else { return drop(Self.furthest(refusals) ?? .noAddress, refusals) }
        if let reason = standingReason { return drop(reason, refusals) }
        if isMarketing, policy.onePerHousehold, person.household != nil, !isExempt(from: .householdDuplicate) {
            return drop(.householdDuplicate, refusals)
        }

        for (channel, ground) in open {
            switch moment(on: channel) {
            // Last of all, so that who is kept back differs from who is written to by chance alone.
            case .free where isHeldOut, .later where isHeldOut: return drop(.heldOut, refusals)
            case .free: return decision(.send(channel, at: start), refusals, ground)
            case .later(let moment, let reason): return decision(.wait(until: moment, reason, channel), refusals, ground)
            case .never(let reason): refusals.append(.init(channel: channel, reason: reason))
            }
        }
        return drop(Self.furthest(refusals) ?? .noAddress, refusals)
    }

    var isMarketing: Bool { proposal.topicClass == .marketing }
    private var isHeldOut: Bool { isMarketing && proposal.holdOut?.isHeldOut ?? false }
    func isExempt(from reason: Reason) -> Bool { person.exempt.contains(reason) }

    /// The person's stated order first, then the proposer's. A channel offered twice counts once, where it stands first.
    private var orderedOffers: [Proposal.Offer] {
        guard proposal.offers.count > 1 else { return proposal.offers }
        var out: [Proposal.Offer] = []
        for channel in person.preferences.channels + proposal.offers.map(\.channel) {
            guard !out.contains(where: { $0.channel == channel }) else { continue }
            if let offer = proposal.offers.first(where: { $0.channel == channel }) { out.append(offer) }
        }
        return out
    }

    /// The reason of the channel that came furthest along the guards.
    private static func furthest(_ refusals: [Decision.Refusal]) -> Reason? { refusals.map(\.reason).max() }

    private var standingReason: Reason? {
        for standingGuard in policy.standings
        where standingGuard.classes.has(proposal.topicClass) && proposal.topicClass != .notice {
            let holds = person.standings.contains {
                $0.fact == standingGuard.fact && $0.since <= start && ($0.until.map { start < $0 } ?? true)
            }
            if holds { return standingGuard.reason }
        }
        return nil
    }

    private var fallbacks: [Int64] {
        person.tokens.filter { $0.quality != .good || $0.confidence < policy.tokenConfidence }.map(\.token)
    }

    private func drop(_ reason: Reason, _ refusals: [Decision.Refusal] = []) -> Decision {
        Decision(verdict: .drop(reason), refusals: refusals)
    }

    private func decision(_ verdict: Decision.Verdict, _ refusals: [Decision.Refusal], _ ground: Ground) -> Decision {
        Decision(
            verdict: verdict, refusals: refusals, rule: ground.rule, permission: ground.permission, fallbacks: fallbacks)
    }
}
