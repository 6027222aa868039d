public import RapportCore
public import RapportEngagement
import RapportStorage

/// A worker that is moved by hand: it steps, decides and sends until nothing is due, then stands still. With a virtual clock a
/// week passes in seconds, by the same code as in a week.
public struct RapportRunner: Sendable {
    public let rapport: Rapport
    public let outreach: Outreach
    private let steps: StepRunner
    private let leases: Leases
    private let merger: Merger

    /// - Parameter name: under which it takes its leases.
    public init(_ rapport: Rapport, _ outreach: Outreach, name: String) {
        self.rapport = rapport
        self.outreach = outreach
        var settings = rapport.stepper.settings
        // Nobody waits behind these steps.
        settings.budget = .milliseconds(500)
        steps = StepRunner(
            stepper: Stepper(
                folds: rapport.stepper.folds, reactors: rapport.stepper.reactors, door: rapport.door, settings: settings),
            database: rapport.database, wall: rapport.clock)
        leases = Leases(worker: name)
        merger = rapport.merger
    }

    /// Handles everything that is due now, and what follows from it.
    public func settle() async throws {
        let (database, leases) = (rapport.database, leases)
        let held = try await database.write { db in try leases.refresh(in: db) }
        while true {
            try await rapport.segmentCounter.run()
            try await steps.drain(held)
            let wall = rapport.clock.now
            let merged = try await database.write { [merger] db in try merger.mergeDue(wall: wall, in: db).count }
            let isBusy = try await outreach.loop.pass(held)
            if isBusy || merged > 0 { continue }
            if try await database.read({ db in try Door.backlog(in: db) }) == 0 { return }
        }
    }

    /// Moves `clock`, which must be this Rapport's, from one due message to the next until `end`, and settles at each.
    ///
    /// Timers need no stop of their own, for a step handles each at its moment; but none may be found so late that its effects
    /// were history.
    public func advance(_ clock: VirtualClock, to end: Timestamp) async throws {
        while clock.now < end {
            let now = clock.now
            let next = try await rapport.database.read { db in try Self.nextMoment(after: now, in: db) }
            clock.set(min(end, next ?? end, now + .hours(12)))
            try await settle()
        }
    }

    /// Gives the partitions back, so that another process need not wait for the leases to run out.
    public func end() async throws {
        try await rapport.database.write { [leases] db in try leases.end(in: db) }
    }

    private static func nextMoment(after now: Timestamp, in db: Connection) throws -> Timestamp? {
        let moments = [
            try db.integer(
                """
                SELECT MIN(messages.at) FROM messages JOIN acts ON acts.id = messages.act
                WHERE messages.state < 2 AND acts.state = 0 AND messages.at > \(now)
                """),
            try db.integer("SELECT MIN(starts_at) FROM campaigns WHERE state = 'scheduled' AND starts_at > \(now)"),
        ]
        return moments.compactMap { $0 }.min().map { Timestamp(milliseconds: $0) }
    }
}
