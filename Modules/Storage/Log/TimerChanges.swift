import RapportCore

/// Writes the timers that reactors set and cancelled.
enum TimerChanges {
    static func write(of context: StepContext) throws {
        guard context.hasTimerChanges else { return }
        let changes = context.takeTimerChanges()
        context.firstTimers.forget()
        for (owner, ofOwner) in Dictionary(grouping: changes.keys, by: { [$0.owner, $0.key] }).sorted(by: {
            $0.key.lexicographicallyPrecedes($1.key)
        }) {
            try context.db.run(
                """
                DELETE FROM timers
                WHERE person IN \(list: ofOwner.map(\.person).sorted()) AND owner = \(owner[0]) AND key = \(owner[1])
                """)
        }
        let timers = changes.values.compactMap { $0 }.map { (partition: context.partition(of: $0.person), timer: $0) }.sorted {
            ($0.partition, $0.timer.dueAt, $0.timer.person, $0.timer.owner, $0.timer.key)
                < ($1.partition, $1.timer.dueAt, $1.timer.person, $1.timer.owner, $1.timer.key)
        }
        try context.db.insert(into: "timers", ["partition", "due_at", "person", "owner", "key", "payload"], timers) { row, one in
            row.int(one.partition)
            row.time(one.timer.dueAt)
            row.integer(one.timer.person)
            row.text(one.timer.owner)
            row.text(one.timer.key)
            row.text(one.timer.payload)
        }
    }
}
