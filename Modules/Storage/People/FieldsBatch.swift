import RapportCore

/// One batch of the fields' fold: read once, changed in memory, written in key order.
struct FieldsBatch {
    private struct Known {
        var person: PersonID
        var provenance: Provenance
        var isStored: Bool
        var isChanged: Bool
    }

    private let fields: FieldCatalog
    private let people: Set<PersonID>
    private let step: StepContext
    private var db: Connection { step.db }
    private var profiles: [ProfileID: Known] = [:]
    private var golden: [PersonID: GoldenValues] = [:]

    init(fields: FieldCatalog, people: Set<PersonID>, _ step: StepContext) {
        self.fields = fields
        self.people = people
        self.step = step
    }

    mutating func readKnown() throws {
        let list = people.sorted()
        try db.each("SELECT profile, person, data FROM provenance WHERE person IN \(list: list)") { row in
            profiles[row.integer(0)] = Known(
                person: row.integer(1), provenance: try Provenance(packed: row.text(2)), isStored: true, isChanged: false)
        }
        golden = try GoldenRow.read(list, fields, in: db)
    }

    /// Empties what was read, so that what is taken in afterwards is all there is.
    mutating func forget() throws {
        for profile in profiles.keys {
            profiles[profile]?.provenance = Provenance()
            profiles[profile]?.isChanged = true
        }
    }

    mutating func take(_ events: [Event]) throws {
        let personal = try PersonalValues.read(of: events, in: db)
        for event in events {
            let json = event.properties == "{}" ? [:] : try JSONValue(parsing: event.properties)
            let stamp = Provenance.Stamp(occurredAt: event.occurredAt, receivedAt: event.receivedAt, ref: event.ref)
            let confirming = json["confirmed"]?.bool ?? false
            var known =
                profiles[event.profile]
                ?? Known(person: event.person, provenance: Provenance(), isStored: false, isChanged: false)
            known.person = event.person
            known.isChanged = true
            for member in (json["fields"]?.object ?? []) + (personal[event.personal]?["fields"]?.object ?? []) {
                guard let field = fields[member.name] else { continue }
                if member.value.isNull {
                    known.provenance.say(nil, slot: field.slot, stamp: stamp, confirming: confirming)
                } else if let value = try? field.definition.type.value(of: member.value) {
                    known.provenance.say(value, slot: field.slot, stamp: stamp, confirming: confirming)
                }
            }
            profiles[event.profile] = known
        }
    }

    func write() throws {
        try writeProvenance()
        try writeGolden()
    }

    private func writeProvenance() throws {
        let changed = profiles.filter { $0.value.isChanged }.sorted { $0.key < $1.key }
        let stored = changed.filter { $0.value.isStored }.map(\.key)
        if !stored.isEmpty { try db.run("DELETE FROM provenance WHERE profile IN \(list: stored)") }
        try db.insert(
            into: "provenance", ["profile", "person", "data"],
            changed.filter { !$0.value.provenance.isEmpty }.map { profile, known in
                [.integer(profile), .integer(known.person), .text(known.provenance.packed)]
            })
    }

    private func writeGolden() throws {
        let sources = try sourceNames()
        let byPerson = Dictionary(grouping: profiles, by: \.value.person)
        var stale: [PersonID] = []
        var fresh: [(PersonID, GoldenValues)] = []
        var gone: [(PersonID, String)] = []
        var new: [(String, PersonID)] = []
        var households: [(PersonID, String?)] = []
        let household = fields["household"]?.slot ?? 0
        for person in people.sorted() {
            let before = golden[person]
            let after = values(of: byPerson[person] ?? [], sources)
            guard before != after else { continue }
            if before != nil { stale.append(person) }
            if let after { fresh.append((person, after)) }
            let old = before.map { GoldenRow.words($0, fields) } ?? []
            let now = after.map { GoldenRow.words($0, fields) } ?? []
            gone += old.subtracting(now).map { (person, $0) }
            new += now.subtracting(old).map { ($0, person) }
            if before?[household] != after?[household] {
                if case .text(let key)? = after?[household] {
                    households.append((person, key))
                } else {
                    households.append((person, nil))
                }
            }
        }
        if !stale.isEmpty { try db.run("DELETE FROM golden WHERE person IN \(list: stale)") }
        try GoldenRow.insert(fresh, fields, in: db)
        for (person, word) in gone { try db.run("DELETE FROM words WHERE word = \(word) AND person = \(person)") }
        new.sort(by: <)
        try db.insert(into: "words", ["word", "person"], new.map { [.text($0.0), .integer($0.1)] }, ignoringConflicts: true)
        try writeHouseholds(households)
    }

    /// `nil` where no profile of the person has said anything.
    private func values(
        of profiles: [(key: ProfileID, value: Known)], _ sources: [ProfileID: String]
    ) -> GoldenValues? {
        let told = profiles.filter { !$0.value.provenance.isEmpty }
        guard !told.isEmpty else { return nil }
        var values: GoldenValues = [:]
        for field in fields.fields {
            let candidates = told.compactMap { profile, known in
                known.provenance.said[field.slot].map {
                    FieldDefinition.Candidate(
                        profile: profile, source: sources[profile] ?? "", said: $0,
                        confirmedAt: known.provenance.confirmation(of: field.slot))
                }
            }
            if let value = field.definition.survivor(among: candidates)?.said.value {
                values[field.slot] = field.definition.golden(value)
            }
        }
        return values
    }

    /// Read only where a rule trusts sources and there is a choice.
    private func sourceNames() throws -> [ProfileID: String] {
        let trusting = fields.fields.contains { if case .trusted = $0.definition.survivorship { true } else { false } }
        guard trusting, profiles.count > 1 else { return [:] }
        return try Dictionary(
            db.all(
                """
                SELECT profiles.id, sources.name FROM profiles JOIN sources ON sources.id = profiles.source
                WHERE profiles.id IN \(list: profiles.keys.sorted())
                """
            ) { ($0.integer(0), $0.text(1)) }
        ) { first, _ in first }
    }

    /// People of one household have the number of its key in common.
    private func writeHouseholds(_ changes: [(PersonID, String?)]) throws {
        guard !changes.isEmpty else { return }
        let numbers = try step.catalog.symbols(Set(changes.compactMap(\.1)), in: db)
        for (person, key) in changes {
            try db.run("UPDATE people SET household = \(key.flatMap { numbers[$0] }) WHERE id = \(person)")
        }
    }
}
