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
        /// Seen from the person's purchases; `nil` for what is no touchpoint.
        public var phase: TouchpointPhase?
        /// Who began it.
        public var initiator: TouchpointInitiator?
    }

    public var entries: [Entry]
    /// Whether there are older ones.
    public var hasMore: Bool
}

extension TimelinePage.Entry {
    /// What `init(_:)` reads.
    static let columns = """
        events.partition, events.position, kinds.name, sources.name, events.occurred_at, events.received_at, events.history, \
        events.properties
        """

    init(_ row: Row, _ touchpoints: Touchpoints, purchases: [Timestamp]) throws {
        let properties = try JSONValue(parsing: row.text(7))
        let rule = touchpoints.rule(row.text(2))
        self.init(
            ref: EventRef(partition: row.int(0), position: row.integer(1)), kind: row.text(2), source: row.text(3),
            occurredAt: row.timestamp(4), receivedAt: row.timestamp(5), history: row.bool(6), properties: properties,
            phase: rule.phase(at: row.timestamp(4), purchases: purchases), initiator: rule.initiator(of: properties))
    }
}

extension People {
    /// A page of the person's handled events.
    ///
    /// - Parameters:
    ///   - before: the last entry of the page before this one.
    ///   - count: 1…500.
    ///   - filter: of touchpoints, only these. At most 5,000 events are looked through for a page; what is older is on the next.
    public static func timeline(
        of person: PersonID, before: (occurredAt: Timestamp, ref: EventRef)? = nil, count: Int = 50,
        filter: TouchpointFilter = TouchpointFilter(), in db: Connection
    ) throws -> TimelinePage {
        let limit = max(1, min(count, 500))
        let touchpoints = try Touchpoints.read(in: db)
        let purchases = try Touchpoints.purchases(of: [person], in: db)[person] ?? []
        var entries: [TimelinePage.Entry] = []
        var cursor = before ?? (.distantFuture, EventRef(partition: Partition.count, position: 0))
        let slice = filter.isEmpty ? limit + 1 : 1_000
        for _ in 0..<5 {
            let (at, ref) = cursor
            let found = try db.all(
                """
                SELECT \(raw: TimelinePage.Entry.columns)
                FROM timeline
                JOIN events ON events.partition = timeline.partition AND events.position = timeline.position
                JOIN kinds ON kinds.id = events.kind
                JOIN sources ON sources.id = events.source
                WHERE timeline.person = \(person)
                  AND (timeline.occurred_at, timeline.partition, timeline.position) < (\(at), \(ref.partition), \(ref.position))
                ORDER BY timeline.occurred_at DESC, timeline.partition DESC, timeline.position DESC
                LIMIT \(slice)
                """
            ) { try TimelinePage.Entry($0, touchpoints, purchases: purchases) }
            entries += filter.isEmpty ? found : found.filter(filter.passes)
            guard !filter.isEmpty, entries.count <= limit, found.count == slice, let last = found.last else { break }
            cursor = (last.occurredAt, last.ref)
        }
        let hasMore = entries.count > limit
        return TimelinePage(entries: Array(entries.prefix(limit)), hasMore: hasMore)
    }
}
