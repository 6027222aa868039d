public import RapportCore

/// Runs steps against a database. Where one throws, finds whose event or timer it was, holds that person, and goes on with
/// the others.
public struct StepRunner: Sendable {
    public internal(set) var stepper: Stepper
    let database: any Database
    let wall: any WallClock

    public init(stepper: Stepper, database: any Database, wall: any WallClock) {
        self.stepper = stepper
        self.database = database
        self.wall = wall
    }

    /// One step of every partition of `leases`, in one transaction if nothing throws.
    ///
    /// - Throws: `LostLease`, and errors of the database. Nothing is then half done; call again.
    public func step(_ leases: [Lease]) async throws -> StepOutcome {
        guard !leases.isEmpty else { return StepOutcome() }
        do {
            let asked = ContinuousClock.now
            return try await write { db in
                let waited = ContinuousClock.now - asked
                var outcome = try stepper.step(leases, wall: wall.now, in: db)
                outcome.waited = waited
                return outcome
            }
        } catch let error where !Stepper.isOfDatabase(error) {
            var outcome = StepOutcome()
            for lease in leases { outcome = outcome + (try await stepSingly(lease)) }
            return outcome
        }
    }

    /// Steps until no partition has more to do: for tests, simulations and imports that wait.
    @discardableResult
    public func drain(_ leases: [Lease]) async throws -> StepOutcome {
        // Whoever waits for the end wants what can wait done, too.
        var eager = self
        eager.stepper.settings.spare = .seconds(3_600)
        var total = StepOutcome()
        var left = leases
        while !left.isEmpty {
            let outcome = try await eager.step(left)
            total = total + outcome
            let touched = outcome.appended > 0
            left = touched ? leases : leases.filter { outcome.unfinished.contains($0.partition) }
        }
        total.unfinished = []
        return total
    }

    /// Tries again with the people whom somebody has asked to retry.
    public func retryHeld(_ leases: [Lease]) async throws -> StepOutcome {
        var outcome = StepOutcome()
        let asked = try await database.read { db in try Held.asked(in: leases.map(\.partition), db) }
        for (partition, person) in asked {
            guard let lease = leases.first(where: { $0.partition == partition }) else { continue }
            do {
                outcome = outcome + (try await write { db in try stepper.retry(person, lease, wall: wall.now, in: db) })
            } catch let failure as StepFailure {
                try await database.write { db in try Held.hold(failure, lease, in: db) }
            }
        }
        return outcome
    }

    /// As much as one chunk, an event or a timer at a time, each in a transaction of its own.
    private func stepSingly(_ lease: Lease) async throws -> StepOutcome {
        var outcome = StepOutcome()
        for _ in 0..<stepper.settings.chunk {
            do {
                let one = try await write { db in try stepper.step([lease], wall: wall.now, pace: .single, in: db) }
                outcome = outcome + one
                if !one.unfinished.contains(lease.partition) {
                    outcome.unfinished.remove(lease.partition)
                    return outcome
                }
            } catch let failure as StepFailure {
                try await database.write { db in try Held.hold(failure, lease, in: db) }
                outcome.unfinished.insert(lease.partition)
            }
        }
        return outcome
    }

    private func write<Result: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Result) async throws -> Result {
        for _ in 1..<5 {
            do { return try await database.write(body) } catch is DoorRace { continue }
        }
        return try await database.write(body)
    }
}
