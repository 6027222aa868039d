import RapportCore

extension DoorBatch {
    /// - Returns: whether an anonymous person turned out to be a known one.
    mutating func findPeople(_ resolver: IdentityResolver, seed: () -> UInt64, in db: Connection) throws -> Bool {
        for index in items.indices {
            guard let person = items[index].event.person else { continue }
            items[index].person = person
            items[index].profile = items[index].event.profile ?? 0
        }
        let asking = items.indices.filter { items[$0].isAsking }
        var mergeIsDue = false
        if !asking.isEmpty {
            // Duplicates ask for nobody. Where there are none, and the rules are still the same, all is prepared.
            let rules = try resolver.book.edition(in: db)
            let isReady = asking.count == prepared.identities.requests.count && rules.versions == prepared.identities.versions
            let identities =
                isReady ? prepared.identities : IdentityBatch(asking.map { items[$0].event.identifiers }, rules)
            let sayings = asking.map { index in
                let event = items[index].event
                return IdentityPlan.Saying(
                    source: items[index].source?.id ?? 0, at: min(event.occurredAt ?? now, now), batch: event.batch)
            }
            var generator = SplitMix64(seed: seed())
            let found = try resolver.resolve(identities, sayings, now: now, in: db, using: &generator)
            for case (let index, let identity?) in zip(asking, found) {
                items[index].person = identity.person
                items[index].profile = identity.profile
                items[index].partition = identity.partition
                mergeIsDue = mergeIsDue || identity.mergeDue
            }
        }
        try findNamedPeople(in: db)
        try findProfiles(in: db)
        return mergeIsDue
    }

    /// Reactors name people as they knew them; meanwhile they may have become somebody else's alias.
    private mutating func findNamedPeople(in db: Connection) throws {
        let named = Set(items.compactMap(\.event.person)).subtracting([0])
        guard !named.isEmpty else { return }
        let whereabouts = try Whereabouts.of(named, in: db)
        var kept: [Item] = []
        kept.reserveCapacity(items.count)
        for var item in items {
            if let person = item.event.person, person != 0 {
                switch whereabouts[person] {
                case .at(let person, let partition):
                    item.person = person
                    item.partition = partition
                case .erased:
                    refuse(item, Problem("event.person", "the person has been erased"))
                    continue
                case nil:
                    refuse(item, Problem("event.person", "there is no person \(item.person)"))
                    continue
                }
            }
            kept.append(item)
        }
        items = kept
    }

    /// What a reactor appends without naming a profile goes to the person's first.
    private mutating func findProfiles(in db: Connection) throws {
        let people = Set(items.filter { $0.person != 0 && $0.profile == 0 }.map(\.person)).sorted()
        guard !people.isEmpty else { return }
        var first: [PersonID: ProfileID] = [:]
        try db.each("SELECT person, MIN(id) FROM profiles WHERE person IN \(list: people) GROUP BY person") { row in
            first[row.integer(0)] = row.integer(1)
        }
        for index in items.indices where items[index].profile == 0 {
            items[index].profile = first[items[index].person] ?? 0
        }
    }
}
