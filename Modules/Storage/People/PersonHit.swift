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
        let fields = try fields(of: people, in: db)
        let identifiers = try identifiers(of: people, in: db)
        return people.compactMap { person in
            guard let row = rows[person] else { return nil }
            let known = identifiers[person] ?? []
            let record = PersonRecord(
                id: person, publicID: row.publicID, state: .active, anonymous: false, createdAt: row.lastSeen,
                lastSeen: row.lastSeen, identifiers: known, fields: fields[person] ?? [], merges: [], household: [])
            return PersonHit(
                id: person, publicID: row.publicID, title: record.title, company: record["company"]?.text,
                email: known.first { $0.identifier.kind == "email" }?.identifier.value, lastSeen: row.lastSeen)
        }
    }
}
