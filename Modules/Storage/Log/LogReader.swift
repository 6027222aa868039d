public import RapportCore

/// Reads the log for people: events in words, the last ones of all or of one person.
public enum LogReader {
    /// An event with the names behind its numbers.
    public struct Line: Sendable {
        public let event: Event
        public let kind: String
        public let source: String
    }

    /// The last events received, oldest first.
    public static func latest(_ count: Int, in db: Connection) throws -> [Line] {
        // The last of each partition are candidates; positions are keys, so each is a short walk.
        var events: [Event] = []
        for partition in 0..<Partition.count {
            events += try db.all(
                """
                SELECT \(raw: Event.columns) FROM events WHERE partition = \(partition)
                ORDER BY partition DESC, position DESC LIMIT \(count)
                """, Event.init)
        }
        events.sort { ($0.receivedAt, $0.ref) < ($1.receivedAt, $1.ref) }
        return try lines(events.suffix(count), in: db)
    }

    /// The last handled events of a person by the time they happened, oldest first.
    public static func latest(_ count: Int, of person: PersonID, in db: Connection) throws -> [Line] {
        let events = try db.all(
            """
            SELECT \(raw: Event.columns) FROM timeline
            JOIN events ON events.partition = timeline.partition AND events.position = timeline.position
            WHERE timeline.person = \(person)
            ORDER BY timeline.occurred_at DESC, timeline.partition DESC, timeline.position DESC LIMIT \(count)
            """, Event.init)
        return try lines(events.reversed(), in: db)
    }

    /// One event.
    public static func event(_ ref: EventRef, in db: Connection) throws -> Line? {
        let events = try db.all(
            """
            SELECT \(raw: Event.columns) FROM events
            WHERE partition = \(ref.partition) AND position = \(ref.position)
            """, Event.init)
        return try lines(events, in: db).first
    }

    private static func lines(_ events: some Sequence<Event>, in db: Connection) throws -> [Line] {
        let catalog = Catalog()
        var kinds: [Int64: String] = [:]
        var sources: [Int64: String] = [:]
        return try events.map { event in
            let kind = try kinds[event.kind] ?? catalog.kind(event.kind, in: db).name
            let source = try sources[event.source] ?? catalog.source(event.source, in: db).name
            kinds[event.kind] = kind
            sources[event.source] = source
            return Line(event: event, kind: kind, source: source)
        }
    }
}
