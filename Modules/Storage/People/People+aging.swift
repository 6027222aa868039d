public import RapportCore

extension People {
    /// From when the golden values of some fields age, by slot. Who has no value has no moment.
    public static func since(of people: [PersonID], slots: Set<Int>, in db: Connection) throws -> [PersonID: [Int: Timestamp]] {
        guard !people.isEmpty, !slots.isEmpty else { return [:] }
        let fields = try FieldStore.read(in: db).fields.filter { slots.contains($0.slot) }
        return try told(of: people, only: fields.map(\.slot), in: db).mapValues { told in
            var out: [Int: Timestamp] = [:]
            for field in fields {
                let candidates = told.candidates(for: field.slot)
                guard let golden = field.definition.survivor(among: candidates) else { continue }
                out[field.slot] = field.definition.since(golden, among: candidates)
            }
            return out
        }
    }

    /// From when identifiers of some kinds age, by the kind's number: the last time that one of them proved right, or that a new one
    /// became known, if that is later.
    public static func since(of people: [PersonID], kinds: Set<Int64>, in db: Connection) throws -> [PersonID: [Int64: Timestamp]]
    {
        guard !people.isEmpty, !kinds.isEmpty else { return [:] }
        var out: [PersonID: [Int64: Timestamp]] = [:]
        try db.each(
            """
            SELECT person, kind, MAX(first_seen) FROM identifiers
            WHERE person IN \(list: people) AND kind IN \(list: kinds.sorted()) GROUP BY person, kind
            """
        ) { out[$0.integer(0), default: [:]][$0.integer(1)] = $0.timestamp(2) }
        try db.each(
            "SELECT person, kind, at FROM confirmations WHERE person IN \(list: people) AND kind IN \(list: kinds.sorted())"
        ) { row in
            let (person, kind, at) = (row.integer(0), row.integer(1), row.timestamp(2))
            // What a person no longer has does not age.
            if let known = out[person]?[kind], at > known { out[person]?[kind] = at }
        }
        return out
    }

    /// How old the identifiers of a person are that have a budget, by the name of their kind.
    public static func contacts(of person: PersonID, by rules: IdentityRules, in db: Connection) throws -> [ContactReading] {
        let numbers = try IdentifierNumbers.all(in: db).filter { rules.kind($0.key)?.freshness != nil }
        let since = try since(of: [person], kinds: Set(numbers.values), in: db)[person] ?? [:]
        let confirmed = try Dictionary(
            db.all("SELECT kind, at FROM confirmations WHERE person = \(person)") { ($0.integer(0), $0.timestamp(1)) }
        ) { first, _ in first }
        return numbers.sorted { $0.key < $1.key }.compactMap { name, number in
            guard let kind = rules.kind(name), let moment = since[number] else { return nil }
            return ContactReading(name: name, kind: kind, since: moment, confirmedAt: confirmed[number])
        }
    }
}

/// How old a person's identifiers of a kind are.
public struct ContactReading: Sendable, Hashable {
    public var name: String
    public var kind: IdentifierKind
    public var since: Timestamp
    public var confirmedAt: Timestamp?

    public var freshness: Freshness { Freshness(since: since, budget: kind.freshness) }
}
