import RapportCore
import RapportStorage

/// What has been tallied so far.
struct HealthTallies: Sendable {
    private let now: Timestamp
    private let fields: [FieldCatalog.Field]
    private let kinds: [(number: Int64, name: String, kind: IdentifierKind)]
    private let placeOfKind: [Int64: Int]
    private let sourceNames: [Int64: String]
    private let segmentNames: [Int64: String]
    /// Hashes of addresses to which messages bounce.
    private let bounced: Set<Int64>
    /// People who may be the same as somebody else.
    private let doubtful: Set<PersonID>
    private var validity: HealthValidity

    private(set) var people: Int64 = 0
    private var dead: Int64 = 0
    private var everybody: [DataHealth.Tally]
    private var sources: [Int64: Share] = [:]
    private var segments: [Int64: Share] = [:]

    /// What concerns the people of one source or segment.
    private struct Share: Sendable {
        var people: Int64 = 0
        var doubtful: Int64 = 0
        var tallies: [DataHealth.Tally]

        static func += (left: inout Share, right: Share) {
            left.people += right.people
            left.doubtful += right.doubtful
            for place in right.tallies.indices where right.tallies[place].known > 0 {
                left.tallies[place] += right.tallies[place]
            }
        }
    }

    private var width: Int { fields.count + kinds.count }
    private var nothing: [DataHealth.Tally] { Array(repeating: .init(), count: width) }

    init(at now: Timestamp, in db: Connection) throws {
        self.now = now
        fields = try FieldStore.read(in: db).fields
        let rules = try IdentityRuleBook().rules(in: db)
        kinds = try db.all("SELECT id, name FROM identifier_kinds ORDER BY id") { (number: $0.integer(0), name: $0.text(1)) }
            .compactMap { row -> (number: Int64, name: String, kind: IdentifierKind)? in
                guard let kind = rules.kind(row.name), kind.freshness != nil || kind.format == .email || kind.format == .phone
                else {
                    return nil
                }
                return (row.number, row.name, kind)
            }
        let first = fields.count
        placeOfKind = Dictionary(kinds.enumerated().map { ($0.element.number, first + $0.offset) }) { first, _ in first }
        sourceNames = try Dictionary(db.all("SELECT id, name FROM sources ORDER BY id") { ($0.integer(0), $0.text(1)) }) { $1 }
        segmentNames = try Dictionary(
            db.all("SELECT id, name FROM segments WHERE state <> 'retired' ORDER BY id") { ($0.integer(0), $0.text(1)) }
        ) { $1 }
        bounced = Set(
            try db.all(
                """
                SELECT address FROM suppressions WHERE kind = \(Int64(SuppressionKind.bounce.rawValue)) AND lifted_at = 0
                ORDER BY address, kind
                """
            ) { $0.integer(0) })
        doubtful = Set(
            try db.all("SELECT low, high FROM reviews WHERE verdict = 'open' ORDER BY low, high") {
                [$0.integer(0), $0.integer(1)]
            }.joined())
        validity = HealthValidity(at: now)
        everybody = Array(repeating: .init(), count: fields.count + kinds.count)
    }

    /// One person's values: what is said of each subject, and by which source.
    private struct Person {
        var told: [(source: Int64, profile: ProfileID, provenance: Provenance)] = []
        /// By place: the newest moment, whether any is possible, whether any bounces.
        var contacts: [Int: (since: Timestamp, isPossible: Bool, isDead: Bool)] = [:]
        var contactSources: [Int64: Set<Int>] = [:]
        var segments: [Int64] = []
    }

    /// Takes in the people after a number, up to another.
    ///
    /// - Returns: the last of them; `nil` where there was none.
    mutating func take(after: PersonID, upTo end: PersonID, limit: Int64, in db: Connection) throws -> PersonID? {
        let ids = try db.all(
            """
            SELECT id FROM people WHERE id > \(after) AND id <= \(end) AND state = 0 AND anonymous = 0 ORDER BY id LIMIT \(limit)
            """
        ) { $0.integer(0) }
        guard let last = ids.last else { return nil }
        var read = Dictionary(ids.map { ($0, Person()) }) { first, _ in first }
        try db.each(
            """
            SELECT provenance.person, profiles.source, provenance.profile, provenance.data FROM provenance
            JOIN profiles ON profiles.id = provenance.profile
            WHERE provenance.person > \(after) AND provenance.person <= \(last)
            """
        ) { row in
            let told = (row.integer(1), row.integer(2), try Provenance(packed: row.text(3)))
            read[row.integer(0)]?.told.append(told)
        }
        try readContacts(after, last, into: &read, db)
        try db.each("SELECT person, segment FROM membership WHERE person > \(after) AND person <= \(last) AND segment <> 0") {
            row in
            read[row.integer(0)]?.segments.append(row.integer(1))
        }
        for id in ids { if let person = read[id] { add(person, isDoubtful: doubtful.contains(id)) } }
        return last
    }

    private func readContacts(_ after: PersonID, _ last: PersonID, into read: inout [PersonID: Person], _ db: Connection) throws {
        guard !kinds.isEmpty else { return }
        try db.each(
            """
            SELECT identifiers.person, identifiers.kind, identifiers.value, identifiers.first_seen, profiles.source FROM identifiers
            LEFT JOIN profiles ON profiles.id = identifiers.profile
            WHERE identifiers.person > \(after) AND identifiers.person <= \(last)
            """
        ) { row in
            let person = row.integer(0)
            guard let place = placeOfKind[row.integer(1)], read[person] != nil else { return }
            let (kind, value) = (kinds[place - fields.count], row.text(2))
            let isDead = !bounced.isEmpty && bounced.contains(AddressHash.of(Identifier(kind: kind.name, value: value)))
            let isPossible = !isDead && HealthValidity.isPossible(kind.kind, value)
            let known = read[person]?.contacts[place]
            read[person]?.contacts[place] = (
                max(known?.since ?? .distantPast, row.timestamp(3)), (known?.isPossible ?? false) || isPossible,
                (known?.isDead ?? false) || isDead
            )
            if let source = row.integerOrNil(4) { read[person]?.contactSources[source, default: []].insert(place) }
        }
        try db.each("SELECT person, kind, at FROM confirmations WHERE person > \(after) AND person <= \(last)") { row in
            guard let place = placeOfKind[row.integer(1)], let known = read[row.integer(0)]?.contacts[place] else { return }
            read[row.integer(0)]?.contacts[place]?.since = max(known.since, row.timestamp(2))
        }
    }

    private mutating func add(_ person: Person, isDoubtful: Bool) {
        people += 1
        var own = nothing
        var bySource: [Int64: [DataHealth.Tally]] = [:]
        for (place, field) in fields.enumerated() {
            var candidates: [(source: Int64, candidate: FieldDefinition.Candidate)] = []
            for one in person.told {
                guard let said = one.provenance.said[field.slot], said.value != nil else { continue }
                candidates.append(
                    (
                        one.source,
                        .init(
                            profile: one.profile, source: sourceNames[one.source] ?? "", said: said,
                            confirmedAt: one.provenance.confirmation(of: field.slot))
                    ))
            }
            guard !candidates.isEmpty, let golden = field.definition.survivor(among: candidates.map(\.candidate)),
                let value = golden.said.value
            else { continue }
            let since = field.definition.since(golden, among: candidates.map(\.candidate))
            let holds = field.definition.golden(value)
            own[place].known = 1
            own[place].stale = isStale(since, field.definition.freshness)
            own[place].invalid = validity.isValid(value, of: field.definition) ? 0 : 1
            for (source, candidate) in candidates {
                guard let said = candidate.said.value else { continue }
                let differs: Int64 = field.definition.golden(said) == holds ? 0 : 1
                own[place].conflicts = max(own[place].conflicts, differs)
                var tally = DataHealth.Tally(known: 1)
                tally.conflicts = differs
                tally.invalid = validity.isValid(said, of: field.definition) ? 0 : 1
                tally.stale = isStale((candidate.confirmedAt ?? candidate.said.stamp).occurredAt, field.definition.freshness)
                bySource[source, default: nothing][place] = Self.joined(bySource[source]?[place], tally)
            }
        }
        var isDead = false
        for (place, contact) in person.contacts {
            own[place].known = 1
            own[place].stale = isStale(contact.since, kinds[place - fields.count].kind.freshness)
            own[place].invalid = contact.isPossible ? 0 : 1
            isDead = isDead || contact.isDead
        }
        dead += isDead ? 1 : 0
        for (source, places) in person.contactSources {
            for place in places { bySource[source, default: nothing][place] = own[place] }
        }
        for place in own.indices { everybody[place] += own[place] }
        func share(_ tallies: [DataHealth.Tally]) -> Share { Share(people: 1, doubtful: isDoubtful ? 1 : 0, tallies: tallies) }
        let nobody = Share(tallies: nothing)
        for segment in person.segments { segments[segment, default: nobody] += share(own) }
        for (source, tallies) in bySource { sources[source, default: nobody] += share(tallies) }
    }

    private func isStale(_ since: Timestamp, _ budget: Span?) -> Int64 {
        Freshness(since: since, budget: budget).isStale(at: now) ? 1 : 0
    }

    /// Several profiles of one source speak of one person: known once, wrong if one of them is.
    private static func joined(_ known: DataHealth.Tally?, _ new: DataHealth.Tally) -> DataHealth.Tally {
        guard let known, known.known > 0 else { return new }
        return .init(
            known: 1, invalid: max(known.invalid, new.invalid), stale: min(known.stale, new.stale),
            conflicts: max(known.conflicts, new.conflicts))
    }

    /// Segments in which somebody is.
    var peopledSegments: Set<Int64> { Set(segments.filter { $0.value.people > 0 }.keys) }

    /// Adds what was tallied of other people.
    mutating func add(_ other: HealthTallies) {
        people += other.people
        dead += other.dead
        for place in everybody.indices { everybody[place] += other.everybody[place] }
        let nobody = Share(tallies: nothing)
        for (number, more) in other.sources { sources[number, default: nobody] += more }
        for (number, more) in other.segments { segments[number, default: nobody] += more }
    }

    func report(duplicates: Int64, dropped: [DataHealth.Dropped], idle: [DataHealth.Idle]) -> DataHealth {
        let subjects =
            fields.map { field in
                DataHealth.Subject(
                    name: field.definition.name, isIdentifier: false, type: field.definition.type.text,
                    purpose: field.definition.purpose, owner: field.definition.owner, budget: field.definition.freshness)
            }
            + kinds.map { kind in
                DataHealth.Subject(
                    name: kind.name, isIdentifier: true, type: kind.kind.format.rawValue, purpose: "", owner: nil,
                    budget: kind.kind.freshness)
            }
        func groups(_ known: [Int64: Share], _ names: [Int64: String]) -> [DataHealth.Group] {
            names.compactMap { number, name in
                known[number].map { .init(name: name, people: $0.people, duplicates: $0.doubtful, tallies: $0.tallies) }
            }
        }
        let inReview = Int64(doubtful.count)
        return DataHealth(
            at: now, subjects: subjects, everybody: .init(name: "", people: people, duplicates: inReview, tallies: everybody),
            sources: groups(sources, sourceNames).sorted { ($0.people, $1.name) > ($1.people, $0.name) },
            segments: groups(segments, segmentNames).sorted { $0.name < $1.name }, idle: idle,
            duplicates: duplicates, dead: dead,
            dropped: dropped.sorted { ($0.count, $1.source, $1.name) > ($1.count, $0.source, $0.name) })
    }
}
