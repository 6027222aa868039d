import RapportCore
import RapportStorage

/// The rows of `messages`, each change a condition on the state it changes from: a change that happened already changes
/// nothing, so a transaction of unknown outcome can be tried again.
enum MessageQueue {
    struct Row: Hashable {
        var key: MessageKey
        var address: Int64
        var state: MessageState
        var attempts: Int64
        /// Of the sender that has it in hand; 0 while it waits.
        var epoch: Int64
    }

    /// Queues a message, unless the act has one for the person or the address already.
    static func insert(
        _ key: MessageKey, partition: Int, address: Int64, held: Bool, at: Timestamp, in db: Connection
    ) throws -> Bool {
        try db.run(
            """
            INSERT INTO messages (person, act, partition, address, state, at, attempts, epoch, reason)
            VALUES (\(key.person), \(key.act), \(partition), \(address), \(held ? 1 : 0), \(at), 0, 0, 0)
            ON CONFLICT DO NOTHING
            """) == 1
    }

    /// What waits in `partition` and is due, oldest first.
    static func due(_ act: Int64, partition: Int, at wall: Timestamp, limit: Int, in db: Connection) throws -> [Row] {
        try db.all(
            """
            SELECT person, act, address, state, attempts, epoch FROM messages
            WHERE act = \(act) AND partition = \(partition) AND state < 2 AND at <= \(wall)
            ORDER BY at, person LIMIT \(limit)
            """, read)
    }

    /// What a sender has in hand in `partition`, alive or not.
    static func inHand(partition: Int, in db: Connection) throws -> [Row] {
        try db.all(
            """
            SELECT person, act, address, state, attempts, epoch FROM messages
            WHERE partition = \(partition) AND epoch > 0 ORDER BY person, act
            """, read)
    }

    static func claim(_ key: MessageKey, epoch: Int64, at wall: Timestamp, in db: Connection) throws {
        try db.run(
            """
            UPDATE messages SET state = 2, epoch = \(epoch), at = \(wall)
            WHERE person = \(key.person) AND act = \(key.act) AND state < 2
            """)
    }

    /// Has a waiting message go to another address of the person; `false` where the act has one for that address already.
    static func redirect(_ key: MessageKey, to address: Int64, in db: Connection) throws -> Bool {
        try db.run(
            """
            UPDATE messages SET address = \(address)
            WHERE person = \(key.person) AND act = \(key.act) AND state < 2
                AND NOT EXISTS (SELECT 1 FROM messages others WHERE others.act = \(key.act) AND others.address = \(address))
            """) == 1
    }

    /// From claimed to handing over; `false` if this sender no longer has it.
    static func handOver(_ key: MessageKey, epoch: Int64, at wall: Timestamp, in db: Connection) throws -> Bool {
        try db.run(
            """
            UPDATE messages SET state = 3, at = \(wall)
            WHERE person = \(key.person) AND act = \(key.act) AND state = 2 AND epoch = \(epoch)
            """) == 1
    }

    /// Ends, or puts back, a message that is in `from` under `epoch` (0 while it waits); `false` if it is not.
    static func move(
        _ key: MessageKey, from: MessageState, epoch: Int64, to: MessageState, at: Timestamp, attempts: Int64 = 0,
        reason: DeliveryReason = .none, in db: Connection
    ) throws -> Bool {
        try db.run(
            """
            UPDATE messages SET state = \(to.rawValue), at = \(at), attempts = attempts + \(attempts), epoch = 0,
                                reason = \(reason.rawValue)
            WHERE person = \(key.person) AND act = \(key.act) AND state = \(from.rawValue) AND epoch = \(epoch)
            """) == 1
    }

    /// Lets the holder of another partition send it, after a merge.
    static func move(_ key: MessageKey, toPartition partition: Int, in db: Connection) throws {
        try db.run("UPDATE messages SET partition = \(partition) WHERE person = \(key.person) AND act = \(key.act)")
    }

    private static func read(_ row: RapportStorage.Row) throws -> Row {
        Row(
            key: MessageKey(person: row.integer(0), act: row.integer(1)), address: row.integer(2),
            state: MessageState(rawValue: row.integer(3)) ?? .dropped, attempts: row.integer(4),
            epoch: row.integer(5))
    }
}
