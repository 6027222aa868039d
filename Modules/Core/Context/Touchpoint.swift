/// When a touchpoint comes, seen from the purchase.
public enum TouchpointPhase: String, Sendable, Hashable, CaseIterable {
    case before
    case at
    case after
}

/// Which side began it.
public enum TouchpointInitiator: String, Sendable, Hashable, CaseIterable {
    case us
    case them
}

/// What a kind of event is as a touchpoint: its phase, or that the purchases around it tell, and who begins it.
public struct TouchpointRule: Sendable, Hashable {
    public enum Phase: Sendable, Hashable {
        case always(TouchpointPhase)
        /// Told by the purchases around it.
        case byPurchases
        /// No touchpoint: something that the house notes for itself.
        case none
    }

    public var phase: Phase
    public var initiator: TouchpointInitiator?

    public init(_ phase: Phase, _ initiator: TouchpointInitiator?) {
        self.phase = phase
        self.initiator = initiator
    }

    /// So long after a purchase what happens is still about it, unless the next one has come.
    public static let afterPurchase = Span.days(30)
    /// What happens so shortly around a purchase belongs to it.
    public static let atPurchase = Span.minutes(60)

    /// The kind of event that a purchase is.
    public static let purchase = "order.placed"

    /// The rule of a kind that nobody declared otherwise.
    public static func builtIn(_ kind: String) -> TouchpointRule {
        if let rule = builtIn[kind] { return rule }
        let family = kind.prefix { $0 != "." }
        if inner.contains(String(family)) { return TouchpointRule(.none, nil) }
        return TouchpointRule(.byPurchases, .them)
    }

    /// Families that the house notes for itself.
    private static let inner: Set<String> = [
        "person", "account", "product", "segment", "lifecycle", "import", "definition", "relation", "household", "job", "note",
        "file",
        "model",
    ]

    private static let builtIn: [String: TouchpointRule] = {
        var rules: [String: TouchpointRule] = [:]
        func add(_ phase: Phase, _ initiator: TouchpointInitiator?, _ kinds: String...) {
            for kind in kinds { rules[kind] = TouchpointRule(phase, initiator) }
        }
        add(.always(.before), .them, "product.viewed", "cart.updated")
        add(.always(.at), .them, "checkout.started", "order.placed", "order.paid", "payment.received", "coupon.redeemed")
        add(
            .always(.after), .us, "order.shipped", "order.delivered", "order.refunded", "invoice.sent", "statement.sent",
            "complaint.closed")
        add(.always(.after), .them, "order.returned", "order.cancelled", "complaint.opened", "review.posted", "referral.made")
        add(.byPurchases, .us, "message.sent", "message.delivered", "call.held", "meeting.held")
        add(.byPurchases, nil, "message.unanswered")
        add(.none, nil, "message.bounced", "message.failed", "permission.requested")
        return rules
    }()

    /// - Parameter purchases: when the person bought, in order.
    public func phase(at moment: Timestamp, purchases: [Timestamp]) -> TouchpointPhase? {
        switch phase {
        case .none: return nil
        case .always(let phase): return phase
        case .byPurchases:
            let next = purchases.partitionIndex { $0 > moment }
            if next < purchases.count, purchases[next] - moment <= Self.atPurchase { return .at }
            guard next > 0 else { return .before }
            let since = moment - purchases[next - 1]
            return since <= Self.atPurchase ? .at : since <= Self.afterPurchase ? .after : .before
        }
    }

    /// Who began one event: what it says itself (`initiator`, or the direction of a call), else what its kind says.
    public func initiator(of properties: JSONValue) -> TouchpointInitiator? {
        guard phase != .none else { return nil }
        if let said = properties["initiator"]?.string.flatMap(TouchpointInitiator.init) { return said }
        switch properties["direction"]?.string.map(Text.folded) {
        case "in", "inbound", "incoming": return .them
        case "out", "outbound", "outgoing": return .us
        default: return initiator
        }
    }
}

extension TouchpointRule {
    /// What a kind's definition says of it: `phase: before | at | after | auto | none` and `initiator: us | them | none`.
    ///
    /// - Returns: `nil` where it says nothing, and the built-in rule holds.
    /// - Throws: `Problem` `kind.invalid` whose place is the key.
    public init?(kind: String, body: JSONValue) throws {
        guard body["phase"] != nil || body["initiator"] != nil else { return nil }
        self = .builtIn(kind)
        switch body["phase"]?.string {
        case nil where body["phase"] == nil: break
        case "auto": phase = .byPurchases
        case "none": phase = .none
        case let word?:
            guard let named = TouchpointPhase(rawValue: word) else { fallthrough }
            phase = .always(named)
        default:
            throw Problem(
                "kind.invalid", "a phase is before, at, after, auto or none", at: .init(path: "phase"),
                remedy: "auto goes by the orders around the event; none is for what is no touchpoint.")
        }
        switch body["initiator"]?.string {
        case nil where body["initiator"] == nil: break
        case "us": initiator = .us
        case "them": initiator = .them
        case "none": initiator = nil
        default:
            throw Problem("kind.invalid", "who begins is us, them or none", at: .init(path: "initiator"))
        }
    }
}
