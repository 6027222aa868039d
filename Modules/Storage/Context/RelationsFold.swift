public import RapportCore

/// Folds what people are to each other: `relation.started` and `relation.ended`, of which each of the two has their own.
public struct RelationsFold: Fold {
    public let name = "relations"
    let catalog: Catalog

    public static let started = "relation.started"
    public static let ended = "relation.ended"
    private static let kinds: Set = [started, ended]

    public init(catalog: Catalog) { self.catalog = catalog }

    public func apply(_ events: [Event], in step: StepContext) throws {
        guard try step.hasEvents(of: Self.kinds) else { return }
        let statements = try statements(in: step.db)
        let speaking = events.filter(statements.speaks)
        guard !speaking.isEmpty else { return }
        try write(try statements.said(by: speaking, among: events, in: step), in: step.db)
    }

    public func refold(_ people: [PersonID], in step: StepContext) throws {
        try write(try statements(in: step.db).said(by: people, in: step.db), in: step.db)
    }

    public func fingerprint(of person: PersonID, in db: Connection) throws -> String {
        try db.all(
            "SELECT tie, side, kind, since, until, dated FROM relations WHERE person = \(person) ORDER BY person, place"
        ) { row in
            let until = row.integerOrNil(4).map(String.init) ?? "-"
            return "\(row.text(0)) \(row.integer(1)) \(row.text(2)) \(row.integer(3)) \(until) \(row.integer(5))"
        }.joined(separator: "\n")
    }

    private func statements(in db: Connection) throws -> PersonStatements<RelationHistory.Statement> {
        let kinds = try catalog.existingKinds(Self.kinds, in: db)
        return PersonStatements(kinds: Dictionary(kinds.map { ($1.id, $0) }) { first, _ in first }, mentions: { _ in false }) {
            event, kind in
            let json = try JSONValue(parsing: event.properties)
            // Without a tie nobody knows who the other one is.
            guard let tie = json["tie"]?.string, let side = json["side"]?.integer, side == 0 || side == 1 else { return nil }
            let isStart = kind == Self.started
            let (time, isDated) = json.time(event, isStart ? "since" : "until")
            guard !isStart || json["relation"]?.string != nil else { return nil }
            return .init(
                tie: tie, side: Int(side), kind: isStart ? json["relation"]?.string : nil, time: time, isDated: isDated)
        }
    }

    private func write(_ said: [PersonID: [RelationHistory.Statement]], in db: Connection) throws {
        guard !said.isEmpty else { return }
        let people = said.keys.sorted()
        try db.run("DELETE FROM relations WHERE person IN \(list: people)")
        let rows = people.flatMap { person in
            RelationHistory.relations(of: said[person] ?? []).enumerated().map { (person: person, place: $0, relation: $1) }
        }
        try db.insert(into: "relations", ["person", "place", "tie", "side", "kind", "since", "until", "dated"], rows) {
            row, one in
            row.integer(one.person)
            row.int(one.place)
            row.text(one.relation.tie)
            row.int(one.relation.side)
            row.text(one.relation.kind)
            row.time(one.relation.since)
            row.time(one.relation.until)
            row.bool(one.relation.isDated)
        }
    }
}
