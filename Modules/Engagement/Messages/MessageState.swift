/// Where a message stands. Numbers are stored: never change one.
public enum MessageState: Int64, Sendable, CaseIterable {
    /// Decided, and waiting for its moment.
    case queued = 0
    /// The gate asked to wait.
    case held = 1
    /// Passed the gate; this sender has it and nothing has left yet. After a crash it is queued again.
    case claimed = 2
    /// May have left. After a crash nobody knows: it is in doubt.
    case handingOver = 3
    case sent = 4
    case failed = 5
    /// The sender died, or the line broke, while handing it over. Marketing is never sent again.
    case inDoubt = 6
    /// The gate let it go no further.
    case dropped = 7

    /// As counts, JSON and the command line name it.
    public var name: String {
        switch self {
        case .queued: "queued"
        case .held: "held"
        case .claimed: "claimed"
        case .handingOver: "handing_over"
        case .sent: "sent"
        case .failed: "failed"
        case .inDoubt: "in_doubt"
        case .dropped: "dropped"
        }
    }
}

/// Why delivery itself ended a message; what the decision or the gate says is in its receipt. Numbers are stored.
public enum DeliveryReason: Int64, Sendable, CaseIterable {
    case none = 0
    case hard = 1
    case soft = 2
    case blocked = 3
    case invalid = 4
    /// The channel cannot carry it.
    case refused = 5
    /// The template could not be rendered.
    case unrenderable = 6
    /// Deferred more often than the policy allows.
    case exhausted = 7
    /// The address is no longer the person's.
    case addressGone = 8
    /// The person has this message already, under a record merged since.
    case duplicate = 9
    /// The gate dropped it: the receipt says why.
    case gate = 10
    /// The campaign was stopped before its turn.
    case stopped = 11

    public var name: String {
        switch self {
        case .none: "none"
        case .hard: "hard"
        case .soft: "soft"
        case .blocked: "blocked"
        case .invalid: "invalid"
        case .refused: "refused"
        case .unrenderable: "unrenderable"
        case .exhausted: "exhausted"
        case .addressGone: "address_gone"
        case .duplicate: "duplicate"
        case .gate: "gate"
        case .stopped: "stopped"
        }
    }
}
