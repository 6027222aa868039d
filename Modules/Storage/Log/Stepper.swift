public import RapportCore

/// The step: turns the next events and due timers of partitions into state, in one transaction.
///
/// Folds run in the order given, then reactors; what reactors append and set is written at the end, and the cursor moves.
/// So nothing is lost and nothing is applied twice, whenever a process dies.
public struct Stepper: Sendable {
    public let folds: [any Fold]
    public let reactors: [any Reactor]
    public let door: Door
    public internal(set) var settings: Settings

    public struct Settings: Sendable {
        /// The most events handled together.
        public var chunk = 512
        /// A transaction that has taken this long reads no further events.
        public var budget = Duration.milliseconds(40)
        /// How long a transaction goes on with what can wait: filling in what is new.
        public var spare = Duration.milliseconds(10)
        /// A timer handled later than this after its moment has effects that are history.
        public var horizon = Source.usualHorizon

        public init() {}
    }

    public init(folds: [any Fold], reactors: [any Reactor], door: Door, settings: Settings = Settings()) {
        self.folds = folds
        self.reactors = reactors
        self.door = door
        self.settings = settings
    }

    /// Steps the partitions of `leases`, in the order given, as far as their events, their clocks and the budget allow, within
    /// the caller's transaction.
    ///
    /// - Parameter wall: wall time, read once.
    /// - Throws: `LostLease`; `DoorRace`; and what folds and reactors throw. In each case the transaction must be rolled back.
    public func step(_ leases: [Lease], wall: Timestamp, in db: Connection) throws -> StepOutcome {
        try step(leases, wall: wall, pace: .chunks, in: db)
    }

    enum Pace {
        case chunks
        /// One event or one moment's timers of one person: after a failure, to find whose it was.
        case single
    }

    func step(_ leases: [Lease], wall: Timestamp, pace: Pace, atHand: EventsAtHand? = nil, in db: Connection) throws
        -> StepOutcome
    {
        let deadline = ContinuousClock.now + settings.budget
        let now = try db.now()
        // Cursors, then rows by key, then heads: every transaction takes its locks in this order.
        let cursors = try PartitionStep.lock(leases, in: db)
        let context = StepContext(
            db: db, partition: Partition.house, now: now, wall: wall, catalog: door.catalog, spare: settings.spare,
            partitions: leases.map(\.partition))
        context.atHand = atHand
        if atHand == nil, pace == .chunks {
            let behind = leases.compactMap { cursors[$0.partition] }.filter { $0.position < $0.head }
            context.atHand = try EventsAtHand(behind: behind, limit: share(among: leases.count), in: db)
        }
        var steps = try leases.map { lease in
            guard let cursor = cursors[lease.partition] else { throw LostLease(partition: lease.partition) }
            return PartitionStep(self, cursor, now: now, context)
        }
        var skipped: [Int] = []
        switch pace {
        case .chunks:
            // Whoever has so much time keeps nobody waiting.
            let isHurried = atHand == nil && settings.budget <= .milliseconds(100)
            skipped = try runRounds(of: &steps, context, first: isHurried ? Self.round : settings.chunk, until: deadline)
        case .single: for index in steps.indices { try steps[index].runOne() }
        }
        var outcome = StepOutcome()
        for index in steps.indices {
            try steps[index].finish()
            outcome = outcome + steps[index].outcome
        }
        outcome.resumesAfter = context.resumesAt.map { $0 - now }
        outcome.skipped = Set(skipped.map { steps[$0].partition })
        outcome.appended += try finish(steps, context, pace: pace, at: now)
        return outcome
    }

    /// Handles events in log order for each person, and every timer before the events received at its moment or later.
    ///
    /// A round takes a little from many partitions, because people who came at the same time stand side by side in the tables
    /// whatever their partitions, and because a statement for all of them costs little more than one for few.
    ///
    /// - Parameter first: the most events of the first round. Further ones are as large as the time left allows, going by the last:
    ///   an event of somebody of whom nothing is in memory costs many times as much as another one.
    /// - Returns: the indices of steps that were not looked at, for want of time.
    private func runRounds(
        of steps: inout [PartitionStep], _ context: StepContext, first: Int, until deadline: ContinuousClock.Instant
    ) throws -> [Int] {
        var most = min(first, settings.chunk)
        var open = Array(steps.indices)
        var untouched = Set(open)
        while !open.isEmpty {
            let began = ContinuousClock.now
            let isLate = untouched.count < steps.count && began >= deadline
            let share = isLate ? 0 : share(among: open.count)
            var events: [Event] = []
            var taken: [Int] = []
            for index in open where events.count < most && (!isLate || steps[index].hasQueue) {
                untouched.remove(index)
                taken.append(index)
                events += try steps[index].nextRun(share)
            }
            if taken.isEmpty { break }
            try handle(events, in: context)
            if context.hasTimerChanges {
                try TimerChanges.write(of: context)
                for index in taken where steps[index].hasQueue { try steps[index].lookForDue() }
            }
            if !events.isEmpty {
                let (ended, count) = (ContinuousClock.now, Double(events.count))
                let affordable = max((deadline - ended) / max(ended - began, .nanoseconds(1)) * count, 0)
                most = min(max(Int(min(affordable, 1e6)), Self.round), settings.chunk)
            }
            for index in taken where steps[index].isCaughtUp { try steps[index].wakeDue(until: deadline) }
            // Those not reached in this round come first in the next.
            let rest = taken.filter { !steps[$0].isCaughtUp }
            open = open.filter { !taken.contains($0) } + rest
        }
        return untouched.sorted()
    }

    /// The least events of a round: what is done once for each person of it, and for each statement, is shared by few enough.
    private static let round = 128

    private func share(among count: Int) -> Int { max(settings.chunk / max(count, 1), 8) }

    /// Gives events to the folds, in their order, and then to the reactors.
    func handle(_ events: [Event], in context: StepContext) throws {
        guard !events.isEmpty else { return }
        context.take(events)
        let appended = context.appended.count
        for fold in folds { try fold.apply(events, in: context) }
        guard context.appended.count == appended, !context.hasTimerChanges else {
            throw Problem("log.fold_acts", "a fold appended an event or set a timer; only reactors may")
        }
        let news = events.filter { !$0.history }
        for reactor in reactors {
            let seen = reactor.handlesHistory ? events : news
            if !seen.isEmpty { try reactor.react(to: seen, in: context) }
        }
    }

    /// Handles again what waits for a held person, within the caller's transaction.
    func retry(_ person: PersonID, _ lease: Lease, wall: Timestamp, in db: Connection) throws -> StepOutcome {
        let now = try db.now()
        guard let cursor = try PartitionStep.lock([lease], in: db)[lease.partition] else {
            throw LostLease(partition: lease.partition)
        }
        let context = StepContext(
            db: db, partition: lease.partition, now: cursor.clock, wall: wall, catalog: door.catalog, spare: settings.spare)
        var step = PartitionStep(self, cursor, now: now, context)
        try step.retry(person)
        var outcome = step.outcome
        outcome.appended += try finish([step], context, pace: .single, at: now)
        return outcome
    }

    /// Locks heads: appends what reactors said, and lets clocks advance for timers that wait.
    private func finish(_ done: [PartitionStep], _ context: StepContext, pace: Pace, at now: Timestamp) throws -> Int {
        let db = context.db
        do {
            let appended = try append(context.appended, at: now, in: db)
            for step in done.sorted(by: { $0.partition < $1.partition }) where step.wantsClock {
                try db.run("UPDATE partitions SET clock = \(now) WHERE partition = \(step.partition) AND clock < \(now)")
            }
            return appended
        } catch let error where pace == .single && !Self.isOfDatabase(error) {
            guard let failure = done.first?.failure(error) else { throw error }
            throw failure
        }
    }

    private func append(_ events: [NewEvent], at now: Timestamp, in db: Connection) throws -> Int {
        let answers = try door.accept(events, in: db)
        let refused = zip(events, answers).compactMap { event, answer -> [SQLValue]? in
            guard case .refused(let problem) = answer else { return nil }
            return [
                .integer(Int64(event.cause?.partition ?? 0)), .integer(event.cause?.position ?? 0), .text(event.kind),
                .integer(event.person ?? 0), .time(now), .text(problem.description),
            ]
        }
        try db.insert(
            into: "refusals", ["partition", "position", "kind", "person", "refused_at", "reason"], refused,
            ignoringConflicts: true)
        return answers.count - refused.count
    }

    /// Whether the fault lies with the database or with a race, and not with an event.
    static func isOfDatabase(_ error: any Error) -> Bool {
        switch error {
        case is LostLease, is DoorRace, is CancellationError: true
        case let problem as Problem:
            problem.code.hasPrefix("database.") && !Self.faultsOfStatements.contains(problem.code)
        default: false
        }
    }

    private static let faultsOfStatements: Set = [
        "database.conflict", "database.constraint", "database.failed", "database.statement", "database.null_character",
    ]
}
