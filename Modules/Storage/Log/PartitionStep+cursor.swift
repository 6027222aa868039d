import RapportCore

extension PartitionStep {
    /// Where a partition's step begins.
    struct Cursor {
        var lease: Lease
        var position: Int64
        var clock: Timestamp
        /// The last position given out, and the partition's clock, when the step began.
        var head: Int64
        var headClock: Timestamp
        /// People whose events and timers wait.
        var held: Set<PersonID> = []
    }

    /// Locks the cursors that still belong to `leases`. Heads are read, not locked: what they said when the step began is
    /// all that it handles.
    static func lock(_ leases: [Lease], in db: Connection) throws -> [Int: Cursor] {
        let epochs = Dictionary(leases.map { ($0.partition, $0.epoch) }) { $1 }
        let partitions = epochs.keys.sorted().map(Int64.init)
        var cursors: [Int: Cursor] = [:]
        try db.each(
            """
            SELECT partition, position, clock, epoch FROM cursors WHERE partition IN \(list: partitions)
            ORDER BY partition\(raw: db.forUpdate)
            """
        ) { row in
            guard epochs[row.int(0)] == row.integer(3) else { return }
            cursors[row.int(0)] = Cursor(
                lease: Lease(partition: row.int(0), epoch: row.integer(3)), position: row.integer(1), clock: row.timestamp(2),
                head: row.integer(1), headClock: row.timestamp(2))
        }
        try db.each("SELECT partition, head, clock FROM partitions WHERE partition IN \(list: partitions)") { row in
            cursors[row.int(0)]?.head = row.integer(1)
            cursors[row.int(0)]?.headClock = row.timestamp(2)
        }
        try db.each("SELECT partition, person FROM held WHERE partition IN \(list: partitions)") { row in
            cursors[row.int(0)]?.held.insert(row.integer(1))
        }
        return cursors
    }

    /// Moves the cursor. Whether the partition has more to do is seen from its timers and events.
    mutating func finish() throws {
        let clock = isCaughtUp ? max(cursor.headClock, cursor.clock) : reached
        if position != cursor.position || clock != cursor.clock {
            let moved = try db.run(
                """
                UPDATE cursors SET position = \(position), clock = \(clock)
                WHERE partition = \(partition) AND position = \(cursor.position) AND epoch = \(cursor.lease.epoch)
                """)
            guard moved == 1 else { throw LostLease(partition: partition) }
        }
        if !isCaughtUp {
            outcome.unfinished.insert(partition)
        } else if let due = try nextDue(upTo: max(now, cursor.headClock)) {
            wantsClock = due > cursor.headClock
            outcome.unfinished.insert(partition)
        }
    }
}
