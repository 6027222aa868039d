public import RapportCore

/// A field of a person: the golden value, and what every source said.
public struct FieldReading: Sendable, Hashable {
    /// What one source says, through one profile.
    public struct Saying: Sendable, Hashable {
        public var profile: ProfileID
        public var source: String
        /// As people read it; `nil` where the source says that there is none.
        public var value: JSONValue?
        public var saidAt: Timestamp
        public var confirmedAt: Timestamp?
    }

    public var definition: FieldDefinition
    /// The saying whose value is golden, first; then the others, said last first.
    public var sayings: [Saying]
    /// From when the golden value's age counts: its last confirmation by whomever, or else when it was said.
    public var since: Timestamp

    public var name: String { definition.name }
    /// The golden value as people read it.
    public var value: JSONValue { sayings.first?.value ?? .null }
    /// As text, for a template or a line.
    public var text: String { value.string ?? value.text }
    public var source: String { sayings.first?.source ?? "" }
    public var saidAt: Timestamp { sayings.first?.saidAt ?? .distantPast }
    public var confirmedAt: Timestamp? { sayings.first?.confirmedAt }

    public var freshness: Freshness { Freshness(since: since, budget: definition.freshness) }

    /// Whether the value is within its budget.
    public func isFresh(at now: Timestamp) -> Bool { !freshness.isStale(at: now) }

    /// In thousandths.
    public func confidence(at now: Timestamp) -> Int64 { freshness.confidence(at: now) }
}

extension People {
    /// The fields of people that have a value, in the order of their declaration.
    public static func fields(of people: [PersonID], in db: Connection) throws -> [PersonID: [FieldReading]] {
        try fields(of: people, try FieldStore.read(in: db), in: db) { $0 }
    }

    /// As above, of fields called `names` only.
    static func fields(_ names: [String], of people: [PersonID], in db: Connection) throws -> [PersonID: [FieldReading]] {
        let catalog = try FieldStore.read(names, in: db)
        return try fields(of: people, catalog, only: catalog.fields.map(\.slot), in: db) { $0 }
    }

    /// The fields that people would have as one, in the order of their declaration.
    public static func fieldsTogether(of people: [PersonID], in db: Connection) throws -> [FieldReading] {
        try fields(of: people, try FieldStore.read(in: db), in: db) { _ in 0 }[0] ?? []
    }

    private static func fields(
        of people: [PersonID], _ catalog: FieldCatalog, only slots: [Int]? = nil, in db: Connection,
        as owner: (PersonID) -> PersonID
    ) throws -> [PersonID: [FieldReading]] {
        guard !people.isEmpty else { return [:] }
        return try told(of: people, only: slots, in: db, as: owner).mapValues { told in
            catalog.fields.compactMap { field in
                let candidates = told.candidates(for: field.slot)
                guard let golden = field.definition.survivor(among: candidates) else { return nil }
                let others = candidates.filter { $0.profile != golden.profile }.sorted { $0.said.stamp > $1.said.stamp }
                return FieldReading(
                    definition: field.definition,
                    sayings: ([golden] + others).map { candidate in
                        FieldReading.Saying(
                            profile: candidate.profile, source: candidate.source,
                            value: candidate.said.value.map(field.definition.type.shown),
                            saidAt: candidate.said.stamp.occurredAt, confirmedAt: candidate.confirmedAt?.occurredAt)
                    }, since: field.definition.since(golden, among: candidates))
            }
        }
    }

    /// What profiles of people say, by person; of some fields only, where `slots` names them.
    static func told(
        of people: [PersonID], only slots: [Int]? = nil, in db: Connection, as owner: (PersonID) -> PersonID = { $0 }
    ) throws -> [PersonID: [Telling]] {
        var told: [PersonID: [Telling]] = [:]
        try db.each(
            """
            SELECT provenance.person, provenance.profile, sources.name, provenance.data FROM provenance
            JOIN profiles ON profiles.id = provenance.profile
            JOIN sources ON sources.id = profiles.source
            WHERE provenance.person IN \(list: people)
            ORDER BY provenance.person, provenance.profile
            """
        ) { row in
            told[owner(row.integer(0)), default: []].append(
                Telling(
                    profile: row.integer(1), source: row.text(2),
                    provenance: try Provenance(packed: row.text(3), only: slots)))
        }
        return told
    }
}

/// What one profile says.
struct Telling {
    var profile: ProfileID
    var source: String
    var provenance: Provenance
}

extension [Telling] {
    func candidates(for slot: Int) -> [FieldDefinition.Candidate] {
        compactMap { telling in
            telling.provenance.said[slot].map {
                FieldDefinition.Candidate(
                    profile: telling.profile, source: telling.source, said: $0,
                    confirmedAt: telling.provenance.confirmation(of: slot))
            }
        }
    }
}
