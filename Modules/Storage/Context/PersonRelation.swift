public import RapportCore

/// Who somebody else is to a person.
public struct PersonRelation: Sendable, Hashable {
    public var relation: Relation
    /// `nil` if the other one has been erased, or nothing is known of their side any more.
    public var other: PersonID?
    public var otherID: String?
    /// How to call the other one.
    public var name: String?
}

/// Somebody who is at the same account at the same time.
public struct Colleague: Sendable, Hashable {
    public var person: PersonID
    public var publicID: String
    public var name: String
    public var account: String
    public var since: Timestamp
    /// When one of the two left.
    public var until: Timestamp?
}

extension People {
    /// The relations of a person, by beginning.
    public static func relations(of person: PersonID, in db: Connection) throws -> [PersonRelation] {
        let own = try db.all(
            """
            SELECT mine.tie, mine.side, mine.kind, mine.since, mine.until, mine.dated, MIN(theirs.person)
            FROM relations AS mine
            LEFT JOIN relations AS theirs ON theirs.tie = mine.tie AND theirs.side = 1 - mine.side
            WHERE mine.person = \(person)
            GROUP BY mine.person, mine.place, mine.tie, mine.side, mine.kind, mine.since, mine.until, mine.dated
            ORDER BY mine.person, mine.place
            """
        ) { row in
            PersonRelation(
                relation: Relation(
                    tie: row.text(0), side: row.int(1), kind: row.text(2), since: row.timestamp(3), until: row.timestampOrNil(4),
                    isDated: row.bool(5)),
                other: row.integerOrNil(6), otherID: nil, name: nil)
        }
        // Two who have become one are nothing to each other.
        let others = own.filter { $0.other != person }
        let ids = try publicIDs(of: others.compactMap(\.other), in: db)
        let names = try titles(of: others.compactMap(\.other), in: db)
        return others.map { relation in
            var relation = relation
            relation.otherID = relation.other.flatMap { ids[$0] }
            relation.name = relation.other.flatMap { names[$0] }
            return relation
        }
    }

    /// Who is or was at the same account in the same time, by name.
    public static func colleagues(of person: PersonID, limit: Int = 50, in db: Connection) throws -> [Colleague] {
        let rows = try db.all(
            """
            SELECT theirs.person, theirs.source, theirs.external, theirs.name, mine.since, mine.until, theirs.since, theirs.until
            FROM affiliations AS mine
            JOIN affiliations AS theirs ON theirs.source = mine.source AND theirs.external = mine.external
            JOIN people ON people.id = theirs.person
            WHERE mine.person = \(person) AND theirs.person <> \(person) AND people.state = 0
            ORDER BY theirs.person, theirs.place, mine.place LIMIT 2000
            """
        ) { row in
            (
                person: row.integer(0), account: Affiliation.Account(source: row.integer(1), external: row.text(2)),
                name: row.text(3), mine: (row.timestamp(4), row.timestampOrNil(5)),
                theirs: (row.timestamp(6), row.timestampOrNil(7))
            )
        }
        let people = Set(rows.map(\.person)).sorted()
        let (ids, titles) = (try publicIDs(of: people, in: db), try titles(of: people, in: db))
        var names: [Affiliation.Account: String] = [:]
        var colleagues: [[Int64]: Colleague] = [:]
        for row in rows {
            let ends = [row.mine.1, row.theirs.1].compactMap { $0 }
            let (since, until) = (max(row.mine.0, row.theirs.0), ends.min())
            guard until.map({ since < $0 }) ?? true else { continue }
            if names[row.account] == nil {
                names[row.account] =
                    row.account.isByName
                    ? row.name
                    : try db.text(
                        "SELECT name FROM accounts WHERE source = \(row.account.source) AND external = \(row.account.external)")
                        ?? row.account.external
            }
            let key = [row.person, since.milliseconds]
            colleagues[key] = Colleague(
                person: row.person, publicID: ids[row.person] ?? "", name: titles[row.person] ?? "",
                account: names[row.account] ?? "", since: since, until: until)
        }
        return Array(
            colleagues.values.sorted { ($0.name, $0.since, $0.person) < ($1.name, $1.since, $1.person) }.prefix(limit))
    }

    /// How to call people: a name, else an identifier, else the public id.
    public static func titles(of people: [PersonID], in db: Connection) throws -> [PersonID: String] {
        guard !people.isEmpty else { return [:] }
        let (ids, fields) = (try publicIDs(of: people, in: db), try fields(of: people, in: db))
        let identifiers = try identifiers(of: people, in: db)
        return Dictionary(
            people.map { person in
                let own = fields[person] ?? []
                func field(_ name: String) -> String? { own.first { $0.name == name }?.text }
                let parts = [field("first_name"), field("last_name")].compactMap { $0 }
                let known = identifiers[person]?.first { $0.identifier.kind != "device" }?.identifier.value
                return (
                    person, parts.isEmpty ? field("name") ?? known ?? ids[person] ?? "" : parts.joined(separator: " ")
                )
            }
        ) { first, _ in first }
    }
}
