import RapportCore

extension PartitionStep {
    /// A timer that is set again for a moment that has passed, over and over, would keep a step for ever.
    private static let maximumWakes = 100

    /// The moment of the first timer due at `limit` or before.
    func nextDue(upTo limit: Timestamp) throws -> Timestamp? {
        if retried == nil, held.isEmpty {
            return try context.firstTimers.moment(of: partition, in: db).flatMap { $0 <= limit ? $0 : nil }
        }
        return try db.first(
            """
            SELECT due_at FROM timers WHERE partition = \(partition) AND due_at <= \(limit)\(ofWhom)
            ORDER BY partition, due_at, person, owner, key LIMIT 1
            """
        ) { $0.timestamp(0) }
    }

    /// Which timers are looked at: all but those of held people, or only those of the person who is being retried.
    private var ofWhom: SQL {
        if let retried { return " AND person = \(retried)" }
        return held.isEmpty ? "" : " AND person NOT IN \(list: held.sorted())"
    }

    /// Wakes the reactors whose timers are due at `moment`.
    ///
    /// - Parameter single: only those of the first person.
    mutating func wake(_ moment: Timestamp, single: Bool = false) throws {
        var timers = try db.all(
            """
            SELECT due_at, person, owner, key, payload FROM timers
            WHERE partition = \(partition) AND due_at = \(moment)\(ofWhom)
            ORDER BY partition, due_at, person, owner, key
            """
        ) { row in
            Timer(dueAt: row.timestamp(0), person: row.integer(1), owner: row.text(2), key: row.text(3), payload: row.text(4))
        }
        if single, let first = timers.first { timers.removeAll { $0.person != first.person } }
        guard let first = timers.first else { return }
        current = (first.person, position, false)
        for timer in timers {
            let key = StepContext.TimerKey(timer)
            wakes[key, default: 0] += 1
            guard wakes[key, default: 0] <= Self.maximumWakes else {
                throw Problem("log.timer_loop", "the timer \(timer.owner) \(timer.key) is set again and again for the past")
            }
        }
        if single {
            try db.run("DELETE FROM timers WHERE partition = \(partition) AND due_at = \(moment) AND person = \(first.person)")
        } else {
            try db.run("DELETE FROM timers WHERE partition = \(partition) AND due_at = \(moment)\(ofWhom)")
        }
        context.firstTimers.forget()
        reached = max(reached, moment)
        context.take(timersOf: partition, at: moment)
        context.late = now - moment > stepper.settings.horizon
        for reactor in stepper.reactors {
            let mine = timers.filter { $0.owner == reactor.name }
            if !mine.isEmpty { try reactor.wake(mine, in: context) }
        }
        context.late = false
        outcome.timers += timers.count
        try writeTimers()
    }

    func writeTimers() throws { try TimerChanges.write(of: context) }
}
