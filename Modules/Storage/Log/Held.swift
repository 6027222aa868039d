public import RapportCore

/// A person whose events and timers wait because handling one of them threw.
public struct Held: Sendable, Hashable {
    /// 0 for what concerns nobody.
    public let person: PersonID
    public let partition: Int
    /// The event that threw, or the one before the timer that did.
    public let ref: EventRef
    public let since: Timestamp
    public let attempts: Int
    public let reason: String
    /// How many events wait.
    public let waiting: Int
    /// Whether somebody has asked to try again, and the worker has not yet.
    public let isAsked: Bool

    /// Everybody who is held, those held longest first.
    public static func all(in db: Connection) throws -> [Held] {
        try db.all(
            """
            SELECT held.partition, held.person, held.position, held.since, held.attempts, held.reason, held.retry,
                (SELECT COUNT(*) FROM held_events
                 WHERE held_events.partition = held.partition AND held_events.person = held.person)
            FROM held ORDER BY held.since, held.partition, held.person
            """
        ) { row in
            Held(
                person: row.integer(1), partition: row.int(0),
                ref: EventRef(partition: row.int(0), position: row.integer(2)), since: row.timestamp(3), attempts: row.int(4),
                reason: row.text(5), waiting: row.int(7), isAsked: row.bool(6))
        }
    }

    /// Asks the worker to try again with `person`, or with everybody.
    ///
    /// - Returns: how many people will be tried.
    @discardableResult
    public static func retry(_ person: PersonID? = nil, in db: Connection) throws -> Int {
        if let person { return try db.run("UPDATE held SET retry = 1 WHERE person = \(person)") }
        return try db.run("UPDATE held SET retry = 1")
    }

    static func asked(in partitions: [Int], _ db: Connection) throws -> [(partition: Int, person: PersonID)] {
        try db.all(
            """
            SELECT partition, person FROM held WHERE retry = 1 AND partition IN \(list: partitions.map(Int64.init))
            ORDER BY partition, person
            """
        ) { ($0.int(0), $0.integer(1)) }
    }

    /// Holds the person of a failure, and lets the partition go on behind the event that threw.
    static func hold(_ failure: StepFailure, _ lease: Lease, in db: Connection) throws {
        guard let cursor = try PartitionStep.lock([lease], in: db)[lease.partition] else {
            throw LostLease(partition: lease.partition)
        }
        let reason = String("\(failure.error)".prefix(1_000)).replacing("\0", with: "")
        let again = try db.run(
            """
            UPDATE held SET attempts = attempts + 1, retry = 0, reason = \(reason), position = \(failure.position)
            WHERE partition = \(lease.partition) AND person = \(failure.person)
            """)
        guard again == 0 else { return }
        try db.insert(
            into: "held", ["partition", "person", "position", "since", "attempts", "reason", "retry"],
            [
                [
                    .integer(Int64(lease.partition)), .integer(failure.person), .integer(failure.position),
                    .time(try db.now()), .integer(1), .text(reason), .integer(0),
                ]
            ])
        guard failure.isEvent, failure.position > cursor.position else { return }
        try db.insert(
            into: "held_events", ["partition", "person", "position"],
            [[.integer(Int64(lease.partition)), .integer(failure.person), .integer(failure.position)]])
        try db.run("UPDATE cursors SET position = \(failure.position) WHERE partition = \(lease.partition)")
    }
}
