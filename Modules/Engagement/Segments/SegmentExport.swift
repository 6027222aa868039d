import RapportCore
public import RapportStorage

/// The members of a segment as a table: who is in it since when, with the fields and identifiers that were asked for.
public struct SegmentExport: Sendable {
    public let header: [String]
    /// A row a member, by number.
    public let rows: [[String]]

    /// - Parameters:
    ///   - fields: names of fields of people.
    ///   - wanted: kinds of identifiers, of each the first by value.
    /// - Throws: `Problem`: `segment.not_found`, `patterns.unknown_field`, `patterns.unknown_identifier`.
    public init(of name: String, fields: [String] = [], identifiers wanted: [String] = [], in db: Connection) throws {
        let all = try SegmentStore.all(in: db)
        guard let segment = all.first(where: { $0.name == name }) else {
            let near = Spelling.nearest(to: name, in: all.map(\.name))
            throw Problem(
                "segment.not_found", "there is no segment called \"\(name)\"", remedy: near.map { "Did you mean \"\($0)\"?" })
        }
        let known = try FieldStore.read(in: db)
        for field in fields where known[field] == nil {
            throw Problem(
                "patterns.unknown_field", "people have no field \"\(field)\"", at: Problem.Place(path: "--fields"),
                remedy: Spelling.nearest(to: field, in: known.fields.map(\.definition.name)).map { "Did you mean \"\($0)\"?" })
        }
        let numbers = try Dictionary(
            db.all("SELECT name, id FROM identifier_kinds") { ($0.text(0), $0.integer(1)) },
            uniquingKeysWith: { first, _ in first })
        for kind in wanted where numbers[kind] == nil {
            throw Problem(
                "patterns.unknown_identifier", "there is no kind of identifier \"\(kind)\"",
                at: Problem.Place(path: "--identifiers"),
                remedy: Spelling.nearest(to: kind, in: numbers.keys.sorted()).map { "Did you mean \"\($0)\"?" })
        }
        let members = try db.all(
            """
            SELECT people.id, people.public_id, membership.since FROM membership
            JOIN people ON people.id = membership.person AND people.state = 0
            WHERE membership.segment = \(segment.id) ORDER BY people.id
            """
        ) { (person: $0.integer(0), id: $0.text(1), since: $0.timestamp(2)) }
        var rows: [[String]] = []
        for start in stride(from: 0, to: members.count, by: 1_000) {
            let part = members[start..<min(start + 1_000, members.count)]
            let people = part.map(\.person)
            let values = fields.isEmpty ? [:] : try People.fields(of: people, in: db)
            var identifiers: [PersonID: [Int64: String]] = [:]
            if !wanted.isEmpty {
                try db.each(
                    """
                    SELECT person, kind, value FROM identifiers WHERE person IN \(list: people) ORDER BY person, kind, value, holder
                    """
                ) { row in
                    let (person, kind) = (row.integer(0), row.integer(1))
                    if identifiers[person]?[kind] == nil { identifiers[person, default: [:]][kind] = row.text(2) }
                }
            }
            rows += part.map { member in
                [member.id, member.since.rfc3339]
                    + fields.map { name in values[member.person]?.first { $0.name == name }?.text ?? "" }
                    + wanted.map { numbers[$0].flatMap { identifiers[member.person]?[$0] } ?? "" }
            }
        }
        header = ["person", "since"] + fields + wanted
        self.rows = rows
    }
}
