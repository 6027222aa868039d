public import RapportCore

/// Takes events of an import away from the log again, with everything that came of them: what is left is as if they had never
/// come.
///
/// Profiles that nothing else spoke of go, identifiers that nobody else said, and people who have no profile left. Whoever
/// something was done to since, and a message is such a thing, stays as a number without a name.
public struct EventRemoval: Sendable {
    let folds: [any Fold]
    let participants: [any RemovalParticipant]
    let catalog: Catalog
    let book: IdentityRuleBook

    /// - Parameter folds: all of them, in the order of the step.
    public init(
        folds: [any Fold], participants: [any RemovalParticipant], catalog: Catalog, book: IdentityRuleBook = IdentityRuleBook()
    ) {
        self.folds = folds
        self.participants = participants
        self.catalog = catalog
        self.book = book
    }

    /// Which events, and what is to be spared.
    public struct Request: Sendable {
        /// The number of the import whose identifiers go.
        public var batch: Int64
        /// Where the door put them; merges since are followed.
        public var refs: [EventRef]
        /// Whether events of lasting kinds (opt-outs) go too.
        public var includesLasting: Bool
        /// Profiles whose identifiers stay, because a lasting event of the import does.
        public var spared: Set<ProfileID>

        public init(batch: Int64, refs: [EventRef], includesLasting: Bool, spared: Set<ProfileID>) {
            self.batch = batch
            self.refs = refs
            self.includesLasting = includesLasting
            self.spared = spared
        }
    }

    public struct Outcome: Sendable, Hashable {
        /// Of the refs, those that are gone. Their dedupe keys are the caller's to forget.
        public var removed: Set<EventRef> = []
        /// People who are nobody any more.
        public var gone = 0
    }

    /// The profiles of those events among `refs` that stay unless they are asked for.
    ///
    /// - Throws: `Problem` `removal.waiting` if the step has not come to one of the events.
    public func lastingProfiles(of refs: [EventRef], in db: Connection) throws -> Set<ProfileID> {
        let located = try LocatedEvents(refs, in: db)
        try located.checkHandled(in: db)
        let kinds = try numbers(of: Set(participants.flatMap(\.lastingKinds)), in: db)
        return Set(located.events.values.filter { kinds.contains($0.kind) }.map(\.profile)).subtracting([0])
    }

    /// Removes events within the caller's transaction.
    ///
    /// - Throws: `Problem` `removal.waiting`; `DoorRace` if somebody was merged meanwhile: roll back and try again.
    public func remove(_ request: Request, wall: Timestamp, in db: Connection) throws -> Outcome {
        let located = try LocatedEvents(request.refs, in: db)
        let lasting = request.includesLasting ? [] : try numbers(of: Set(participants.flatMap(\.lastingKinds)), in: db)
        let events = located.events.filter { !lasting.contains($0.value.kind) }
        // What stands nowhere any more has been removed before.
        var outcome = Outcome()
        outcome.removed = Set(events.keys).union(request.refs.filter { located.events[$0] == nil })
        guard !events.isEmpty else { return outcome }

        let people = Set(events.values.map(\.person)).subtracting([0]).sorted()
        let places = try People.current(people, in: db)
        var partitions = Set(events.values.map(\.ref.partition))
        partitions.formUnion(places.values.map(\.partition))
        let clock = try lock(partitions, in: db)
        try located.checkHandled(in: db)
        // Merges lock cursors too: where everything was read is where it stays now.
        guard try LocatedEvents(request.refs, in: db).events == located.events else { throw DoorRace() }

        let step = StepContext(
            db: db, partition: partitions.min() ?? Partition.house, now: clock, wall: wall, catalog: catalog)
        var removal = PeopleRemoval(
            events: events.values.sorted { $0.ref < $1.ref }, people: people, partitions: partitions.sorted(), step: step,
            derived: try numbers(of: Set(participants.flatMap(\.derivedKinds)), in: db))
        try removal.deleteEvents(alsoCausedBy: Set(request.refs).union(events.values.map(\.ref)))
        for participant in participants { try participant.forget(removal.events, in: step) }
        let rules = try book.rules(in: db)
        try IdentifierRemoval(
            batch: request.batch, profiles: removal.profiles.subtracting(request.spared), people: people, rules: rules, db: db
        ).run()
        guard !people.isEmpty else { return outcome }
        for fold in folds { try fold.refold(people, in: step) }
        let empty = try removal.peopleWithoutProfiles()
        let needed = try participants.reduce(into: Set<PersonID>()) { $0.formUnion(try $1.needed(empty, in: db)) }
        let changed = people.filter { !empty.contains($0) }
        try rules.updateAnonymous(changed, in: db)
        for participant in participants { try participant.didRemove(changed: changed, gone: empty, in: step) }
        try removal.forget(empty, needed: needed)
        try removal.writeTimers()
        outcome.gone = empty.count
        return outcome
    }

    private func numbers(of kinds: Set<String>, in db: Connection) throws -> Set<Int64> {
        try kinds.reduce(into: []) { numbers, name in
            if let kind = try catalog.existingKind(name, in: db) { numbers.insert(kind.id) }
        }
    }

    /// Locks cursors, then heads, as a merge does: no step and no intake of these people is under way.
    ///
    /// - Returns: the clock of the cursor that is furthest.
    private func lock(_ partitions: Set<Int>, in db: Connection) throws -> Timestamp {
        let list = partitions.sorted().map(Int64.init)
        let clocks = try db.all(
            "SELECT clock FROM cursors WHERE partition IN \(list: list) ORDER BY partition\(raw: db.forUpdate)"
        ) { $0.timestamp(0) }
        _ = try db.all(
            "SELECT head FROM partitions WHERE partition IN \(list: list) ORDER BY partition\(raw: db.forUpdate)"
        ) { $0.integer(0) }
        return clocks.max() ?? .distantPast
    }
}
