import RapportCore

extension PartitionStep {
    /// The most waiting events of one person that one transaction handles.
    private static let retriedAtOnce = 200

    /// Handles what waits for `person`, in order. Whoever has nothing left is held no more.
    mutating func retry(_ person: PersonID) throws {
        retried = person
        let events = try db.all(
            """
            SELECT \(raw: Event.columns) FROM held_events
            JOIN events ON events.partition = held_events.partition AND events.position = held_events.position
            WHERE held_events.partition = \(partition) AND held_events.person = \(person)
            ORDER BY held_events.partition, held_events.person, held_events.position LIMIT \(Self.retriedAtOnce)
            """, Event.init)
        do {
            for event in events {
                while let due = try nextDue(upTo: event.receivedAt) { try wake(due) }
                try handle([event])
            }
            guard events.count < Self.retriedAtOnce else { return try forget(events, of: person) }
            current = (person, events.last?.ref.position ?? position, false)
            while let due = try nextDue(upTo: cursor.clock) { try wake(due) }
        } catch let error where !Stepper.isOfDatabase(error) {
            throw failure(error)
        }
        try forget(events, of: person)
        try db.run("DELETE FROM held WHERE partition = \(partition) AND person = \(person)")
    }

    private func forget(_ handled: [Event], of person: PersonID) throws {
        guard let last = handled.last else { return }
        try db.run(
            """
            DELETE FROM held_events
            WHERE partition = \(partition) AND person = \(person) AND position <= \(last.ref.position)
            """)
    }
}
