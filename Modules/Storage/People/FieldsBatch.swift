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

    /// Reads what is known of people who have new events. Only who has golden values has provenance, so newcomers are looked
    /// for once.
    mutating func readKnown() throws {
        golden = try GoldenRow.read(step.known(among: people), fields, in: db)
        if !golden.isEmpty { try readProvenance(golden.keys.sorted()) }
    }

    /// Reads all that is kept of people, to be computed anew, and empties it: what is taken in afterwards is all there is.
    mutating func readForgotten() throws {
        golden = try GoldenRow.read(people.sorted(), fields, in: db)
        try readProvenance(people.sorted())
        for profile in profiles.keys {
            profiles[profile]?.provenance = Provenance()
            profiles[profile]?.isChanged = true
        }
    }

    private mutating func readProvenance(_ people: [PersonID]) throws {
        try db.each("SELECT profile, person, data FROM provenance WHERE person IN \(list: people)") { row in
            profiles[row.integer(0)] = Known(
                person: row.integer(1), provenance: try Provenance(packed: row.text(2)), isStored: true, isChanged: false)
        }
    }

    mutating func take(_ events: [Event]) throws {
        let stored = try step.storedPersonalValues(of: events)
        for event in events {
            let json = try step.properties(of: event)
            let stamp = Provenance.Stamp(occurredAt: event.occurredAt, receivedAt: event.receivedAt, ref: event.ref)
            let confirming = json["confirmed"]?.bool ?? false
            // Taken out while it is changed, so that nothing is copied.
            var known =
                profiles.removeValue(forKey: event.profile)
                ?? Known(person: event.person, provenance: Provenance(), isStored: false, isChanged: false)
            known.person = event.person
            known.isChanged = true
            let personal = event.personal == 0 ? nil : step.personalAtHand(of: event) ?? stored[event.personal]
            for said in [json["fields"]?.object, personal?["fields"]?.object] {
                for member in said ?? [] {
                    guard let field = fields[member.name] else { continue }
                    if member.value.isNull {
                        known.provenance.say(nil, slot: field.slot, stamp: stamp, confirming: confirming)
                    } else if let value = try? field.definition.type.value(of: member.value) {
                        known.provenance.say(value, slot: field.slot, stamp: stamp, confirming: confirming)
                    }
                }
            }
            profiles[event.profile] = known
        }
    }

    func write() throws {
        try writeProvenance()
        // What was searched before may be it no more, and nobody knows which words came of it once the value is another.
        try writeGolden(allWords: try GoldenReactor.isRewritingWords(in: db))
    }

    /// Writes golden values alone, as the rules choose them now.
    ///
    /// - Parameter words: whether the words of every field are to be looked at, for it is not known any more which were searched.
    func chooseAnew(words: Bool) throws -> GoldenChanges { try writeGolden(allWords: words) }

    private func writeProvenance() throws {
        let changed = profiles.filter { $0.value.isChanged }.sorted { $0.key < $1.key }
        let stored = changed.filter { $0.value.isStored }.map(\.key)
        if !stored.isEmpty { try db.run("DELETE FROM provenance WHERE profile IN \(list: stored)") }
        try db.insert(
            into: "provenance", ["profile", "person", "data"], changed.filter { !$0.value.provenance.isEmpty }
        ) { row, changed in
            row.integer(changed.key)
            row.integer(changed.value.person)
            row.text(changed.value.provenance.packed)
        }
    }

    @discardableResult
    private func writeGolden(allWords: Bool = false) throws -> GoldenChanges {
        let sources = try sourceNames()
        let byPerson = Dictionary(grouping: profiles.keys) { profiles[$0]?.person ?? 0 }
        var stale: [PersonID] = []
        var fresh: [(PersonID, GoldenValues)] = []
        var gone: [(PersonID, String)] = []
        var new = WordRows()
        var households: [(PersonID, String?)] = []
        let household = fields["household"]?.slot ?? 0
        var changed: [PersonID] = []
        for person in people.sorted() {
            let before = golden[person]
            let after = values(of: byPerson[person] ?? [], sources)
            guard allWords || before != after else { continue }
            let now = GoldenRow.words(after, fields)
            let old = GoldenRow.words(before, fields, searched: !allWords)
            for word in old where !now.contains(word) { gone.append((person, word)) }
            for word in now where allWords || !old.contains(word) { new.add(word, of: person) }
            guard before != after else { continue }
            changed.append(person)
            if before != nil { stale.append(person) }
            if let after { fresh.append((person, after)) }
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
        try new.insert(in: db)
        try writeHouseholds(households)
        return GoldenChanges(people: changed, households: households.map(\.0))
    }

    /// `nil` where no profile of the person has said anything.
    private func values(of profiles: [ProfileID], _ sources: [ProfileID: String]) -> GoldenValues? {
        let told = profiles.compactMap { profile in
            self.profiles[profile].flatMap { $0.provenance.isEmpty ? nil : (profile: profile, provenance: $0.provenance) }
        }
        guard let first = told.first else { return nil }
        var values = GoldenValues()
        values.reserveCapacity(first.provenance.said.count)
        if told.count == 1 {
            // Whatever the rule, the only one who says anything is believed.
            for said in first.provenance.said {
                guard let value = said.value.value, let field = fields[slot: said.slot] else { continue }
                values[said.slot] = field.definition.golden(value)
            }
            return values
        }
        for field in fields.fields {
            let candidates = told.compactMap { profile, provenance in
                provenance.said[field.slot].map {
                    FieldDefinition.Candidate(
                        profile: profile, source: sources[profile] ?? "", said: $0,
                        confirmedAt: provenance.confirmation(of: field.slot))
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
        let trusting = fields.fields.contains { !$0.definition.survivorship.trustedSources.isEmpty }
        guard profiles.count > 1, try trusting || hasCorrections() else { return [:] }
        return try Dictionary(
            db.all(
                """
                SELECT profiles.id, sources.name FROM profiles JOIN sources ON sources.id = profiles.source
                WHERE profiles.id IN \(list: profiles.keys.sorted())
                """
            ) { ($0.integer(0), $0.text(1)) }
        ) { first, _ in first }
    }

    /// Whether anything was ever corrected at somebody's wish.
    private func hasCorrections() throws -> Bool {
        try db.integer("SELECT 1 FROM sources WHERE name = \(FieldDefinition.correctionSource)") != nil
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
