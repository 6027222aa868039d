public import RapportCore

/// Which worker moves which partitions: each alive one an equal share. Time is the database's, so the clocks of machines
/// need not agree.
public struct Leases: Sendable {
    /// Unique to one run of one process.
    public let worker: String
    /// How long a worker that has died keeps others waiting.
    public let span: Span

    public init(worker: String, span: Span = .seconds(10)) {
        self.worker = worker
        self.span = span
    }

    /// The longest span that a worker can be given: a lease whose end is further away was not taken by the clock that there is now.
    public static let longest = Span.minutes(10)

    /// Renews this worker's leases, takes free ones up to its share, and gives back what exceeds it.
    public func refresh(in db: Connection) throws -> [Lease] {
        let now = try db.now()
        let end = now + span
        // A clock that was ahead and has been put right left ends behind that nobody lives to see.
        let latest = now + max(span, Self.longest)
        try db.run("DELETE FROM workers WHERE alive_until <= \(now) OR alive_until > \(latest)")
        try db.run(
            """
            INSERT INTO workers (name, alive_until) VALUES (\(worker), \(end))
            ON CONFLICT (name) DO UPDATE SET alive_until = excluded.alive_until
            """)
        let alive = max(Int(try db.integer("SELECT COUNT(*) FROM workers") ?? 1), 1)
        let share = (Partition.count + alive - 1) / alive
        var mine: [Lease] = []
        var free: [Lease] = []
        try db.each(
            "SELECT partition, epoch, holder, lease_until FROM cursors ORDER BY partition\(raw: db.forUpdate)"
        ) { row in
            let lease = Lease(partition: row.int(0), epoch: row.integer(1))
            if row.textOrNil(2) == worker {
                mine.append(lease)
            } else if row.isNull(2) || row.timestamp(3) <= now || row.timestamp(3) > latest {
                free.append(lease)
            }
        }
        if mine.count > share {
            try release(mine[share...].map(\.partition), in: db)
            mine.removeSubrange(share...)
        }
        let taken = free.prefix(max(share - mine.count, 0))
        if !taken.isEmpty {
            try db.run(
                """
                UPDATE cursors SET holder = \(worker), epoch = epoch + 1, lease_until = \(end)
                WHERE partition IN \(list: taken.map { Int64($0.partition) })
                """)
        }
        try db.run(
            """
            UPDATE cursors SET lease_until = \(end)
            WHERE holder = \(worker) AND partition IN \(list: mine.map { Int64($0.partition) })
            """)
        return (mine + taken.map { Lease(partition: $0.partition, epoch: $0.epoch + 1) })
            .sorted { $0.partition < $1.partition }
    }

    /// Gives every lease back, so that others need not wait for it to run out.
    public func end(in db: Connection) throws {
        try db.run("DELETE FROM workers WHERE name = \(worker)")
        try db.run("UPDATE cursors SET holder = NULL, lease_until = 0 WHERE holder = \(worker)")
    }

    private func release(_ partitions: [Int], in db: Connection) throws {
        try db.run(
            """
            UPDATE cursors SET holder = NULL, lease_until = 0
            WHERE holder = \(worker) AND partition IN \(list: partitions.map(Int64.init))
            """)
    }
}
