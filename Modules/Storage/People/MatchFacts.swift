public import RapportCore

/// What people are compared by: golden values as people read them, and identifiers.
public struct MatchFacts: Sendable, Hashable {
    public var person: PersonID
    public var publicID: String
    /// By name; folded, as golden values are.
    public var fields: [String: String]
    /// Each that is said of the person, those that many share left out.
    public var identifiers: [Identifier]

    /// Reads `people`, in the order of their numbers; without those who are merged, erased or anonymous.
    public static func read(_ people: [PersonID], in db: Connection) throws -> [MatchFacts] {
        let wanted = Set(people).sorted()
        guard !wanted.isEmpty else { return [] }
        var facts: [MatchFacts] = []
        try db.each("SELECT id, public_id FROM people WHERE id IN \(list: wanted) AND state = 0 AND anonymous = 0 ORDER BY id") {
            facts.append(MatchFacts(person: $0.integer(0), publicID: $0.text(1), fields: [:], identifiers: []))
        }
        let places = Dictionary(facts.enumerated().map { ($1.person, $0) }) { first, _ in first }
        let ids = facts.map(\.person)
        let catalog = try FieldStore.read(in: db)
        for (person, values) in try GoldenRow.read(ids, catalog, in: db) {
            guard let place = places[person] else { continue }
            for field in catalog.fields {
                guard let value = values[field.slot] else { continue }
                let shown = field.definition.type.shown(value)
                facts[place].fields[field.definition.name] = shown.string ?? shown.text
            }
        }
        let kinds = Dictionary(try IdentifierNumbers.all(in: db).map { ($0.value, $0.key) }) { first, _ in first }
        try db.each(
            """
            SELECT person, kind, value FROM identifiers WHERE person IN \(list: ids) AND holder >= 0
            ORDER BY person, kind, value, holder
            """
        ) { row in
            guard let place = places[row.integer(0)], let kind = kinds[row.integer(1)] else { return }
            let identifier = Identifier(kind: kind, value: row.text(2))
            if facts[place].identifiers.last != identifier { facts[place].identifiers.append(identifier) }
        }
        return facts
    }
}
