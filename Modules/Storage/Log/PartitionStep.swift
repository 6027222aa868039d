import RapportCore

/// The part of a step that concerns one partition.
struct PartitionStep {
    struct Cursor {
        var lease: Lease
        var position: Int64
        var clock: Timestamp
        /// The last position given out, and the partition's clock, when the step began.
        var head: Int64
        var headClock: Timestamp
    }

    private let stepper: Stepper
    private let cursor: Cursor
    private let db: Connection
    private let now: Timestamp
    let context: StepContext
    private(set) var outcome = StepOutcome()
    /// Whether a timer is due that waits for the partition's clock to reach the database's.
    private(set) var wantsClock = false

    private var position: Int64
    /// People whose events and timers wait.
    private var held: Set<PersonID> = []
    private var retried: PersonID?
    /// What is being handled, for the report of a failure.
    private var current: (person: PersonID, position: Int64, isEvent: Bool)?
    private var wakes: [StepContext.TimerKey: Int] = [:]

    /// A timer that is set again for a moment that has passed, over and over, would keep a step for ever.
    private static let maximumWakes = 100

    var partition: Int { cursor.lease.partition }

    init(_ stepper: Stepper, _ cursor: Cursor, wall: Timestamp, now: Timestamp, in db: Connection) {
        self.stepper = stepper
        self.cursor = cursor
        self.db = db
        self.now = now
        position = cursor.position
        context = StepContext(
            db: db, partition: cursor.lease.partition, now: cursor.clock, wall: wall, catalog: stepper.door.catalog)
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
        return cursors
    }

    mutating func run(_ pace: Stepper.Pace, until deadline: ContinuousClock.Instant) throws {
        held = Set(try db.all("SELECT person FROM held WHERE partition = \(partition)") { $0.integer(0) })
        do {
            switch pace {
            case .chunks: try runChunks(until: deadline)
            case .single: try runOne()
            }
        } catch let error where pace == .single && !Stepper.isOfDatabase(error) {
            throw failure(error)
        }
        try finish()
    }

    func failure(_ error: any Error) -> any Error {
        guard let current else { return error }
        return StepFailure(
            partition: partition, person: current.person, position: current.position, isEvent: current.isEvent, error: error)
    }

    // MARK: - Pace

    private mutating func runChunks(until deadline: ContinuousClock.Instant) throws {
        repeat {
            let events = try nextEvents(stepper.settings.chunk)
            try handle(events)
        } while position < cursor.head && ContinuousClock.now < deadline
        guard position == cursor.head else { return }
        while ContinuousClock.now < deadline, let due = try nextDue(upTo: cursor.headClock) { try wake(due) }
    }

    private mutating func runOne() throws {
        let before = position
        let events = try nextEvents(1)
        if let event = events.first {
            if let due = try nextDue(upTo: event.receivedAt) {
                // The event waits for the next step.
                position = before
                return try wake(due, single: true)
            }
            return try handle(events)
        }
        if position == cursor.head, let due = try nextDue(upTo: cursor.headClock) { try wake(due, single: true) }
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
                _ = try apply([event])
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
        let events = try db.all(
            """
            SELECT \(raw: Event.columns) FROM events
            WHERE partition = \(partition) AND position > \(position) AND position <= \(cursor.head)
            ORDER BY position LIMIT \(count)
            """, Event.init)
        // Positions that a merge emptied are passed over.
        position = events.count < count ? cursor.head : events.last?.ref.position ?? cursor.head
        guard !held.isEmpty else { return events }
        let waiting = events.filter { held.contains($0.person) }
        try db.insert(
            into: "held_events", ["partition", "person", "position"],
            waiting.map { [.integer(Int64(partition)), .integer($0.person), .integer($0.ref.position)] })
        return events.filter { !held.contains($0.person) }
    }

    // MARK: - Events

    /// Handles events in log order for each person, and every timer before the events received at its moment or later.
    private mutating func handle(_ events: [Event]) throws {
        var queue = events
        guard let last = queue.map(\.receivedAt).max() else { return }
        var due = try nextDue(upTo: last)
        while let first = queue.first {
            if let moment = due, moment <= first.receivedAt {
                try wake(moment)
                due = try nextDue(upTo: last)
                continue
            }
            let (run, rest) = StepRun.split(queue, before: due)
            if try apply(run) { due = try nextDue(upTo: last) }
            queue = rest
        }
    }

    /// - Returns: whether timers have been set or cancelled.
    private mutating func apply(_ run: [Event]) throws -> Bool {
        guard let end = run.last else { return false }
        current = (end.person, end.ref.position, true)
        context.now = run.map(\.receivedAt).max() ?? end.receivedAt
        context.late = false
        let appended = context.appended.count
        for fold in stepper.folds { try fold.apply(run, in: context) }
        guard context.appended.count == appended, !context.hasTimerChanges else {
            throw Problem("log.fold_acts", "a fold appended an event or set a timer; only reactors may")
        }
        let news = run.filter { !$0.history }
        for reactor in stepper.reactors {
            let events = reactor.handlesHistory ? run : news
            if !events.isEmpty { try reactor.react(to: events, in: context) }
        }
        outcome.events += run.count
        return try writeTimers()
    }

    // MARK: - Timers

    /// The moment of the first timer due at `limit` or before.
    private func nextDue(upTo limit: Timestamp) throws -> Timestamp? {
        try db.first(
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
        context.now = moment
        context.late = now - moment > stepper.settings.horizon
        for reactor in stepper.reactors {
            let mine = timers.filter { $0.owner == reactor.name }
            if !mine.isEmpty { try reactor.wake(mine, in: context) }
        }
        context.late = false
        outcome.timers += timers.count
        _ = try writeTimers()
    }

    private func writeTimers() throws -> Bool {
        guard context.hasTimerChanges else { return false }
        let changes = context.takeTimerChanges()
        for (owner, ofOwner) in Dictionary(grouping: changes.keys, by: { [$0.owner, $0.key] }).sorted(by: {
            $0.key.lexicographicallyPrecedes($1.key)
        }) {
            try db.run(
                """
                DELETE FROM timers
                WHERE person IN \(list: ofOwner.map(\.person).sorted()) AND owner = \(owner[0]) AND key = \(owner[1])
                """)
        }
        let timers = changes.values.compactMap { $0 }.sorted {
            ($0.dueAt, $0.person, $0.owner, $0.key) < ($1.dueAt, $1.person, $1.owner, $1.key)
        }
        try db.insert(
            into: "timers", ["partition", "due_at", "person", "owner", "key", "payload"],
            timers.map {
                [
                    .integer(Int64(partition)), .time($0.dueAt), .integer($0.person), .text($0.owner), .text($0.key),
                    .text($0.payload),
                ]
            })
        return true
    }

    // MARK: - End

    /// Moves the cursor. Whether the partition has more to do is seen from its timers and events.
    private mutating func finish() throws {
        let isCaughtUp = position == cursor.head
        let clock = isCaughtUp ? max(cursor.headClock, cursor.clock) : max(context.now, cursor.clock)
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
