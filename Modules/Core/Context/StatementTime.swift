/// From when something that was said holds, and its place among what else was said. Folds go by the order in which things were said,
/// never by arrival: whoever says later that it was otherwise is believed.
public struct StatementTime: Sendable, Hashable, Comparable {
    /// From when it holds: the date that was stated, else when it was said.
    public var at: Timestamp
    public var occurredAt: Timestamp
    public var receivedAt: Timestamp
    public var ref: EventRef

    public init(at: Timestamp, occurredAt: Timestamp, receivedAt: Timestamp, ref: EventRef) {
        self.at = at
        self.occurredAt = occurredAt
        self.receivedAt = receivedAt
        self.ref = ref
    }

    public static func < (left: StatementTime, right: StatementTime) -> Bool {
        (left.occurredAt, left.receivedAt, left.ref) < (right.occurredAt, right.receivedAt, right.ref)
    }
}

extension Timestamp {
    /// When what began at `since` was over, if somebody says it was at `self`: the end is not before a stated beginning. A beginning
    /// that is only when it was first heard of moves back.
    func ending(_ since: inout Timestamp, isDated: Bool) -> Timestamp {
        if !isDated { since = min(since, self) }
        return max(since, self)
    }
}
