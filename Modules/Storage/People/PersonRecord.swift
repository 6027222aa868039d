public import RapportCore

/// The one record of a person, as a page or the command line shows it.
public struct PersonRecord: Sendable {
    public enum State: Int64, Sendable {
        case active = 0
        case merged = 1
        case erased = 2
    }

    /// An identifier with the sources that said it.
    public struct Known: Sendable, Hashable {
        public var identifier: Identifier
        public var sources: [String]
        public var firstSeen: Timestamp
        /// Whether events that come with it alone are the person's.
        public var owned: Bool
    }

    public var id: PersonID
    public var publicID: String
    public var state: State
    public var anonymous: Bool
    /// When the record was made. What was imported then may have happened long before.
    public var createdAt: Timestamp
    /// When the first of what is known happened; what has been forgotten for its age counts too.
    public var firstSeen: Timestamp
    public var lastSeen: Timestamp
    public var identifiers: [Known]
    public var fields: [FieldReading]
    /// Oldest first, undone ones too.
    public var merges: [Merge]
    /// Others with the same household, by public id.
    public var household: [String]
    /// How old identifiers are, by kind; only kinds that have a budget.
    public var contacts: [ContactReading] = []

    public subscript(field: String) -> FieldReading? { fields.first { $0.name == field } }

    /// How to call the person: a name, else the strongest identifier, else the public id.
    public var title: String {
        Self.title(
            of: { self[$0]?.text }, else: identifiers.first { $0.identifier.kind != "device" }?.identifier.value ?? publicID)
    }

    static func title(of field: (String) -> String?, else identifier: String) -> String {
        let parts = [field("first_name"), field("last_name")].compactMap { $0 }
        return parts.isEmpty ? field("name") ?? identifier : parts.joined(separator: " ")
    }
}

extension People {
    /// The record of a person; `nil` if there is none. A merged person's is that of an alias: follow `current` first.
    public static func record(of person: PersonID, in db: Connection) throws -> PersonRecord? {
        guard
            let row = try db.first(
                """
                SELECT public_id, state, anonymous, created_at, last_seen, household,
                    COALESCE((SELECT MIN(totals.first_at) FROM totals WHERE totals.person = people.id), created_at)
                FROM people WHERE id = \(person)
                """,
                {
                    (
                        publicID: $0.text(0), state: $0.integer(1), anonymous: $0.bool(2), createdAt: $0.timestamp(3),
                        lastSeen: $0.timestamp(4), household: $0.integerOrNil(5), firstSeen: $0.timestamp(6)
                    )
                })
        else { return nil }
        return PersonRecord(
            id: person, publicID: row.publicID, state: PersonRecord.State(rawValue: row.state) ?? .active,
            anonymous: row.anonymous, createdAt: row.createdAt, firstSeen: min(row.firstSeen, row.createdAt),
            lastSeen: row.lastSeen,
            identifiers: try identifiers(of: person, in: db), fields: try fields(of: [person], in: db)[person] ?? [],
            merges: try Merge.of([person], in: db),
            household: try row.household.map { household in
                try db.all(
                    """
                    SELECT public_id FROM people WHERE household = \(household) AND id <> \(person) AND state = 0
                    ORDER BY id LIMIT 50
                    """
                ) { $0.text(0) }
            } ?? [], contacts: try contacts(of: person, by: IdentityRuleBook().rules(in: db), in: db))
    }

    /// The person's identifiers by kind and value.
    public static func identifiers(of person: PersonID, in db: Connection) throws -> [PersonRecord.Known] {
        try identifiers(of: [person], in: db)[person] ?? []
    }

    /// The identifiers of people, each one's by kind and value.
    public static func identifiers(of people: [PersonID], in db: Connection) throws -> [PersonID: [PersonRecord.Known]] {
        guard !people.isEmpty else { return [:] }
        var known: [PersonID: [PersonRecord.Known]] = [:]
        try db.each(
            """
            SELECT identifier_kinds.name, identifiers.value, sources.name, identifiers.first_seen, identifiers.holder,
                identifiers.person
            FROM identifiers
            JOIN identifier_kinds ON identifier_kinds.id = identifiers.kind
            JOIN profiles ON profiles.id = identifiers.profile
            JOIN sources ON sources.id = profiles.source
            WHERE identifiers.person IN \(list: people)
            ORDER BY identifiers.person, identifiers.kind, identifiers.value, identifiers.holder
            """
        ) { row in
            let person = row.integer(5)
            let identifier = Identifier(kind: row.text(0), value: row.text(1))
            let (source, at, owned) = (row.text(2), row.timestamp(3), row.integer(4) <= 0)
            var own = known.removeValue(forKey: person) ?? []
            if let last = own.indices.last, own[last].identifier == identifier {
                if !own[last].sources.contains(source) { own[last].sources.append(source) }
                own[last].firstSeen = min(own[last].firstSeen, at)
                own[last].owned = own[last].owned || owned
            } else {
                own.append(.init(identifier: identifier, sources: [source], firstSeen: at, owned: owned))
            }
            known[person] = own
        }
        return known
    }
}
