import RapportCore

/// Gives profiles of one person to another, with their identifiers, provenance and events, under the locks of both
/// partitions.
struct ProfileTransfer {
    typealias End = (person: PersonID, partition: Int)

    private let from: End
    private let to: End
    private let db: Connection
    private var cursors: [Int: Int64] = [:]
    private var heads: [Int: (position: Int64, clock: Timestamp)] = [:]
    /// The clock of the cursor that is further.
    private(set) var clock = Timestamp.distantPast

    /// Locks both cursors.
    ///
    /// - Throws: `Problem` `merge.held` if events of either wait behind one that threw.
    init(from: End, to: End, in db: Connection) throws {
        (self.from, self.to, self.db) = (from, to, db)
        let partitions = Set([from.partition, to.partition]).map(Int64.init).sorted()
        for row in try db.all(
            """
            SELECT partition, position, clock FROM cursors WHERE partition IN \(list: partitions)
            ORDER BY partition\(raw: db.forUpdate)
            """, { ($0.int(0), $0.integer(1), $0.timestamp(2)) })
        {
            cursors[row.0] = row.1
            clock = max(clock, row.2)
        }
        if try db.integer("SELECT COUNT(*) FROM held WHERE person IN \(list: [from.person, to.person])") != 0 {
            throw Problem(
                "merge.held", "events of one of them wait behind one that failed",
                remedy: "Look at `rapport log held`, and retry when its cause is mended.")
        }
    }

    mutating func lockHeads() throws {
        let partitions = cursors.keys.sorted().map(Int64.init)
        for row in try db.all(
            """
            SELECT partition, head, clock FROM partitions WHERE partition IN \(list: partitions)
            ORDER BY partition\(raw: db.forUpdate)
            """, { ($0.int(0), $0.integer(1), $0.timestamp(2)) })
        {
            heads[row.0] = (row.1, row.2)
        }
    }

    /// A moment that no event of either partition received before this transaction is later than, and none received after it earlier,
    /// whatever the clocks of machines say: ask for it once the heads are locked.
    func moment() throws -> Timestamp { heads.values.map(\.clock).reduce(try db.now(), max) }

    /// Moves `profiles`, or all of the person's.
    mutating func move(profiles: [ProfileID]?) throws {
        let (old, new) = (from.person, to.person)
        let which: SQL = profiles.map { " AND profile IN \(list: $0)" } ?? ""
        let whichProfiles: SQL = profiles.map { " AND id IN \(list: $0)" } ?? ""
        try db.run("UPDATE profiles SET person = \(new) WHERE person = \(old)\(whichProfiles)")
        try db.run("UPDATE identifiers SET person = \(new) WHERE person = \(old)\(which)")
        try db.run("UPDATE provenance SET person = \(new) WHERE person = \(old)\(which)")
        // The timeline knows the handled events; its fold rewrites it from the events.
        try db.run(
            """
            UPDATE events SET person = \(new)
            WHERE (partition, position) IN (SELECT partition, position FROM timeline WHERE person = \(old)\(which))
            """)
        let waiting: SQL =
            """
            partition = \(from.partition) AND position > \(cursors[from.partition] ?? 0) AND person = \(old)\(which)
            """
        if from.partition == to.partition {
            try db.run("UPDATE events SET person = \(new) WHERE \(waiting)")
        } else {
            try append(
                try db.all("SELECT \(raw: Event.columns) FROM events WHERE \(waiting) ORDER BY partition, position", Event.init))
        }
    }

    /// Puts events that nobody has handled at the end of the other partition, received anew.
    private mutating func append(_ events: [Event]) throws {
        guard !events.isEmpty, var head = heads[to.partition] else { return }
        head.clock = max(head.clock, try db.now())
        let first = head.position + 1
        head.position += Int64(events.count)
        for (index, event) in events.enumerated() {
            let position = first + Int64(index)
            try db.run(
                """
                UPDATE events SET partition = \(to.partition), position = \(position), person = \(to.person),
                    received_at = \(head.clock)
                WHERE partition = \(event.ref.partition) AND position = \(event.ref.position)
                """)
        }
        try db.insert(
            into: "moved_events", ["partition", "position", "to_partition", "to_position"],
            events.enumerated().map { index, event in
                [
                    .integer(Int64(event.ref.partition)), .integer(event.ref.position), .integer(Int64(to.partition)),
                    .integer(first + Int64(index)),
                ]
            })
        try db.run(
            "UPDATE partitions SET head = \(head.position), clock = \(head.clock) WHERE partition = \(to.partition)")
        heads[to.partition] = head
    }

    /// Writes the timers that participants set and cancelled, each in its person's partition.
    func writeTimers(of step: StepContext) throws {
        for (key, timer) in step.takeTimerChanges().sorted(by: { $0.key < $1.key }) {
            try db.run("DELETE FROM timers WHERE person = \(key.person) AND owner = \(key.owner) AND key = \(key.key)")
            guard let timer else { continue }
            let partition = timer.person == from.person ? from.partition : to.partition
            try db.insert(
                into: "timers", ["partition", "due_at", "person", "owner", "key", "payload"],
                [
                    [
                        .integer(Int64(partition)), .time(timer.dueAt), .integer(timer.person), .text(timer.owner),
                        .text(timer.key), .text(timer.payload),
                    ]
                ])
        }
    }
}
