import RapportCore

extension PartitionStep {
    /// The next events, without those of held people, which are put behind what waits for them.
    mutating func nextEvents(_ count: Int) throws -> [Event] {
        guard position < cursor.head else { return [] }
        let events: [Event]
        if let atHand = context.atHand?.events(of: partition, after: position, upTo: cursor.head, limit: count) {
            (events, position) = atHand
        } else {
            let (found, isFull) = try read(count)
            events = found
            // Positions that a merge emptied are passed over.
            position = isFull ? events.last?.ref.position ?? cursor.head : cursor.head
        }
        guard !held.isEmpty else { return events }
        let waiting = events.filter { held.contains($0.person) }
        try db.insert(
            into: "held_events", ["partition", "person", "position"],
            waiting.map { [.integer(Int64(partition)), .integer($0.person), .integer($0.ref.position)] })
        return events.filter { !held.contains($0.person) }
    }

    /// - Returns: the next events from the log, and whether there may be more of them.
    private func read(_ count: Int) throws -> (events: [Event], isFull: Bool) {
        struct Full: Error {}
        var events: [Event] = []
        var size = 0
        do {
            try db.each(
                """
                SELECT \(raw: Event.columns) FROM events
                WHERE partition = \(partition) AND position > \(position) AND position <= \(cursor.head)
                ORDER BY position LIMIT \(count)
                """
            ) { row in
                let event = Event(row)
                events.append(event)
                size += event.properties.utf8.count
                if size > EventsAtHand.readAtOnce { throw Full() }
            }
        } catch is Full {
            return (events, true)
        }
        return (events, events.count == count)
    }
}
