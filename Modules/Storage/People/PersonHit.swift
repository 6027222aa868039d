public import RapportCore

/// Somebody in a list: whom search found, or who came last.
public struct PersonHit: Sendable, Hashable {
    public var id: PersonID
    public var publicID: String
    public var title: String
    public var company: String?
    public var email: String?
    public var lastSeen: Timestamp

    public init(id: PersonID, publicID: String, title: String, company: String?, email: String?, lastSeen: Timestamp) {
        self.id = id
        self.publicID = publicID
        self.title = title
        self.company = company
        self.email = email
        self.lastSeen = lastSeen
    }
}

extension People {
    /// People as lists show them, in the order given, by a fixed number of statements. Whoever is not there is left out.
    public static func hits(_ people: [PersonID], in db: Connection) throws -> [PersonHit] {
        guard !people.isEmpty else { return [] }
        let rows = Dictionary(
            try db.all("SELECT id, public_id, last_seen FROM people WHERE id IN \(list: people)") {
                ($0.integer(0), (publicID: $0.text(1), lastSeen: $0.timestamp(2)))
            }
        ) { first, _ in first }
        let fields = try fields(["first_name", "last_name", "name", "company"], of: people, in: db)
        let identifiers = try listed(of: people, in: db)
        return people.compactMap { person in
            guard let row = rows[person] else { return nil }
            func text(_ name: String) -> String? { fields[person]?.first { $0.name == name }?.text }
            let known = identifiers[person]
            return PersonHit(
                id: person, publicID: row.publicID,
                title: PersonRecord.title(of: text, else: known?.first ?? row.publicID),
                company: text("company"), email: known?.email, lastSeen: row.lastSeen)
        }
    }

    /// Those whose records came last; nobody anonymous.
    public static func latest(limit: Int, in db: Connection) throws -> [PersonID] {
        try db.all("SELECT id FROM people WHERE state = 0 AND anonymous = 0 ORDER BY id DESC LIMIT \(limit)") { $0.integer(0) }
    }

    /// Of each person's identifiers the first that is no device's, and the first email.
    private static func listed(of people: [PersonID], in db: Connection) throws -> [PersonID: (first: String?, email: String?)] {
        let kinds = try IdentifierNumbers.all(in: db)
        let (device, email) = (kinds["device"] ?? 0, kinds["email"] ?? 0)
        var out: [PersonID: (first: String?, email: String?)] = [:]
        try db.each(
            """
            SELECT person, kind, value FROM identifiers WHERE person IN \(list: people)
            ORDER BY person, kind, value, holder
            """
        ) { row in
            let (person, kind) = (row.integer(0), row.integer(1))
            var own = out[person] ?? (nil, nil)
            if own.first == nil, kind != device { own.first = row.text(2) }
            if own.email == nil, kind == email { own.email = row.text(2) }
            out[person] = own
        }
        return out
    }
}
