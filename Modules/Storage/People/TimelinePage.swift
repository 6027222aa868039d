public import RapportCore

/// Events of a person, newest first.
public struct TimelinePage: Sendable {
    public struct Entry: Sendable, Hashable {
        public var ref: EventRef
        public var kind: String
        public var source: String
        public var occurredAt: Timestamp
        public var receivedAt: Timestamp
        public var history: Bool
        public var properties: JSONValue
    }

    public var entries: [Entry]
    /// Whether there are older ones.
    public var hasMore: Bool
}

extension People {
    /// A page of the person's handled events.
    ///
    /// - Parameters:
    ///   - before: the last entry of the page before this one.
    ///   - count: 1…500.
    public static func timeline(
        of person: PersonID, before: (occurredAt: Timestamp, ref: EventRef)? = nil, count: Int = 50, in db: Connection
    ) throws -> TimelinePage {
        let limit = max(1, min(count, 500))
        let (at, ref) = before ?? (.distantFuture, EventRef(partition: Partition.count, position: 0))
        var entries = try db.all(
            """
            SELECT events.partition, events.position, kinds.name, sources.name, events.occurred_at, events.received_at,
                events.history, events.properties
            FROM timeline
            JOIN events ON events.partition = timeline.partition AND events.position = timeline.position
            JOIN kinds ON kinds.id = events.kind
            JOIN sources ON sources.id = events.source
            WHERE timeline.person = \(person)
              AND (timeline.occurred_at, timeline.partition, timeline.position) < (\(at), \(ref.partition), \(ref.position))
            ORDER BY timeline.occurred_at DESC, timeline.partition DESC, timeline.position DESC
            LIMIT \(limit + 1)
            """
        ) { row in
            TimelinePage.Entry(
                ref: EventRef(partition: row.int(0), position: row.integer(1)), kind: row.text(2), source: row.text(3),
                occurredAt: row.timestamp(4), receivedAt: row.timestamp(5), history: row.bool(6),
                properties: try JSONValue(parsing: row.text(7)))
        }
        let hasMore = entries.count > limit
        if hasMore { entries.removeLast() }
        return TimelinePage(entries: entries, hasMore: hasMore)
    }
}
