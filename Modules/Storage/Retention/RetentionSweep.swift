public import RapportCore

/// Applies a rule of retention to the events that are older than it keeps them, the oldest first, a short transaction at a time.
///
/// Folds are computed anew, in the same transaction, for whoever lost an event: what they keep is again what they make of the log
/// and the opening balances, so `rapport log verify` stays true.
public struct RetentionSweep: Sendable {
    public struct Outcome: Sendable, Hashable {
        /// Events that were dropped or reduced; with `dryRun`, that would be.
        public var events = 0
        /// Events that stay because of their person: held, or waiting behind a failure.
        public var held = 0
        public var people: Set<PersonID> = []

        public init() {}
    }

    /// Where the search goes on.
    private struct Place: Sendable {
        var at: Timestamp = .distantPast
        var person: PersonID = 0
        var ref = EventRef(partition: -1, position: 0)
    }

    private struct Found: Sendable {
        var events: [Event]
        var held: Int
        var end: Place?
    }

    private let folds: [any Fold]
    private let catalog: Catalog
    private let database: any Database
    private let wall: any WallClock

    /// - Parameter folds: all of them, in the order of the step.
    public init(folds: [any Fold], catalog: Catalog, database: any Database, wall: any WallClock) {
        self.folds = folds
        self.catalog = catalog
        self.database = database
        self.wall = wall
    }

    /// - Parameter budget: how long a transaction may take; slices become larger or smaller by it.
    public func run(_ rule: RetentionRule, dryRun: Bool = false, budget: Duration = .milliseconds(50)) async throws -> Outcome {
        var outcome = Outcome()
        var place = Place()
        var size = 50
        let before = wall.now - rule.keep
        while true {
            try Task.checkCancellation()
            let (from, limit) = (place, size)
            let found = try await database.read { [catalog] db in
                try Self.find(rule, before: before, after: from, limit: limit, catalog, in: db)
            }
            outcome.held += found.held
            outcome.events += found.events.count
            outcome.people.formUnion(found.events.map(\.person))
            if !dryRun, !found.events.isEmpty {
                let began = ContinuousClock.now
                try await database.write { db in try apply(rule.then, to: found.events, in: db) }
                let took = ContinuousClock.now - began
                if took > budget { size = max(5, size / 2) } else if took < budget / 3 { size = min(500, size * 2) }
            }
            guard let end = found.end else { return outcome }
            place = end
        }
    }

    private static func find(
        _ rule: RetentionRule, before: Timestamp, after: Place, limit: Int, _ catalog: Catalog, in db: Connection
    ) throws -> Found {
        guard let kind = try catalog.existingKind(rule.kind, in: db)?.id else { return Found(events: [], held: 0) }
        var end: Place?
        var looked = 0
        var refs: [EventRef] = []
        try db.each(
            """
            SELECT occurred_at, person, partition, position FROM timeline
            WHERE kind = \(kind) AND occurred_at < \(before)
                AND (occurred_at, person, partition, position)
                    > (\(after.at), \(after.person), \(after.ref.partition), \(after.ref.position))
            ORDER BY occurred_at, person, partition, position LIMIT \(limit)
            """
        ) { row in
            let ref = EventRef(partition: row.int(2), position: row.integer(3))
            end = Place(at: row.timestamp(0), person: row.integer(1), ref: ref)
            refs.append(ref)
            looked += 1
        }
        if looked < limit { end = nil }
        guard !refs.isEmpty else { return Found(events: [], held: 0, end: end) }
        let source = try rule.source.map { name in
            try db.integer("SELECT id FROM sources WHERE name = \(name)") ?? -1
        }
        var stuck = try RetentionRule.holds(in: db)
        stuck.formUnion(try db.all("SELECT person FROM held ORDER BY partition, person") { $0.integer(0) })
        let inactive = Set(
            try db.all("SELECT id FROM people WHERE id IN \(list: Self.people(of: refs, in: db)) AND state <> 0") {
                $0.integer(0)
            })
        var found = Found(events: [], held: 0, end: end)
        for event in try Self.events(at: refs, in: db) {
            if let source, event.source != source { continue }
            if let topic = rule.topic, try JSONValue(parsing: event.properties)["topic"]?.string != topic { continue }
            if rule.then == .reduce, event.properties == "{}", event.personal == 0 { continue }
            // An erased person's events say nothing any more; those without profile are the house's own.
            if inactive.contains(event.person) || event.profile == 0 { continue }
            if stuck.contains(event.person) { found.held += 1 } else { found.events.append(event) }
        }
        return found
    }

    private static func events(at refs: [EventRef], in db: Connection) throws -> [Event] {
        try Dictionary(grouping: refs, by: \.partition).sorted { $0.key < $1.key }.flatMap { partition, refs in
            try db.all(
                """
                SELECT \(raw: Event.columns) FROM events
                WHERE partition = \(partition) AND position IN \(list: refs.map(\.position).sorted())
                ORDER BY partition, position
                """, Event.init)
        }
    }

    private static func people(of refs: [EventRef], in db: Connection) throws -> [PersonID] {
        Set(try events(at: refs, in: db).map(\.person)).sorted()
    }

    /// Drops or reduces events, as long as they stand where they were found.
    private func apply(_ then: RetentionRule.Then, to found: [Event], in db: Connection) throws {
        let people = Set(found.map(\.person)).sorted()
        let places = try People.current(people, in: db)
        let partitions = Set(places.values.map(\.partition)).union(found.map(\.ref.partition)).sorted().map(Int64.init)
        let clock = try db.all(
            "SELECT clock FROM cursors WHERE partition IN \(list: partitions) ORDER BY partition\(raw: db.forUpdate)"
        ) { $0.timestamp(0) }.max()
        // Whoever was merged, erased or reverted meanwhile is looked at again the next time.
        let known = Set(found)
        let events = try Self.events(at: found.map(\.ref), in: db).filter(known.contains)
        guard !events.isEmpty else { return }
        if then == .drop { try Opening.add(events, in: db) }
        try db.run("DELETE FROM personal_values WHERE id IN \(list: events.map(\.personal).filter { $0 != 0 }.sorted())")
        for (partition, some) in Dictionary(grouping: events, by: \.ref.partition).sorted(by: { $0.key < $1.key }) {
            let positions = some.map(\.ref.position).sorted()
            switch then {
            case .drop:
                try db.run("DELETE FROM events WHERE partition = \(partition) AND position IN \(list: positions)")
            case .reduce:
                try db.run(
                    """
                    UPDATE events SET properties = '{}', personal = 0
                    WHERE partition = \(partition) AND position IN \(list: positions)
                    """)
            }
        }
        let step = StepContext(
            db: db, partition: Int(partitions.first ?? 0), now: try clock ?? db.now(), wall: wall.now, catalog: catalog)
        for fold in folds { try fold.refold(Set(events.map(\.person)).sorted(), in: step) }
    }
}
