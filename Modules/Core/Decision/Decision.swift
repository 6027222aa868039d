/// Everything that a decision depends on, and nothing else: the same input always gives the same decision.
public struct DecisionInput: Sendable, Hashable {
    public var proposal: Proposal
    public var person: PersonState
    public var policy: DecisionPolicy
    /// Wall time, read once for the step.
    public var wall: Timestamp

    public init(proposal: Proposal, person: PersonState, policy: DecisionPolicy, wall: Timestamp) {
        self.proposal = proposal
        self.person = person
        self.policy = policy
        self.wall = wall
    }
}

/// The answer to a proposal.
public struct Decision: Sendable, Hashable {
    public enum Verdict: Sendable, Hashable {
        /// At once, or at the proposal's `notBefore`.
        case send(ChannelID, at: Timestamp)
        /// Decide again then; by that moment, as far as is known now, `channel` will be free.
        case wait(until: Timestamp, Reason, ChannelID)
        case drop(Reason)
    }

    /// A channel that was passed over, and why.
    public struct Refusal: Sendable, Hashable {
        public var channel: ChannelID
        public var reason: Reason

        public init(channel: ChannelID, reason: Reason) {
            self.channel = channel
            self.reason = reason
        }
    }

    public var verdict: Verdict
    /// In the order in which channels were tried.
    public var refusals: [Refusal]
    /// The index in the policy of the permission rule that spoke for the verdict's channel; `nil` where none did.
    public var rule: Int?
    /// The ledger's row that the message rests on; 0 where none is needed.
    public var permission: Int64
    /// Tokens that show their neutral fallback, in the input's order.
    public var fallbacks: [Int64]

    public init(verdict: Verdict, refusals: [Refusal] = [], rule: Int? = nil, permission: Int64 = 0, fallbacks: [Int64] = []) {
        self.verdict = verdict
        self.refusals = refusals
        self.rule = rule
        self.permission = permission
        self.fallbacks = fallbacks
    }

    /// Why it was not sent at once; `nil` for a message that is.
    public var reason: Reason? {
        switch verdict {
        case .send: nil
        case .wait(_, let reason, _): reason
        case .drop(let reason): reason
        }
    }
}
