import RapportCore

extension IdentityPlan {
    /// Reads what is known of the identifiers of a batch: a query per kind and a few more, however large the batch.
    ///
    /// What a source says again of somebody it knows, which is most of what ever comes, is settled by the first of them. Only
    /// for the others all profiles of the people behind the identifiers are read.
    mutating func read(for requests: [IdentityRequest], in db: Connection) throws {
        var wanted: [String: Set<String>] = [:]
        for request in requests {
            for identifier in request.identifiers { wanted[identifier.kind, default: []].insert(identifier.value) }
        }
        for (kind, texts) in wanted.sorted(by: { $0.key < $1.key }) {
            guard let number = kinds[kind] else { continue }
            let texts = texts.sorted()
            // Owners and markers first: a value that thousands share has thousands of claims, which nobody needs.
            try readRows(of: kind, where: "i.kind = \(number) AND i.value IN \(list: texts) AND i.holder <= 0", in: db)
            let open = texts.filter { values[Identifier(kind: kind, value: $0)]?.marker == nil }
            let shareable = open.filter { values[Identifier(kind: kind, value: $0)] != nil || isShared(kind, $0) }
            if !shareable.isEmpty {
                try readRows(of: kind, where: "i.kind = \(number) AND i.value IN \(list: shareable) AND i.holder > 0", in: db)
            }
        }
        let others = requests.filter { !isFamiliar($0) }
        let holders = Set(others.flatMap(\.identifiers).flatMap { people(behind: $0) }).subtracting([0])
        guard !holders.isEmpty else { return }
        try readProfiles(of: holders.sorted(), others, in: db)
    }

    private func isShared(_ kind: String, _ value: String) -> Bool { rules.isShared(Identifier(kind: kind, value: value)) }

    private mutating func readRows(of kind: String, where condition: SQL, in db: Connection) throws {
        try db.each(
            """
            SELECT i.value, i.holder, i.profile, i.person, i.batch, p.source, p.origin, q.partition, q.anonymous
            FROM identifiers AS i LEFT JOIN profiles AS p ON p.id = i.profile LEFT JOIN people AS q ON q.id = i.person
            WHERE \(condition)
            ORDER BY i.kind, i.value, i.holder
            """
        ) { row in
            let identifier = Identifier(kind: kind, value: row.text(0))
            let (holder, profile, person) = (row.integer(1), row.integer(2), row.integer(3))
            if profile != 0 {
                profiles[profile] = Profile(source: row.integer(5), origin: row.integer(6), person: person)
                personOf[row.integer(6)] = person
                people[person] = Person(partition: row.int(7), anonymous: row.bool(8))
            }
            let claim = Claim(profile: profile, batch: row.integer(4))
            switch holder {
            case -1: values[identifier, default: Value()].marker = profile
            case 0:
                values[identifier, default: Value()].owner = claim
                owners.insert(row.integer(6))
            default: values[identifier, default: Value()].claims.append(claim)
            }
        }
    }

    /// Whether the request says nothing new: each identifier is one profile's alone, the same one, of the request's own source,
    /// and its person nobody's alias or survivor.
    private func isFamiliar(_ request: IdentityRequest) -> Bool {
        var only: ProfileID?
        for identifier in request.identifiers {
            guard let value = values[identifier], value.marker == nil else { return false }
            let claims = value.claims.count + (value.owner == nil ? 0 : 1)
            guard claims == 1, let profile = (value.owner ?? value.claims.first)?.profile, only == nil || only == profile
            else { return false }
            only = profile
        }
        guard let only, let profile = profiles[only] else { return false }
        return profile.source == request.source && profile.origin == profile.person
    }

    /// Who has the profiles that a value was said of.
    private func people(behind identifier: Identifier) -> [PersonID] {
        guard let value = values[identifier] else { return [] }
        return (value.claims.map(\.profile) + [value.owner?.profile, value.marker].compactMap { $0 }).map { person(of: $0) }
    }

    private mutating func readProfiles(of holders: [PersonID], _ requests: [IdentityRequest], in db: Connection) throws {
        try db.each(
            "SELECT id, source, origin, person FROM profiles WHERE person IN \(list: holders) ORDER BY id"
        ) { row in
            let profile = Profile(source: row.integer(1), origin: row.integer(2), person: row.integer(3))
            profiles[row.integer(0)] = profile
            personOf[profile.origin] = profile.person
            let key = SourceOrigin(source: profile.source, origin: profile.origin)
            if profileOf[key] == nil { profileOf[key] = row.integer(0) }
        }
        // Those who have been merged into somebody else, and are origins still.
        let origins = Set(personOf.keys).subtracting(people.keys).sorted()
        if !origins.isEmpty {
            try db.each("SELECT id, partition, anonymous FROM people WHERE id IN \(list: origins)") { row in
                people[row.integer(0)] = Person(partition: row.int(1), anonymous: row.bool(2))
            }
        }
        try readSingles(of: holders, requests, in: db)
        // Who is known by something better than a shared value. All behind a request with a shared value are asked for, also who
        // has the value only by a marker or will have it within this batch: what else they are to others must not matter.
        let sharing = requests.filter { $0.identifiers.contains(where: isSaidOfSeveral) }
        let crowded = Set(sharing.flatMap(\.identifiers).flatMap { people(behind: $0) }).subtracting([0])
        if !crowded.isEmpty {
            try db.each(
                "SELECT profile FROM identifiers WHERE person IN \(list: crowded.sorted()) AND holder = 0"
            ) { owners.insert(origin(of: $0.integer(0))) }
        }
        try readMerged(in: db)
    }

    private func isSaidOfSeveral(_ identifier: Identifier) -> Bool {
        values[identifier].map { !$0.claims.isEmpty || $0.marker != nil } ?? false
    }

    /// Which origins of merged people are anonymous by themselves: what the others of the merge are known by is not theirs.
    private mutating func readMerged(in db: Connection) throws {
        let merged = Set(personOf.filter { $0.key != $0.value }.values).sorted()
        guard !merged.isEmpty else { return }
        var known: Set<PersonID> = []
        var seen: Set<PersonID> = []
        let anonymous = Set(try IdentifierNumbers.all(in: db).filter { rules.kind($0.key)?.anonymous == true }.values)
        try db.each("SELECT kind, profile FROM identifiers WHERE person IN \(list: merged)") { row in
            let origin = origin(of: row.integer(1))
            seen.insert(origin)
            if !anonymous.contains(row.integer(0)) { known.insert(origin) }
        }
        for origin in seen { anonymousOrigins[origin] = !known.contains(origin) }
    }

    private mutating func readSingles(of holders: [PersonID], _ requests: [IdentityRequest], in db: Connection) throws {
        let single = Set(requests.flatMap { $0.identifiers.map(\.kind) }).filter { rules.kind($0)?.single == true }
        let names = Dictionary(single.compactMap { name in kinds[name].map { ($0, name) } }) { first, _ in first }
        guard !names.isEmpty, requests.contains(where: hasFreshSingle) else { return }
        // Kinds are told apart here: asked for them too, SQLite would read everybody's values of a kind.
        try db.each("SELECT kind, value, profile FROM identifiers WHERE person IN \(list: holders)") { row in
            guard let name = names[row.integer(0)] else { return }
            singles[origin(of: row.integer(2)), default: [:]][name, default: []].insert(row.text(1))
        }
    }

    private func hasFreshSingle(_ request: IdentityRequest) -> Bool {
        request.identifiers.contains { rules.kind($0.kind)?.single == true && values[$0]?.owner == nil }
    }
}
