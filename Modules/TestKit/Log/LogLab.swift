public import RapportCore
public import RapportStorage

/// The log on a test's database: a door, a step over the folds and reactors given, and the leases of all partitions.
public struct LogLab: Sendable {
    public let database: any Database
    public let catalog: Catalog
    public let door: Door
    public let clock: VirtualClock
    public var folds: [any Fold]
    public var reactors: [any Reactor]

    /// - Parameter seed: gives the public ids, and so the partitions, of new people.
    public init(
        _ database: any Database, clock: VirtualClock = VirtualClock(),
        folds: [any Fold] = [TimelineFold(), TotalsFold()], reactors: [any Reactor] = [], seed: UInt64 = 1
    ) {
        self.database = database
        self.clock = clock
        self.folds = folds
        self.reactors = reactors
        catalog = Catalog()
        let seeds = SeedSequence(seed)
        door = Door(
            catalog: catalog, resolver: IdentityResolver(), seed: { seeds.next() }, appended: { database.announce() })
    }

    public func runner(on other: (any Database)? = nil, _ change: (inout Stepper.Settings) -> Void = { _ in }) -> StepRunner {
        var settings = Stepper.Settings()
        // A debug build on a busy machine: budgets must not decide what a test sees.
        settings.budget = .seconds(5)
        settings.spare = .seconds(5)
        change(&settings)
        return StepRunner(
            stepper: Stepper(folds: folds, reactors: reactors, door: door, settings: settings), database: other ?? database,
            wall: clock)
    }

    /// Takes the leases of all partitions for a worker.
    public func leases(_ worker: String = "lab") async throws -> [Lease] {
        try await database.write { db in try Leases(worker: worker, span: .days(1)).refresh(in: db) }
    }

    @discardableResult
    public func accept(_ events: NewEvent...) async throws -> [Acceptance] { try await door.accept(events, in: database) }

    /// Steps until there is nothing left to do.
    @discardableResult
    public func drain() async throws -> StepOutcome { try await runner().drain(leases()) }

    /// What every fold says of every person, in one text.
    public func fingerprints() async throws -> String {
        try await database.read { [folds] db in
            let people = try db.all("SELECT id FROM people WHERE state = 0 ORDER BY id") { $0.integer(0) }
            return try people.map { person in
                try folds.map { "\(person) \($0.name): \(try $0.fingerprint(of: person, in: db))" }.joined(separator: "\n")
            }.joined(separator: "\n")
        }
    }

    /// Every event on the log.
    public func events() async throws -> [Event] {
        try await database.read { db in
            try db.all("SELECT \(raw: Event.columns) FROM events ORDER BY partition, position", Event.init)
        }
    }
}

extension NewEvent {
    /// An event of the person whom the source `lab` calls `name`.
    public static func of(
        _ name: String, _ kind: String, _ properties: JSONValue = [:], at: Timestamp? = nil, history: Bool = false,
        key: String? = nil, source: String = "lab"
    ) -> NewEvent {
        NewEvent(
            kind: kind, source: source, identifiers: [Identifier(kind: "external.lab", value: name)], occurredAt: at,
            properties: properties, dedupeKey: key.map { DedupeKey.hash("lab", $0) }, history: history)
    }
}
