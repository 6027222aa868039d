public import RapportCore

extension Event {
    /// The columns that `init(_:)` reads, of `events`.
    public static let columns = """
        events.partition, events.position, events.person, events.profile, events.kind, events.source, events.occurred_at, \
        events.received_at, events.history, events.depth, events.cause_partition, events.cause_position, events.n1, \
        events.n2, events.n3, events.n4, events.personal, events.properties
        """

    static let columnNames = [
        "partition", "position", "person", "profile", "kind", "source", "occurred_at", "received_at", "history", "depth",
        "cause_partition", "cause_position", "n1", "n2", "n3", "n4", "personal", "properties",
    ]

    /// Gives the values of `columnNames`.
    func write(to row: RowWriter) {
        row.int(ref.partition)
        row.integer(ref.position)
        row.integer(person)
        row.integer(profile)
        row.integer(kind)
        row.integer(source)
        row.time(occurredAt)
        row.time(receivedAt)
        row.bool(history)
        row.int(depth)
        row.integer(cause.map { Int64($0.partition) })
        row.integer(cause?.position)
        for slot in slots { row.integer(slot) }
        row.integer(personal)
        row.text(properties)
    }

    /// Reads a row that selects `columns` first:
    ///
    ///     try db.all("SELECT \(raw: Event.columns) FROM events WHERE partition = \(partition)", Event.init)
    public init(_ row: Row) {
        var cause: EventRef?
        if let partition = row.integerOrNil(10), let position = row.integerOrNil(11) {
            cause = EventRef(partition: Int(partition), position: position)
        }
        self.init(
            ref: EventRef(partition: row.int(0), position: row.integer(1)), person: row.integer(2), profile: row.integer(3),
            kind: row.integer(4), source: row.integer(5), occurredAt: row.timestamp(6), receivedAt: row.timestamp(7),
            history: row.bool(8), depth: row.int(9), cause: cause, slots: Self.slots(row),
            personal: row.integer(16), properties: row.text(17))
    }

    /// Most kinds declare nothing, so that their events share one array.
    static let noSlots: [Int64?] = [nil, nil, nil, nil]
    private static func slots(_ row: Row) -> [Int64?] {
        (12...15).allSatisfy(row.isNull) ? noSlots : (12...15).map(row.integerOrNil)
    }

    /// The handled events of `people`, by person and then in the order that folds go by: (occurred_at, received_at, ref).
    public static func handled(of people: [PersonID], in db: Connection) throws -> [Event] {
        try db.all(
            """
            SELECT \(raw: columns) FROM timeline
            JOIN events ON events.partition = timeline.partition AND events.position = timeline.position
            WHERE timeline.person IN \(list: people)
            ORDER BY timeline.person, events.occurred_at, events.received_at, events.partition, events.position
            """, Event.init)
    }
}
