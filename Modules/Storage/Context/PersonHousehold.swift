public import RapportCore

/// A household that a person lives or has lived in, and who lives there now.
public struct PersonHousehold: Sendable, Hashable {
    public struct Member: Sendable, Hashable {
        public var id: String
        public var name: String
    }

    public var household: String
    public var since: Timestamp?
    public var until: Timestamp?
    public var isDated: Bool
    /// Others who live in it now.
    public var members: [Member]
}

extension People {
    /// The households of a person, by beginning: the present one last, if there is one.
    public static func households(of person: PersonID, in db: Connection) throws -> [PersonHousehold] {
        var found = try db.all(
            """
            SELECT household_stays.household, symbols.value, since, until, dated FROM household_stays
            JOIN symbols ON symbols.id = household_stays.household
            WHERE person = \(person) ORDER BY person, place
            """
        ) { row in
            (
                number: row.integer(0),
                stay: PersonHousehold(
                    household: row.text(1), since: row.timestamp(2), until: row.timestampOrNil(3), isDated: row.bool(4),
                    members: [])
            )
        }
        let now = try db.first(
            """
            SELECT people.household, symbols.value FROM people JOIN symbols ON symbols.id = people.household
            WHERE people.id = \(person)
            """
        ) { (number: $0.integer(0), key: $0.text(1)) }
        if let now, found.last.map({ $0.number != now.number || $0.stay.until != nil }) ?? true {
            let said = try fields(of: [person], in: db)[person]?.first { $0.name == HouseholdsFold.field }
            found.append(
                (now.number, PersonHousehold(household: now.key, since: said?.saidAt, until: nil, isDated: false, members: [])))
        }
        return try found.map { number, stay in
            var stay = stay
            let others = try db.all(
                "SELECT id FROM people WHERE household = \(number) AND id <> \(person) AND state = 0 ORDER BY id LIMIT 50"
            ) { $0.integer(0) }
            let (ids, names) = (try publicIDs(of: others, in: db), try titles(of: others, in: db))
            stay.members = others.map { .init(id: ids[$0] ?? "", name: names[$0] ?? "") }
            return stay
        }
    }
}
