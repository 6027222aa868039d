import RapportCore

/// Events by the place that the door gave them, read where they stand now: merges move events that nobody has handled.
struct LocatedEvents {
    let events: [EventRef: Event]

    init(_ refs: [EventRef], in db: Connection) throws {
        var places = Dictionary(refs.map { ($0, $0) }) { first, _ in first }
        var asking = places
        while !asking.isEmpty {
            let moved = try Self.read(
                "SELECT partition, position, to_partition, to_position FROM moved_events", Array(asking.values), in: db
            ) { row in
                (
                    EventRef(partition: row.int(0), position: row.integer(1)),
                    EventRef(partition: row.int(2), position: row.integer(3))
                )
            }
            let next = Dictionary(moved) { first, _ in first }
            asking = asking.compactMapValues { next[$0] }
            places.merge(asking) { $1 }
        }
        let found = Dictionary(
            try Self.read("SELECT \(raw: Event.columns) FROM events", Array(places.values), in: db, Event.init).map {
                ($0.ref, $0)
            }
        ) { first, _ in first }
        events = places.compactMapValues { found[$0] }
    }

    /// - Throws: `Problem` `removal.waiting` if the step has not come to one of them.
    func checkHandled(in db: Connection) throws {
        var last: [Int: Int64] = [:]
        for event in events.values { last[event.ref.partition] = max(last[event.ref.partition] ?? 0, event.ref.position) }
        try db.each("SELECT partition, position FROM cursors WHERE partition IN \(list: last.keys.sorted().map(Int64.init))") {
            row in
            guard row.integer(1) < last[row.int(0)] ?? 0 else { return }
            throw Problem(
                "removal.waiting", "some of these events have not been handled yet",
                remedy: "Start a worker, and try again when it has caught up")
        }
    }

    private static func read<Element>(
        _ select: SQL, _ refs: [EventRef], in db: Connection, _ map: (Row) throws -> Element
    ) throws -> [Element] {
        try Dictionary(grouping: refs, by: \.partition).sorted { $0.key < $1.key }.flatMap { partition, refs in
            try db.all(
                """
                \(select) WHERE partition = \(partition) AND position IN \(list: refs.map(\.position).sorted())
                """, map)
        }
    }
}
