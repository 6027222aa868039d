import RapportCore

extension StoredPersonalData {
    public func sections(of subject: DataSubject, in db: Connection) throws -> [PersonalSection] {
        guard let record = try People.record(of: subject.person, in: db) else { return [] }
        let person: JSONValue = [
            "id": .string(record.publicID), "name": .string(record.title), "state": .string("\(record.state)"),
            "created_at": .string(record.createdAt.rfc3339), "first_seen": .string(record.firstSeen.rfc3339),
            "last_seen": .string(record.lastSeen.rfc3339),
            "also_known_as": .array(subject.publicIDs.filter { $0 != subject.publicID }.map { .string($0) }),
            "household": .array(record.household.map { .string($0) }),
        ]
        let identifiers = record.identifiers.map { known -> JSONValue in
            [
                "kind": .string(known.identifier.kind), "value": .string(known.identifier.value),
                "sources": .array(known.sources.map { .string($0) }), "first_seen": .string(known.firstSeen.rfc3339),
            ]
        }
        let fields = record.fields.flatMap { field in
            field.sayings.enumerated().map { index, saying -> JSONValue in
                [
                    "field": .string(field.name), "value": saying.value ?? .null, "used": .bool(index == 0),
                    "source": .string(saying.source), "said_at": .string(saying.saidAt.rfc3339),
                    "confirmed_at": saying.confirmedAt.map { .string($0.rfc3339) } ?? .null,
                    "purpose": .string(field.definition.purpose),
                ]
            }
        }
        return [
            PersonalSection("person", [person]), PersonalSection("identifiers", identifiers), PersonalSection("fields", fields),
            PersonalSection("events", try events(of: subject, in: db)),
        ]
    }

    /// All events, handled or not yet, oldest first, with the values that identify the person in their place.
    func events(of subject: DataSubject, in db: Connection) throws -> [JSONValue] {
        var events = try Event.handled(of: [subject.person], in: db)
        events += try Self.waiting(subject, in: db)
        events.sort { ($0.occurredAt, $0.ref) < ($1.occurredAt, $1.ref) }
        let kinds = try names("kinds", events.map(\.kind), in: db)
        let sources = try names("sources", events.map(\.source), in: db)
        var personal: [Int64: JSONValue] = [:]
        for start in stride(from: 0, to: events.count, by: 5_000) {
            personal.merge(try PersonalValues.read(of: Array(events[start...].prefix(5_000)), in: db)) { $1 }
        }
        return try events.map { event in
            var properties = try JSONValue(parsing: event.properties)
            if let own = personal[event.personal] { properties = properties.joined(with: own) }
            return [
                "kind": .string(kinds[event.kind] ?? ""), "source": .string(sources[event.source] ?? ""),
                "occurred_at": .string(event.occurredAt.rfc3339), "received_at": .string(event.receivedAt.rfc3339),
                "properties": properties,
            ]
        }
    }

    /// Events that no step has handled yet.
    static func waiting(_ subject: DataSubject, in db: Connection) throws -> [Event] {
        try db.all(
            """
            SELECT \(raw: Event.columns) FROM events
            WHERE partition = \(subject.partition) AND person = \(subject.person) AND (
                position > (SELECT position FROM cursors WHERE partition = \(subject.partition))
                OR position IN (SELECT position FROM held_events
                    WHERE partition = \(subject.partition) AND person = \(subject.person)))
            ORDER BY partition, position
            """, Event.init)
    }

    private func names(_ table: String, _ ids: [Int64], in db: Connection) throws -> [Int64: String] {
        try Dictionary(
            db.all("SELECT id, name FROM \(raw: table) WHERE id IN \(list: Set(ids).sorted())") { ($0.integer(0), $0.text(1)) }
        ) { $1 }
    }
}

extension JSONValue {
    /// Both objects as one, objects within them too; where both have a value, `other`'s.
    func joined(with other: JSONValue) -> JSONValue {
        guard var members = object, let more = other.object else { return other }
        for member in more {
            if let index = members.firstIndex(where: { $0.name == member.name }) {
                members[index].value = members[index].value.joined(with: member.value)
            } else {
                members.append(member)
            }
        }
        return .object(members)
    }
}
