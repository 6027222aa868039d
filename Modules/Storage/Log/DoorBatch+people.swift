import RapportCore

extension DoorBatch {
    /// - Returns: whether an anonymous person turned out to be a known one.
    mutating func findPeople(_ resolver: IdentityResolver, seed: () -> UInt64, in db: Connection) throws -> Bool {
        let events = prepared.checked.events
        for number in places.indices {
            guard let person = events[places[number].index].person else { continue }
            places[number].person = person
            places[number].profile = events[places[number].index].profile ?? 0
        }
        let asking = places.indices.filter { isAsking(places[$0]) }
        var mergeIsDue = false
        if !asking.isEmpty {
            // Duplicates ask for nobody. Where there are none, and the rules are still the same, all is prepared.
            let rules = try resolver.book.edition(in: db)
            let isReady = asking.count == prepared.identities.requests.count && rules.versions == prepared.identities.versions
            let identities =
                isReady ? prepared.identities : IdentityBatch(asking.map { events[places[$0].index].identifiers }, rules)
            let sayings = asking.map { number in
                let index = places[number].index
                return IdentityPlan.Saying(
                    source: places[number].source, at: min(events[index].occurredAt ?? now, now), batch: events[index].batch)
            }
            var generator = SplitMix64(seed: seed())
            let found = try resolver.resolve(identities, sayings, now: now, in: db, using: &generator)
            for (request, number) in asking.enumerated() {
                guard let identity = found[request] else { continue }
                places[number].person = identity.person
                places[number].profile = identity.profile
                places[number].partition = identity.partition
                if identity.created { places[number].newcomer = sayings[request].at }
                mergeIsDue = mergeIsDue || identity.mergeDue
            }
        }
        try findNamedPeople(in: db)
        try findProfiles(in: db)
        return mergeIsDue
    }

    /// Reactors name people as they knew them; meanwhile they may have become somebody else's alias.
    private mutating func findNamedPeople(in db: Connection) throws {
        let events = prepared.checked.events
        let named = Set(places.compactMap { events[$0.index].person }).subtracting([0])
        guard !named.isEmpty else { return }
        let whereabouts = try Whereabouts.of(named, in: db)
        var kept: [Place] = []
        kept.reserveCapacity(places.count)
        for var place in places {
            if let person = events[place.index].person, person != 0 {
                switch whereabouts[person] {
                case .at(let person, let partition):
                    place.person = person
                    place.partition = partition
                case .erased:
                    refuse(place, Problem("event.person", "the person has been erased"))
                    continue
                case nil:
                    refuse(place, Problem("event.person", "there is no person \(place.person)"))
                    continue
                }
            }
            kept.append(place)
        }
        places = kept
    }

    /// What a reactor appends without naming a profile goes to the person's first.
    private mutating func findProfiles(in db: Connection) throws {
        let people = Set(places.filter { $0.person != 0 && $0.profile == 0 }.map(\.person)).sorted()
        guard !people.isEmpty else { return }
        var first: [PersonID: ProfileID] = [:]
        try db.each("SELECT person, MIN(id) FROM profiles WHERE person IN \(list: people) GROUP BY person") { row in
            first[row.integer(0)] = row.integer(1)
        }
        for number in places.indices where places[number].profile == 0 {
            places[number].profile = first[places[number].person] ?? 0
        }
    }
}
