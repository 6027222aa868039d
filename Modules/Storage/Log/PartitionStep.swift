import RapportCore

/// The part of a step that concerns one partition: which events and timers come next, and where its cursor goes.
struct PartitionStep {
    struct Cursor {
        var lease: Lease
        var position: Int64
        var clock: Timestamp
        /// The last position given out, and the partition's clock, when the step began.
        var head: Int64
        var headClock: Timestamp
        /// People whose events and timers wait.
        var held: Set<PersonID> = []
    }

    private let stepper: Stepper
    private let cursor: Cursor
    private let context: StepContext
    private let now: Timestamp
    private var db: Connection { context.db }
    private(set) var outcome = StepOutcome()
    /// Whether a timer is due that waits for the partition's clock to reach the database's.
    private(set) var wantsClock = false

    private var position: Int64
    /// The partition's time at what was handled last.
    private var reached: Timestamp
    /// Events that have been read and not been handled.
    private var queue: [Event] = []
    /// The first timer due before the last of the queue.
    private var due: Timestamp?
    private var retried: PersonID?
    /// What is being handled, for the report of a failure.
    private var current: (person: PersonID, position: Int64, isEvent: Bool)?
    private var wakes: [StepContext.TimerKey: Int] = [:]

    /// A timer that is set again for a moment that has passed, over and over, would keep a step for ever.
    private static let maximumWakes = 100

    var partition: Int { cursor.lease.partition }
    private var held: Set<PersonID> { cursor.held }

    init(_ stepper: Stepper, _ cursor: Cursor, now: Timestamp, _ context: StepContext) {
        self.stepper = stepper
        self.cursor = cursor
        self.context = context
        self.now = now
        position = cursor.position
        reached = cursor.clock
    }

    /// Locks the cursors that still belong to `leases`. Heads are read, not locked: what they said when the step began is
    /// all that it handles.
    static func lock(_ leases: [Lease], in db: Connection) throws -> [Int: Cursor] {
        let epochs = Dictionary(leases.map { ($0.partition, $0.epoch) }) { $1 }
        let partitions = epochs.keys.sorted().map(Int64.init)
        var cursors: [Int: Cursor] = [:]
        try db.each(
            """
            SELECT partition, position, clock, epoch FROM cursors WHERE partition IN \(list: partitions)
            ORDER BY partition\(raw: db.forUpdate)
            """
        ) { row in
            guard epochs[row.int(0)] == row.integer(3) else { return }
            cursors[row.int(0)] = Cursor(
                lease: Lease(partition: row.int(0), epoch: row.integer(3)), position: row.integer(1), clock: row.timestamp(2),
                head: row.integer(1), headClock: row.timestamp(2))
        }
        try db.each("SELECT partition, head, clock FROM partitions WHERE partition IN \(list: partitions)") { row in
            cursors[row.int(0)]?.head = row.integer(1)
            cursors[row.int(0)]?.headClock = row.timestamp(2)
        }
        try db.each("SELECT partition, person FROM held WHERE partition IN \(list: partitions)") { row in
            cursors[row.int(0)]?.held.insert(row.integer(1))
        }
        return cursors
    }

    func failure(_ error: any Error) -> any Error {
        guard let current else { return error }
        return StepFailure(
            partition: partition, person: current.person, position: current.position, isEvent: current.isEvent, error: error)
    }

    // MARK: - Pace

    /// The next events that may be handled together, after the timers due before them; none once those read are handled.
    /// Whoever takes them folds them, and has the reactors see them.
    ///
    /// - Parameter count: the most events to read where none are left; 0 where time is up.
    mutating func nextRun(_ count: Int) throws -> [Event] {
        if queue.isEmpty, count > 0, position < cursor.head {
            queue = try nextEvents(count)
            due = try queue.map(\.receivedAt).max().flatMap { try nextDue(upTo: $0) }
        }
        while let first = queue.first {
            if let moment = due, moment <= first.receivedAt {
                try wake(moment)
                try lookForDue()
                continue
            }
            let (run, rest) = StepRun.split(queue, before: due)
            queue = rest
            take(run)
            return run
        }
        return []
    }

    /// Whether events have been read and not been handled: they must be before the transaction ends.
    var hasQueue: Bool { !queue.isEmpty }
    /// Whether all events are handled, as far as the partition's head reached when the step began.
    var isCaughtUp: Bool { queue.isEmpty && position == cursor.head }

    /// Handles the timers due by the partition's clock, after its last event.
    mutating func wakeDue(until deadline: ContinuousClock.Instant) throws {
        while ContinuousClock.now < deadline, let due = try nextDue(upTo: cursor.headClock) { try wake(due) }
    }

    /// Looks again for the first timer due before the events in the queue: timers have been set, cancelled or handled.
    mutating func lookForDue() throws {
        guard let last = queue.map(\.receivedAt).max() else { return }
        due = try nextDue(upTo: last)
    }

    private mutating func take(_ run: [Event]) {
        guard let last = run.last else { return }
        current = (last.person, last.ref.position, true)
        reached = max(reached, run.map(\.receivedAt).max() ?? reached)
        outcome.events += run.count
    }

    /// Handles one event, or one moment's timers of one person.
    mutating func runOne() throws {
        do {
            let before = position
            let events = try nextEvents(1)
            if let event = events.first {
                if let due = try nextDue(upTo: event.receivedAt) {
                    // The event waits for the next step.
                    position = before
                    try wake(due, single: true)
                } else {
                    try handle(events)
                }
            } else if position == cursor.head, let due = try nextDue(upTo: cursor.headClock) {
                try wake(due, single: true)
            }
        } catch let error where !Stepper.isOfDatabase(error) {
            throw failure(error)
        }
    }

    private mutating func handle(_ events: [Event]) throws {
        take(events)
        try stepper.handle(events, in: context)
        try writeTimers()
    }

    // MARK: - Held people

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

    /// The next events, without those of held people, which are put behind what waits for them.
    private mutating func nextEvents(_ count: Int) throws -> [Event] {
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

    // MARK: - Timers

    /// The moment of the first timer due at `limit` or before.
    private func nextDue(upTo limit: Timestamp) throws -> Timestamp? {
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

    /// Wakes the reactors whose timers are due at `moment`. - Parameter single: only those of the first person.
    private mutating func wake(_ moment: Timestamp, single: Bool = false) throws {
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

    private func writeTimers() throws { try TimerChanges.write(of: context) }

    // MARK: - End

    /// Moves the cursor. Whether the partition has more to do is seen from its timers and events.
    mutating func finish() throws {
        let clock = isCaughtUp ? max(cursor.headClock, cursor.clock) : reached
        if position != cursor.position || clock != cursor.clock {
            let moved = try db.run(
                """
                UPDATE cursors SET position = \(position), clock = \(clock)
                WHERE partition = \(partition) AND position = \(cursor.position) AND epoch = \(cursor.lease.epoch)
                """)
            guard moved == 1 else { throw LostLease(partition: partition) }
        }
        if !isCaughtUp {
            outcome.unfinished.insert(partition)
        } else if let due = try nextDue(upTo: max(now, cursor.headClock)) {
            wantsClock = due > cursor.headClock
            outcome.unfinished.insert(partition)
        }
    }
}
