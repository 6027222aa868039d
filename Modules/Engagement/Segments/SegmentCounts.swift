import RapportStorage

/// Changes to the kept counts of members, by segment and partition.
struct SegmentCounts {
    private struct Key: Hashable, Comparable {
        var segment: Int64
        var partition: Int

        static func < (left: Key, right: Key) -> Bool { (left.segment, left.partition) < (right.segment, right.partition) }
    }

    private var changes: [Key: Int64] = [:]

    mutating func add(_ difference: Int64, to segment: Int64, in partition: Int) {
        changes[Key(segment: segment, partition: partition), default: 0] += difference
    }

    func write(in db: Connection) throws {
        let changes = changes.filter { $0.value != 0 }.sorted { $0.key < $1.key }
        try db.insert(
            into: "segment_counts", ["segment", "partition", "members"], changes,
            onConflict: "(segment, partition) DO UPDATE SET members = segment_counts.members + excluded.members"
        ) { row, change in
            row.integer(change.key.segment)
            row.int(change.key.partition)
            row.integer(change.value)
        }
    }
}
