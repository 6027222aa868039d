import RapportCore

extension IdentityPlan {
    /// Reads what is known of the identifiers of a batch: a query per kind and a few more, however large the batch.
    ///
    /// What a source says again of somebody it knows, which is most of what ever comes, is settled by the first of them. Only
    /// for the others all profiles of the people behind the identifiers are read.
    ///
    /// - Parameters:
    ///   - sayings: who says it when, for each request.
    ///   - rules: asked for where people have been merged.
    mutating func read(for sayings: [Saying], rules: () throws -> IdentityRules, in db: Connection) throws {
        var start = 0
        while start < batch.entries.count {
            let kind = batch.entries[start].kind
            let end = batch.entries[start...].firstIndex { $0.kind != kind } ?? batch.entries.count
            // Owners and markers first: a value that thousands share has thousands of claims, which nobody needs.
            try readRows(of: Array(start..<end), holders: "<= 0", in: db)
            let shareable = (start..<end).filter { entry in
                values[entry].marker == nil && (values[entry].isKnown || batch.entries[entry].isShared)
            }
            if !shareable.isEmpty { try readRows(of: shareable, holders: "> 0", in: db) }
            start = end
        }
        var open: [[Int]] = []
        // Who is known by something better than a shared value is asked of all behind a request with one, also of who has the value
        // only by a marker or will have it within this batch: what else they are to others must not matter.
        var crowd: Set<PersonID> = []
        for (request, saying) in zip(batch.requests, sayings) where !isFamiliar(request, saying) {
            open.append(request)
            if request.contains(where: { !values[$0].claims.isEmpty || values[$0].marker != nil }) {
                for entry in request { crowd.formUnion(people(behind: values[entry])) }
            }
        }
        var holders: Set<PersonID> = []
        for entry in open.joined() where values[entry].isKnown { holders.formUnion(people(behind: values[entry])) }
        holders.remove(0)
        guard !holders.isEmpty else { return }
        try readProfiles(of: holders.sorted(), in: db)
        try readSingles(open, in: db)
        try readOwners(among: crowd.subtracting([0]).sorted(), in: db)
        try readMerged(rules, in: db)
    }

    /// - Parameter entries: of one kind, in the order of the batch, which is that of the rows.
    private mutating func readRows(of entries: [Int], holders which: String, in db: Connection) throws {
        let texts = entries.map(value)
        var next = 0
        try db.each(
            """
            SELECT i.value, i.holder, i.profile, i.person, i.batch, p.source, p.origin, q.partition, q.anonymous
            FROM identifiers AS i LEFT JOIN profiles AS p ON p.id = i.profile LEFT JOIN people AS q ON q.id = i.person
            WHERE i.kind = \(kind(of: entries[0])) AND i.value IN \(list: texts) AND i.holder \(raw: which)
            ORDER BY i.kind, i.value, i.holder
            """
        ) { row in
            let text = row.text(0)
            while next < texts.count, texts[next] != text { next += 1 }
            guard next < texts.count else { return }
            let (holder, profile, person) = (row.integer(1), row.integer(2), row.integer(3))
            if profile != 0 {
                profiles[profile] = Profile(source: row.integer(5), origin: row.integer(6), person: person)
                personOf[row.integer(6)] = person
                people[person] = Person(partition: row.int(7), anonymous: row.bool(8))
            }
            let claim = Claim(profile: profile, batch: row.integer(4))
            switch holder {
            case -1: values[entries[next]].marker = profile
            case 0:
                values[entries[next]].owner = claim
                owners.insert(row.integer(6))
            default: values[entries[next]].claims.append(claim)
            }
        }
    }

    /// Whether the request says nothing new, so that what was read of its identifiers settles it: all that they were ever said of
    /// is one person, nobody's alias or survivor, and the request's own source has said one of them.
    private func isFamiliar(_ request: [Int], _ saying: Saying) -> Bool {
        var only: PersonID?
        var isKnownToSource = false
        for entry in request {
            let value = values[entry]
            guard value.marker == nil, value.owner != nil || !value.claims.isEmpty else { return false }
            func fits(_ claim: Claim) -> Bool {
                guard let profile = profiles[claim.profile] else { return false }
                guard profile.origin == profile.person, only == nil || only == profile.person else { return false }
                only = profile.person
                isKnownToSource = isKnownToSource || profile.source == saying.source
                return true
            }
            if let owner = value.owner, !fits(owner) { return false }
            for claim in value.claims where !fits(claim) { return false }
        }
        return isKnownToSource
    }

    /// Who has the profiles that a value was said of.
    func people(behind value: Value) -> [PersonID] {
        (value.claims.map(\.profile) + [value.owner?.profile, value.marker].compactMap { $0 }).map { person(of: $0) }
    }

    private mutating func readProfiles(of holders: [PersonID], in db: Connection) throws {
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
    }

    private mutating func readOwners(among people: [PersonID], in db: Connection) throws {
        guard !people.isEmpty else { return }
        try db.each("SELECT profile FROM identifiers WHERE person IN \(list: people) AND holder = 0") { row in
            owners.insert(origin(of: row.integer(0)))
        }
    }

    /// Which origins of merged people are anonymous by themselves: what the others of the merge are known by is not theirs.
    private mutating func readMerged(_ rules: () throws -> IdentityRules, in db: Connection) throws {
        let merged = Set(personOf.filter { $0.key != $0.value }.values).sorted()
        guard !merged.isEmpty else { return }
        var known: Set<PersonID> = []
        var seen: Set<PersonID> = []
        let kinds = try rules()
        let anonymous = Set(try IdentifierNumbers.all(in: db).filter { kinds.kind($0.key)?.anonymous == true }.values)
        try db.each("SELECT kind, profile FROM identifiers WHERE person IN \(list: merged)") { row in
            let origin = origin(of: row.integer(1))
            seen.insert(origin)
            if !anonymous.contains(row.integer(0)) { known.insert(origin) }
        }
        for origin in seen { anonymousOrigins[origin] = !known.contains(origin) }
    }

    /// Reads which values of single kinds people have who are named together with a value that nobody owns: it may be one too many.
    /// Named together also means by several requests, of which one is the first to say a value that another one names, too.
    private mutating func readSingles(_ requests: [[Int]], in db: Connection) throws {
        func isOpen(_ entry: Int) -> Bool { batch.entries[entry].isSingle && values[entry].owner == nil }
        guard requests.contains(where: { $0.contains(where: isOpen) }) else { return }
        // Each leads to another entry that is named with it, or to itself.
        var leads: [Int: Int] = [:]
        func last(_ entry: Int) -> Int {
            var entry = entry
            while let next = leads[entry], next != entry { entry = next }
            return entry
        }
        for request in requests {
            for entry in request.dropFirst() {
                let (one, other) = (last(entry), last(request[0]))
                if one != other { leads[one] = other }
            }
        }
        let asked = Set(requests.joined().filter(isOpen).map(last))
        var places: [Int64: Int] = [:]
        var holders: Set<PersonID> = []
        for entry in requests.joined() where asked.contains(last(entry)) {
            if batch.entries[entry].isSingle { places[kind(of: entry)] = batch.entries[entry].kind }
            if values[entry].isKnown { holders.formUnion(people(behind: values[entry])) }
        }
        holders.remove(0)
        guard !holders.isEmpty else { return }
        // Kinds are told apart here: asked for them too, SQLite would read everybody's values of a kind.
        try db.each("SELECT kind, value, profile FROM identifiers WHERE person IN \(list: holders.sorted())") { row in
            guard let kind = places[row.integer(0)] else { return }
            singles[SingleKey(origin: origin(of: row.integer(2)), kind: kind), default: []].insert(row.text(1))
        }
    }
}
