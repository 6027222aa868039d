/// What many receipts have in common: definition versions, what was proposed, which reasons were found. Stored once: an act
/// has about as many shapes as it has reasons.
public struct ReceiptShape: Sendable, Hashable {
    public enum Outcome: UInt64, Sendable, Hashable {
        case send = 0
        case wait = 1
        case drop = 2
    }

    /// The version of the decision function.
    public var function: Int64
    /// The version of the policy.
    public var policy: Int64
    public var brand: BrandID
    public var topic: TopicID
    public var topicClass: TopicClass
    public var act: Int64
    public var origin: Proposal.Origin
    public var notBefore: Timestamp?
    public var expiresAt: Timestamp
    /// The channels offered, in the proposer's order.
    public var channels: [ChannelID]
    public var outcome: Outcome
    public var reason: Reason?
    /// The channel of a send or wait; 0 for a drop.
    public var channel: ChannelID
    public var refusals: [Decision.Refusal]
    /// The index of the permission rule within the policy.
    public var rule: Int?

    public init(_ input: DecisionInput, _ decision: Decision) {
        function = Decider.version
        policy = input.policy.version
        brand = input.proposal.brand
        topic = input.proposal.topic
        topicClass = input.proposal.topicClass
        act = input.proposal.act
        origin = input.proposal.origin
        notBefore = input.proposal.notBefore
        expiresAt = input.proposal.expiresAt
        channels = input.proposal.offers.map(\.channel)
        switch decision.verdict {
        case .send(let channel, _): (outcome, self.channel) = (.send, channel)
        case .wait(_, _, let channel): (outcome, self.channel) = (.wait, channel)
        case .drop: (outcome, channel) = (.drop, 0)
        }
        reason = decision.reason
        refusals = decision.refusals
        rule = decision.rule
    }

    /// The same shape always gives the same bytes.
    public var bytes: [UInt8] {
        var out = CompactWriter(reserving: 24)
        out.write(function)
        out.write(policy)
        out.write(brand)
        out.write(topic)
        out.write(count: topicClass.rawValue)
        out.write(act)
        out.write(count: origin.rawValue)
        out.write(signed: expiresAt.milliseconds)
        out.write(count: notBefore == nil ? 0 : 1)
        if let notBefore { out.write(signed: notBefore.milliseconds) }
        out.write(count: channels.count)
        for channel in channels { out.write(channel) }
        out.write(outcome.rawValue)
        out.write(UInt64(reason?.rawValue ?? 0))
        out.write(channel)
        out.write(count: refusals.count)
        for refusal in refusals {
            out.write(refusal.channel)
            out.write(UInt64(refusal.reason.rawValue))
        }
        out.write(count: rule.map { $0 + 1 } ?? 0)
        return out.bytes
    }

    /// - Throws: `Problem` `receipt.invalid` for bytes that no shape gives.
    public init(bytes: [UInt8]) throws {
        var reader = CompactReader(bytes)
        function = try reader.integer()
        policy = try reader.integer()
        brand = try reader.integer()
        topic = try reader.integer()
        topicClass = try Self.known(TopicClass(rawValue: try reader.small(0...3)))
        act = try reader.integer()
        origin = try Self.known(Proposal.Origin(rawValue: try reader.small(0...255)))
        expiresAt = Timestamp(milliseconds: try reader.signed())
        notBefore = try reader.small(0...1) == 1 ? Timestamp(milliseconds: try reader.signed()) : nil
        channels = try (0..<reader.count()).map { _ in try reader.integer() }
        outcome = try Self.known(Outcome(rawValue: try reader.unsigned()))
        let code = try reader.small(0...255)
        reason = code == 0 ? nil : try Self.known(Reason(rawValue: UInt8(code)))
        channel = try reader.integer()
        refusals = try (0..<reader.count()).map { _ in
            let channel = try reader.integer()
            let reason = try Self.known(Reason(rawValue: UInt8(try reader.small(0...255))))
            return Decision.Refusal(channel: channel, reason: reason)
        }
        let rule = try reader.small(0...65_535)
        self.rule = rule == 0 ? nil : rule - 1
        guard reader.isAtEnd else { throw CompactReader.problem }
    }

    static func known<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw CompactReader.problem }
        return value
    }
}
