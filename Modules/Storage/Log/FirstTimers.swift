import RapportCore

/// When the first timer of each partition of a step is due: asked for all of them together, and again once timers change.
final class FirstTimers {
    private let partitions: [Int64]
    private var known: [Int: Timestamp]?

    init(_ partitions: [Int]) { self.partitions = partitions.sorted().map(Int64.init) }

    func forget() { known = nil }

    /// `nil` where the partition has none.
    func moment(of partition: Int, in db: Connection) throws -> Timestamp? {
        if let known { return known[partition] }
        var found: [Int: Timestamp] = [:]
        try db.each(
            """
            SELECT partition, (SELECT MIN(due_at) FROM timers WHERE timers.partition = partitions.partition)
            FROM partitions WHERE partition IN \(list: partitions)
            """
        ) { row in found[row.int(0)] = row.timestampOrNil(1) }
        known = found
        return found[partition]
    }
}
