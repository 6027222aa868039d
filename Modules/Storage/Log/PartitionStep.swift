import RapportCore

/// The part of a step that concerns one partition: which events and timers come next, and where its cursor goes.
struct PartitionStep {
    let stepper: Stepper
    let cursor: Cursor
    let context: StepContext
    let now: Timestamp
    var db: Connection { context.db }
    var outcome = StepOutcome()
    /// Whether a timer is due that waits for the partition's clock to reach the database's.
    var wantsClock = false

    var position: Int64
    /// The partition's time at what was handled last.
    var reached: Timestamp
    /// Events that have been read and not been handled.
    private var queue: [Event] = []
    /// The first timer due before the last of the queue.
    private var due: Timestamp?
    var retried: PersonID?
    /// What is being handled, for the report of a failure.
    var current: (person: PersonID, position: Int64, isEvent: Bool)?
    var wakes: [StepContext.TimerKey: Int] = [:]

    var partition: Int { cursor.lease.partition }
    var held: Set<PersonID> { cursor.held }

    init(_ stepper: Stepper, _ cursor: Cursor, now: Timestamp, _ context: StepContext) {
        self.stepper = stepper
        self.cursor = cursor
        self.context = context
        self.now = now
        position = cursor.position
        reached = cursor.clock
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

    mutating func handle(_ events: [Event]) throws {
        take(events)
        try stepper.handle(events, in: context)
        try writeTimers()
    }
}
