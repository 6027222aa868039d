import RapportCore

extension IdentityPlan {
    /// Reads all that is known of the identifiers of a batch: a query per kind and three more, however large the batch.
    mutating func read(for requests: [IdentityRequest], in db: Connection) throws {
        var wanted: [String: Set<String>] = [:]
        for request in requests {
            for identifier in request.identifiers { wanted[identifier.kind, default: []].insert(identifier.value) }
        }
        var holders: Set<PersonID> = []
        for (kind, texts) in wanted.sorted(by: { $0.key < $1.key }) {
            guard let number = kinds[kind] else { continue }
            let texts = texts.sorted()
            // Owners and markers first: a value that thousands share has thousands of claims, which nobody needs.
            try readRows(of: kind, where: "i.kind = \(number) AND i.value IN \(list: texts) AND i.holder <= 0", &holders, in: db)
            let open = texts.filter { values[Identifier(kind: kind, value: $0)]?.marker == nil }
            let shareable = open.filter { values[Identifier(kind: kind, value: $0)] != nil || isShared(kind, $0) }
            if !shareable.isEmpty {
                try readRows(
                    of: kind, where: "i.kind = \(number) AND i.value IN \(list: shareable) AND i.holder > 0", &holders, in: db)
            }
        }
        guard !holders.isEmpty else { return }
        try readPeople(holders.sorted(), requests, in: db)
    }

    private func isShared(_ kind: String, _ value: String) -> Bool { rules.isShared(Identifier(kind: kind, value: value)) }

    private mutating func readRows(of kind: String, where condition: SQL, _ holders: inout Set<PersonID>, in db: Connection)
        throws
    {
        try db.each(
            """
            SELECT i.value, i.holder, i.profile, i.person, i.batch, p.source, p.origin
            FROM identifiers AS i LEFT JOIN profiles AS p ON p.id = i.profile
            WHERE \(condition)
            ORDER BY i.kind, i.value, i.holder
            """
        ) { row in
            let identifier = Identifier(kind: kind, value: row.text(0))
            let (holder, profile, person) = (row.integer(1), row.integer(2), row.integer(3))
            if profile != 0 {
                profiles[profile] = Profile(source: row.integer(5), origin: row.integer(6), person: person)
                personOf[row.integer(6)] = person
                holders.insert(person)
            }
            let claim = Claim(profile: profile, batch: row.integer(4))
            switch holder {
            case -1: values[identifier, default: Value()].marker = profile
            case 0: values[identifier, default: Value()].owner = claim
            default: values[identifier, default: Value()].claims.append(claim)
            }
        }
    }

    private mutating func readPeople(_ holders: [PersonID], _ requests: [IdentityRequest], in db: Connection) throws {
        try db.each(
            "SELECT id, source, origin, person FROM profiles WHERE person IN \(list: holders) ORDER BY id"
        ) { row in
            let profile = Profile(source: row.integer(1), origin: row.integer(2), person: row.integer(3))
            profiles[row.integer(0)] = profile
            personOf[profile.origin] = profile.person
            let key = SourceOrigin(source: profile.source, origin: profile.origin)
            if profileOf[key] == nil { profileOf[key] = row.integer(0) }
        }
        try db.each(
            "SELECT id, partition, anonymous FROM people WHERE id IN \(list: Set(holders).union(personOf.keys).sorted())"
        ) { row in
            people[row.integer(0)] = Person(partition: row.int(1), anonymous: row.bool(2))
        }
        let single = Set(requests.flatMap { $0.identifiers.map(\.kind) }).filter { rules.kind($0)?.single == true }
        let names = Dictionary(single.compactMap { name in kinds[name].map { ($0, name) } }) { first, _ in first }
        if !names.isEmpty, requests.contains(where: hasFreshSingle) {
            try db.each(
                """
                SELECT kind, value, profile FROM identifiers
                WHERE person IN \(list: holders) AND kind IN \(list: names.keys.sorted())
                """
            ) { row in
                guard let name = names[row.integer(0)] else { return }
                singles[origin(of: row.integer(2)), default: [:]][name, default: []].insert(row.text(1))
            }
        }
        let crowded = values.values.filter { $0.claims.count > 1 }.flatMap { $0.claims.map { person(of: $0.profile) } }
        if !crowded.isEmpty {
            try db.each(
                "SELECT profile FROM identifiers WHERE person IN \(list: Set(crowded).sorted()) AND holder = 0"
            ) { owners.insert(origin(of: $0.integer(0))) }
        }
    }

    private func hasFreshSingle(_ request: IdentityRequest) -> Bool {
        request.identifiers.contains { rules.kind($0.kind)?.single == true && values[$0]?.owner == nil }
    }
}
