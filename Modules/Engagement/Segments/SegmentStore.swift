public import RapportCore
public import RapportStorage

/// A segment as it stands: its definition, how many are in it, and how far its filling has come.
public struct SegmentStatus: Sendable, Hashable {
    public enum State: String, Sendable, Hashable {
        /// Applied, and being counted; nobody has been judged yet.
        case counting
        /// Being filled; memberships of those already judged are exact.
        case filling
        case live
    }

    public var id: Int64
    public var name: String
    public var version: Int64
    public var expression: String
    public var purpose: SegmentPurpose
    public var state: State
    public var members: Int64
    /// How many people it found when its version was counted, before it was filled; `nil` until then.
    public var counted: Int64?
    /// Partitions that are still being filled.
    public var partitionsLeft: Int
    public var changedAt: Timestamp
}

/// Reads segments and who is in them.
public enum SegmentStore {
    public static func all(in db: Connection) throws -> [SegmentStatus] {
        var members: [Int64: Int64] = [:]
        var fills: [Int64: (left: Int, begun: Bool)] = [:]
        try db.each("SELECT segment, partition, members FROM segment_counts ORDER BY segment, partition") {
            members[$0.integer(0), default: 0] += $0.integer(2)
        }
        try db.each("SELECT segment, partition, upto FROM segment_fills ORDER BY partition, segment") { row in
            let known = fills[row.integer(0)] ?? (0, false)
            fills[row.integer(0)] = (known.left + 1, known.begun || row.integer(2) > 0)
        }
        return try db.all(
            """
            SELECT id, name, version, expression, changed_at, counted, purpose FROM segments
            WHERE state <> 'retired' ORDER BY name
            """
        ) { row in
            let fill = fills[row.integer(0)]
            let untouched = fill.map { $0.left == Partition.count && !$0.begun } ?? false
            return SegmentStatus(
                id: row.integer(0), name: row.text(1), version: row.integer(2), expression: row.text(3),
                purpose: SegmentPurpose(rawValue: row.text(6)) ?? .marketing,
                state: fill == nil ? .live : untouched ? .counting : .filling, members: members[row.integer(0)] ?? 0,
                counted: row.integerOrNil(5).flatMap { $0 == SegmentCounter.unknown ? nil : $0 },
                partitionsLeft: fill?.left ?? 0, changedAt: row.timestamp(4))
        }
    }

    /// The segments that a person is in, by name, and since when.
    public static func segments(of person: PersonID, in db: Connection) throws -> [(name: String, since: Timestamp)] {
        try db.all(
            """
            SELECT s.name, m.since FROM membership m JOIN segments s ON s.id = m.segment
             WHERE m.person = \(person) AND s.state <> 'retired' ORDER BY s.name
            """
        ) { ($0.text(0), $0.timestamp(1)) }
    }

    /// The people in a segment after `after`, in the order of their numbers.
    public static func members(
        of segment: Int64, after: PersonID = 0, limit: Int, in db: Connection
    ) throws -> [PersonID] {
        try db.all(
            """
            SELECT person FROM membership WHERE segment = \(segment) AND person > \(after)
             ORDER BY segment, person LIMIT \(limit)
            """
        ) { $0.integer(0) }
    }

    /// Adds to the kept counts of a partition.
    static func count(entered: [Int64], left: [Int64], partition: Int, in db: Connection) throws {
        var counts = SegmentCounts()
        for segment in entered { counts.add(1, to: segment, in: partition) }
        for segment in left { counts.add(-1, to: segment, in: partition) }
        try counts.write(in: db)
    }
}
