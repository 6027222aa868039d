public import RapportCore

/// First, last, count and sums per person and kind, and when the person was last heard of: all-time questions are answered
/// without touching events. Stands behind `TimelineFold`, from which it refolds, beginning with the opening balances of what
/// retention has dropped.
public struct TotalsFold: Fold {
    public let name = "totals"

    public init() {}

    private struct Key: Hashable, Comparable {
        var person: PersonID
        var kind: Int64

        static func < (left: Key, right: Key) -> Bool { (left.person, left.kind) < (right.person, right.kind) }
    }

    private struct Total {
        var first: Timestamp
        var last: Timestamp
        var count: Int64 = 0
        var sums: [Int64] = [0, 0, 0, 0]
    }

    public func apply(_ events: [Event], in step: StepContext) throws {
        let totals = try Self.sum(events).sorted { $0.key < $1.key }
        guard !totals.isEmpty else { return }
        try step.db.insert(
            into: "totals", ["person", "kind", "first_at", "last_at", "count", "sum1", "sum2", "sum3", "sum4"], totals,
            onConflict: """
                (person, kind) DO UPDATE SET
                    first_at = CASE WHEN excluded.first_at < totals.first_at THEN excluded.first_at ELSE totals.first_at END,
                    last_at = CASE WHEN excluded.last_at > totals.last_at THEN excluded.last_at ELSE totals.last_at END,
                    count = totals.count + excluded.count,
                    sum1 = totals.sum1 + excluded.sum1, sum2 = totals.sum2 + excluded.sum2,
                    sum3 = totals.sum3 + excluded.sum3, sum4 = totals.sum4 + excluded.sum4
                """
        ) { row, total in
            row.integer(total.key.person)
            row.integer(total.key.kind)
            row.time(total.value.first)
            row.time(total.value.last)
            row.integer(total.value.count)
            for sum in total.value.sums { row.integer(sum) }
        }
        try seePeople(totals, in: step)
    }

    private static func sum(_ events: [Event]) throws -> [Key: Total] {
        var totals: [Key: Total] = [:]
        totals.reserveCapacity(events.count)
        for event in events where event.person != 0 {
            let key = Key(person: event.person, kind: event.kind)
            var total = totals[key] ?? Total(first: event.occurredAt, last: event.occurredAt)
            total.first = min(total.first, event.occurredAt)
            total.last = max(total.last, event.occurredAt)
            total.count += 1
            for (slot, value) in event.slots.enumerated() {
                guard let value else { continue }
                let (sum, isTooBig) = total.sums[slot].addingReportingOverflow(value)
                guard !isTooBig else { throw Problem("totals.overflow", "the sum of a property needs more than 64 bits") }
                total.sums[slot] = sum
            }
            totals[key] = total
        }
        return totals
    }

    /// Brings `last_seen` up to the totals, which have just been written, where something newer came. History mostly is not.
    /// Only the step of their partition, which locks its cursor, and merges, which lock both, change it: what was read stays true.
    private func seePeople(_ totals: [(key: Key, value: Total)], in step: StepContext) throws {
        let db = step.db
        let news = totals.filter { total in step.newcomers[total.key.person].map { $0 < total.value.last } ?? true }
        guard !news.isEmpty else { return }
        let last = Dictionary(news.map { ($0.key.person, $0.value.last) }, uniquingKeysWith: max)
        var people: [PersonID] = []
        try db.each("SELECT id, last_seen FROM people WHERE id IN \(list: last.keys.sorted())") { row in
            if let last = last[row.integer(0)], row.timestamp(1) < last { people.append(row.integer(0)) }
        }
        guard !people.isEmpty else { return }
        try db.run(
            """
            UPDATE people SET last_seen = (SELECT MAX(totals.last_at) FROM totals WHERE totals.person = people.id)
            WHERE id IN \(list: people.sorted())
            """)
    }

    public func refold(_ people: [PersonID], in step: StepContext) throws {
        try step.db.run("DELETE FROM totals WHERE person IN \(list: people)")
        try step.db.run(
            """
            INSERT INTO totals (person, kind, first_at, last_at, count, sum1, sum2, sum3, sum4)
            SELECT person, kind, MIN(first_at), MAX(last_at), SUM(count),
                COALESCE(SUM(n1), 0), COALESCE(SUM(n2), 0), COALESCE(SUM(n3), 0), COALESCE(SUM(n4), 0)
            FROM (
                SELECT person, kind, occurred_at AS first_at, occurred_at AS last_at, 1 AS count, n1, n2, n3, n4
                FROM timeline WHERE person IN \(list: people)
                UNION ALL
                SELECT profiles.person, openings.kind, openings.first_at, openings.last_at, openings.count, openings.sum1,
                    openings.sum2, openings.sum3, openings.sum4
                FROM openings JOIN profiles ON profiles.id = openings.profile WHERE profiles.person IN \(list: people)
            ) said
            GROUP BY person, kind ORDER BY person, kind
            """)
        // Of whom nothing has been handled yet, the first that was heard: what was others' while they were merged is not theirs.
        try step.db.run(
            """
            UPDATE people SET last_seen = COALESCE(
                (SELECT MAX(totals.last_at) FROM totals WHERE totals.person = people.id),
                (SELECT MIN(identifiers.first_seen) FROM identifiers WHERE identifiers.person = people.id), people.last_seen)
            WHERE id IN \(list: people)
            """)
    }

    public func fingerprint(of person: PersonID, in db: Connection) throws -> String {
        let kinds = try db.all(
            """
            SELECT kind, first_at, last_at, count, sum1, sum2, sum3, sum4 FROM totals WHERE person = \(person)
            ORDER BY person, kind
            """
        ) { row in (0..<8).map { String(row.integer($0)) }.joined(separator: " ") }
        let lastSeen = try db.integer("SELECT last_seen FROM people WHERE id = \(person)") ?? 0
        return (kinds + ["seen \(lastSeen)"]).joined(separator: "\n")
    }
}
