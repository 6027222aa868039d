public import RapportCore

/// The step: turns the next events and due timers of partitions into state, in one transaction.
///
/// Folds run in the order given, then reactors; what reactors append and set is written at the end, and the cursor moves.
/// So nothing is lost and nothing is applied twice, whenever a process dies.
public struct Stepper: Sendable {
    public let folds: [any Fold]
    public let reactors: [any Reactor]
    public let door: Door
    public let settings: Settings

    public struct Settings: Sendable {
        /// The most events read at once.
        public var chunk = 256
        /// A transaction that has taken this long begins no further chunk.
        public var budget = Duration.milliseconds(40)
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

    /// Steps the partitions of `leases`, in the order given, as far as its events, its clock and the budget allow, within the caller's
    /// transaction.
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

    func step(_ leases: [Lease], wall: Timestamp, pace: Pace, in db: Connection) throws -> StepOutcome {
        let start = ContinuousClock.now
        let now = try db.now()
        var outcome = StepOutcome()
        var done: [PartitionStep] = []
        // Cursors, then rows by key, then heads: every transaction takes its locks in this order.
        let cursors = try PartitionStep.lock(leases, in: db)
        for lease in leases {
            guard let cursor = cursors[lease.partition] else { throw LostLease(partition: lease.partition) }
            guard done.isEmpty || ContinuousClock.now - start < settings.budget else {
                outcome.unfinished.insert(lease.partition)
                outcome.skipped.insert(lease.partition)
                continue
            }
            var step = PartitionStep(self, cursor, wall: wall, now: now, in: db)
            try step.run(pace, until: start + settings.budget)
            outcome = outcome + step.outcome
            done.append(step)
        }
        outcome.appended += try finish(done, pace: pace, at: now, in: db)
        return outcome
    }

    /// Handles again what waits for a held person, within the caller's transaction.
    func retry(_ person: PersonID, _ lease: Lease, wall: Timestamp, in db: Connection) throws -> StepOutcome {
        let now = try db.now()
        guard let cursor = try PartitionStep.lock([lease], in: db)[lease.partition] else {
            throw LostLease(partition: lease.partition)
        }
        var step = PartitionStep(self, cursor, wall: wall, now: now, in: db)
        try step.retry(person)
        var outcome = step.outcome
        outcome.appended += try finish([step], pace: .single, at: now, in: db)
        return outcome
    }

    /// Locks heads: appends what reactors said, and lets clocks advance for timers that wait.
    private func finish(_ done: [PartitionStep], pace: Pace, at now: Timestamp, in db: Connection) throws -> Int {
        do {
            let appended = try append(done.flatMap(\.context.appended), at: now, in: db)
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
