import RapportCore

/// The balance with which a profile's totals of a kind begin, since events before it have been dropped.
enum Opening {
    private struct Key: Hashable, Comparable {
        var profile: ProfileID
        var kind: Int64

        static func < (left: Key, right: Key) -> Bool { (left.profile, left.kind) < (right.profile, right.kind) }
    }

    /// Adds events that are about to go.
    ///
    /// - Throws: `Problem` `totals.overflow`.
    static func add(_ events: [Event], in db: Connection) throws {
        let groups = Dictionary(grouping: events) { Key(profile: $0.profile, kind: $0.kind) }.sorted { $0.key < $1.key }
        let sums = try groups.map { key, events in
            try (0..<4).map { slot in
                try events.reduce(Int64(0)) { sum, event in
                    let (next, isTooBig) = sum.addingReportingOverflow(event.slots[slot] ?? 0)
                    guard !isTooBig else { throw Problem("totals.overflow", "the sum of a property needs more than 64 bits") }
                    return next
                }
            }
        }
        try db.insert(
            into: "openings", ["profile", "kind", "first_at", "last_at", "count", "sum1", "sum2", "sum3", "sum4"],
            zip(groups, sums),
            onConflict: """
                (profile, kind) DO UPDATE SET
                    first_at = CASE WHEN excluded.first_at < openings.first_at THEN excluded.first_at ELSE openings.first_at END,
                    last_at = CASE WHEN excluded.last_at > openings.last_at THEN excluded.last_at ELSE openings.last_at END,
                    count = openings.count + excluded.count,
                    sum1 = openings.sum1 + excluded.sum1, sum2 = openings.sum2 + excluded.sum2,
                    sum3 = openings.sum3 + excluded.sum3, sum4 = openings.sum4 + excluded.sum4
                """
        ) { row, group in
            let (key, events) = group.0
            row.integer(key.profile)
            row.integer(key.kind)
            row.time(events.map(\.occurredAt).min() ?? .distantPast)
            row.time(events.map(\.occurredAt).max() ?? .distantPast)
            row.int(events.count)
            for sum in group.1 { row.integer(sum) }
        }
    }
}
