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
    /// The source of each profile, by number; 0: not known yet. It never changes.
    private let sourceOf: [Int32]
    /// The place of the field in each slot, -1 for none.
    private let placeOfSlot: [Int]
    /// By place.
    private let budgets: [Span?]

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

        /// Adds a person.
        mutating func add(_ own: [DataHealth.Tally], isDoubtful: Bool) {
            people += 1
            doubtful += isDoubtful ? 1 : 0
            for place in own.indices where own[place].known > 0 { tallies[place] += own[place] }
        }

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
        var placeOfSlot = [Int](repeating: -1, count: (fields.map(\.slot).max() ?? 0) + 1)
        for (place, field) in fields.enumerated() { placeOfSlot[field.slot] = place }
        self.placeOfSlot = placeOfSlot
        budgets = fields.map(\.definition.freshness) + kinds.map(\.kind.freshness)
        var sourceOf = [Int32](repeating: 0, count: Int(try db.integer("SELECT MAX(id) FROM profiles") ?? 0) + 1)
        try db.stream("SELECT id, source FROM profiles") { sourceOf[$0.int(0)] = Int32($0.integer(1)) }
        self.sourceOf = sourceOf
        everybody = Array(repeating: .init(), count: fields.count + kinds.count)
    }

    /// What can be the matter with values, for judging them.
    var validity: HealthValidity { HealthValidity(fields.map(\.definition), at: now) }

    // MARK: - Reading

    /// Takes in the people after a number, up to another.
    ///
    /// - Returns: the last of them; `nil` where there was none.
    mutating func take(
        after: PersonID, upTo end: PersonID, limit: Int64, judging validity: inout HealthValidity, in db: Connection
    ) throws -> PersonID? {
        let ids = try db.all(
            """
            SELECT id FROM people WHERE id > \(after) AND id <= \(end) AND state = 0 AND anonymous = 0 ORDER BY id LIMIT \(limit)
            """
        ) { $0.integer(0) }
        guard let last = ids.last else { return nil }
        var records = HealthRecords(ids, kinds: kinds.count)
        try db.each(
            "SELECT person, profile, data FROM provenance WHERE person > \(after) AND person <= \(last) ORDER BY person, profile"
        ) { row in
            guard let who = records.place(of: row.integer(0)), let source = try source(of: row.integer(1), in: db) else { return }
            records.add(
                HealthRecords.Told(
                    who: who, source: source, profile: row.integer(1), provenance: try Provenance(packed: row.text(2))))
        }
        try readContacts(after, last, into: &records, db)
        try db.each("SELECT person, segment FROM membership WHERE person > \(after) AND person <= \(last) AND segment <> 0") {
            if let who = records.place(of: $0.integer(0)) { records.add($0.integer(1), of: who) }
        }
        records.sort()
        add(records, &validity)
        return last
    }

    /// - Returns: `nil` for a profile that is no more.
    private func source(of profile: ProfileID, in db: Connection) throws -> Int64? {
        if profile > 0, profile < sourceOf.count, sourceOf[Int(profile)] > 0 { return Int64(sourceOf[Int(profile)]) }
        return try db.integer("SELECT source FROM profiles WHERE id = \(profile)")
    }

    private func readContacts(_ after: PersonID, _ last: PersonID, into records: inout HealthRecords, _ db: Connection) throws {
        guard !kinds.isEmpty else { return }
        try db.each(
            """
            SELECT person, kind, value, first_seen, profile FROM identifiers
            WHERE person > \(after) AND person <= \(last) AND COALESCE(kind, 0) IN \(list: kinds.map(\.number))
            """
        ) { row in
            guard let place = placeOfKind[row.integer(1)], let who = records.place(of: row.integer(0)) else { return }
            let (number, value) = (place - fields.count, row.text(2))
            let kind = kinds[number]
            let isDead = !bounced.isEmpty && bounced.contains(AddressHash.of(Identifier(kind: kind.name, value: value)))
            var contact = records[who, number]
            contact.isPossible = contact.isPossible || !isDead && HealthValidity.isPossible(kind.kind, value)
            contact.isDead = contact.isDead || isDead
            contact.since = max(contact.since, row.timestamp(3))
            contact.isKnown = true
            records[who, number] = contact
            if let source = try source(of: row.integer(4), in: db) {
                records.add(HealthRecords.Claim(who: who, source: source, kind: number))
            }
        }
        try db.each("SELECT person, kind, at FROM confirmations WHERE person > \(after) AND person <= \(last)") { row in
            guard let place = placeOfKind[row.integer(1)], let who = records.place(of: row.integer(0)),
                records[who, place - fields.count].isKnown
            else { return }
            records[who, place - fields.count].since = max(records[who, place - fields.count].since, row.timestamp(2))
        }
    }

    // MARK: - Tallying

    /// Tallies of one person: everybody's are made in the same places.
    private struct Sheet {
        var own: [DataHealth.Tally]
        private var bySource: [(source: Int64, tallies: [DataHealth.Tally])] = []
        private var used = 0
        private let nothing: [DataHealth.Tally]

        init(_ nothing: [DataHealth.Tally]) {
            self.nothing = nothing
            own = nothing
        }

        var sources: ArraySlice<(source: Int64, tallies: [DataHealth.Tally])> { bySource[..<used] }

        mutating func clear() {
            for place in own.indices where own[place].known > 0 { own[place] = .init() }
            for place in 0..<used {
                for subject in nothing.indices where bySource[place].tallies[subject].known > 0 {
                    bySource[place].tallies[subject] = .init()
                }
            }
            used = 0
        }

        subscript(source: Int64, subject: Int) -> DataHealth.Tally {
            get { (0..<used).first { bySource[$0].source == source }.map { bySource[$0].tallies[subject] } ?? .init() }
            set { bySource[place(of: source)].tallies[subject] = newValue }
        }

        private mutating func place(of source: Int64) -> Int {
            for place in 0..<used where bySource[place].source == source { return place }
            if used == bySource.count { bySource.append((source, nothing)) }
            bySource[used].source = source
            used += 1
            return used - 1
        }
    }

    private mutating func add(_ records: HealthRecords, _ validity: inout HealthValidity) {
        var sheet = Sheet(nothing)
        let nobody = Share(tallies: nothing)
        var (told, claim, segment) = (0, 0, 0)
        for who in records.people.indices {
            let isDoubtful = !doubtful.isEmpty && doubtful.contains(records.people[who])
            let first = told
            while told < records.told.count, records.told[told].who == who { told += 1 }
            if told == first + 1 {
                judge(records.told[first], &sheet, &validity)
            } else if told > first {
                judge(records.told[first..<told], &sheet, &validity)
            }
            var isDead = false
            for number in kinds.indices where records[who, number].isKnown {
                let (contact, place) = (records[who, number], fields.count + number)
                sheet.own[place] = .init(
                    known: 1, invalid: contact.isPossible ? 0 : 1, stale: isStale(contact.since, budgets[place]))
                isDead = isDead || contact.isDead
            }
            while claim < records.claims.count, records.claims[claim].who == who {
                let place = fields.count + records.claims[claim].kind
                sheet[records.claims[claim].source, place] = sheet.own[place]
                claim += 1
            }
            people += 1
            dead += isDead ? 1 : 0
            for place in sheet.own.indices where sheet.own[place].known > 0 { everybody[place] += sheet.own[place] }
            while segment < records.segments.count, records.segments[segment].who == who {
                segments[records.segments[segment].segment, default: nobody].add(sheet.own, isDoubtful: isDoubtful)
                segment += 1
            }
            for (source, tallies) in sheet.sources { sources[source, default: nobody].add(tallies, isDoubtful: isDoubtful) }
            sheet.clear()
        }
    }

    /// Of somebody of whom one profile tells: nothing is chosen, and nothing differs.
    private func judge(_ told: HealthRecords.Told, _ sheet: inout Sheet, _ validity: inout HealthValidity) {
        for entry in told.provenance.said {
            guard let value = entry.value.value, entry.slot < placeOfSlot.count, case let place = placeOfSlot[entry.slot],
                place >= 0
            else { continue }
            let since = (told.provenance.confirmation(of: entry.slot) ?? entry.value.stamp).occurredAt
            let tally = DataHealth.Tally(
                known: 1, invalid: validity.isValid(value, of: place) ? 0 : 1, stale: isStale(since, budgets[place]))
            sheet.own[place] = tally
            sheet[told.source, place] = tally
        }
    }

    private func judge(_ told: ArraySlice<HealthRecords.Told>, _ sheet: inout Sheet, _ validity: inout HealthValidity) {
        for (place, field) in fields.enumerated() {
            var candidates: [(source: Int64, candidate: FieldDefinition.Candidate)] = []
            for one in told {
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
            sheet.own[place].known = 1
            sheet.own[place].stale = isStale(since, budgets[place])
            sheet.own[place].invalid = validity.isValid(value, of: place) ? 0 : 1
            for (source, candidate) in candidates {
                guard let said = candidate.said.value else { continue }
                let differs: Int64 = field.definition.golden(said) == holds ? 0 : 1
                sheet.own[place].conflicts = max(sheet.own[place].conflicts, differs)
                var tally = DataHealth.Tally(known: 1)
                tally.conflicts = differs
                tally.invalid = validity.isValid(said, of: place) ? 0 : 1
                tally.stale = isStale((candidate.confirmedAt ?? candidate.said.stamp).occurredAt, budgets[place])
                sheet[source, place] = Self.joined(sheet[source, place], tally)
            }
        }
    }

    private func isStale(_ since: Timestamp, _ budget: Span?) -> Int64 {
        Freshness(since: since, budget: budget).isStale(at: now) ? 1 : 0
    }

    /// Several profiles of one source speak of one person: known once, wrong if one of them is.
    private static func joined(_ known: DataHealth.Tally, _ new: DataHealth.Tally) -> DataHealth.Tally {
        guard known.known > 0 else { return new }
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
