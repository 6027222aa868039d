public import RapportCore

/// Folds when each person's identifiers of a kind last proved right: the register from which their age counts.
///
/// An address proves right by a double opt-in (`permission.confirmed`), a reply, a click judged human, and by whoever says so:
/// `confirms` in a `person.identified` event names the kinds that were confirmed. The latest counts, whatever the order of arrival.
///
/// Beside it stands when each single address proved right: where the event names it by its `AddressHash`, as `address`, or in the list
/// `addresses`.
public struct ConfirmationsFold: Fold {
    /// The property of `person.identified` that lists the confirmed kinds of identifiers.
    public static let property = "confirms"
    private static let kinds: Set = [FieldsFold.eventKind, "permission.confirmed", "message.replied", "link.clicked"]

    public let name = "confirmations"

    public init() {}

    private struct Key: Hashable, Comparable {
        var person: PersonID
        var kind: Int64

        static func < (left: Key, right: Key) -> Bool { (left.person, left.kind) < (right.person, right.kind) }
    }

    public func apply(_ events: [Event], in step: StepContext) throws {
        try fold(events, kinds: try step.kinds().filter { Self.kinds.contains($0.key) }, in: step)
    }

    public func refold(_ people: [PersonID], in step: StepContext) throws {
        try step.db.run("DELETE FROM confirmations WHERE person IN \(list: people)")
        try step.db.run("DELETE FROM address_confirmations WHERE person IN \(list: people)")
        let kinds = try step.catalog.existingKinds(Self.kinds, in: step.db).mapValues(\.id)
        try fold(try Event.handled(of: people, in: step.db), kinds: kinds, in: step)
    }

    public func fingerprint(of person: PersonID, in db: Connection) throws -> String {
        try db.all(
            """
            SELECT identifier_kinds.name, confirmations.at FROM confirmations
            JOIN identifier_kinds ON identifier_kinds.id = confirmations.kind
            WHERE confirmations.person = \(person) ORDER BY identifier_kinds.name
            """
        ) { "\($0.text(0)) \($0.integer(1))" }.joined(separator: ", ") + (try addresses(of: person, in: db))
    }

    private func addresses(of person: PersonID, in db: Connection) throws -> String {
        try db.all("SELECT address, at FROM address_confirmations WHERE person = \(person) ORDER BY person, address") {
            "; \($0.integer(0)) \($0.integer(1))"
        }.joined()
    }

    /// - Parameter kinds: numbers, by name, of the kinds that confirm something.
    private func fold(_ events: [Event], kinds: [String: Int64], in step: StepContext) throws {
        guard !kinds.isEmpty else { return }
        let names = Dictionary(uniqueKeysWithValues: kinds.map { ($1, $0) })
        var found: [(person: PersonID, kinds: [String], at: Timestamp)] = []
        var addresses: [Key: Timestamp] = [:]
        for event in events where event.person != 0 {
            guard let name = names[event.kind] else { continue }
            let properties = try step.properties(of: event)
            let kinds = Self.confirmed(name, properties)
            guard !kinds.isEmpty else { continue }
            found.append((event.person, kinds, event.occurredAt))
            Self.noteAddresses(properties, of: event.person, at: event.occurredAt, in: &addresses)
        }
        guard !found.isEmpty else { return }
        try writeAddresses(addresses, in: step.db)
        try write(try latest(found, in: step.db), in: step.db)
    }

    private func latest(_ found: [(person: PersonID, kinds: [String], at: Timestamp)], in db: Connection) throws -> [Key:
        Timestamp]
    {
        let numbers = try Self.numbers(Set(found.flatMap(\.kinds)), in: db)
        var latest: [Key: Timestamp] = [:]
        for one in found {
            for kind in one.kinds {
                guard let number = numbers[kind] else { continue }
                let key = Key(person: one.person, kind: number)
                latest[key] = max(latest[key] ?? one.at, one.at)
            }
        }
        return latest
    }

    /// The kinds of identifiers that an event shows to be right.
    private static func confirmed(_ event: String, _ properties: JSONValue) -> [String] {
        switch event {
        case FieldsFold.eventKind: (properties[property]?.array ?? []).compactMap(\.string)
        case "link.clicked" where properties["human"]?.bool != true: []
        default: properties["channel"]?.string.map { [$0] } ?? []
        }
    }

    private static func numbers(_ names: Set<String>, in db: Connection) throws -> [String: Int64] {
        func known() throws -> [String: Int64] {
            try Dictionary(
                db.all("SELECT name, id FROM identifier_kinds WHERE name IN \(list: names.sorted())") {
                    ($0.text(0), $0.integer(1))
                }
            ) { first, _ in first }
        }
        let before = try known()
        let missing = names.filter { before[$0] == nil }.sorted()
        guard !missing.isEmpty else { return before }
        try db.insert(into: "identifier_kinds", ["name"], missing.map { [.text($0)] }, ignoringConflicts: true)
        return try known()
    }

    private func write(_ latest: [Key: Timestamp], in db: Connection) throws {
        guard !latest.isEmpty else { return }
        try db.insert(
            into: "confirmations", ["person", "kind", "at"], latest.sorted { $0.key < $1.key },
            onConflict: """
                (person, kind) DO UPDATE SET
                    at = CASE WHEN excluded.at > confirmations.at THEN excluded.at ELSE confirmations.at END
                """
        ) { row, one in
            row.integer(one.key.person)
            row.integer(one.key.kind)
            row.time(one.value)
        }
    }
}

// MARK: - Single addresses

extension ConfirmationsFold {
    /// The property of `person.identified` that lists the hashes of the confirmed addresses.
    public static let addressesProperty = "addresses"

    private static func noteAddresses(
        _ properties: JSONValue, of person: PersonID, at moment: Timestamp, in latest: inout [Key: Timestamp]
    ) {
        let listed = (properties[addressesProperty]?.array ?? []).compactMap(\.integer)
        for address in listed + [properties["address"]?.integer].compactMap({ $0 }) {
            let key = Key(person: person, kind: address)
            latest[key] = max(latest[key] ?? moment, moment)
        }
    }

    /// Fills in what the log says of the past, for a database that has not had the table.
    static func fillAddresses(in db: Connection) throws {
        var latest: [Key: Timestamp] = [:]
        try db.each(
            """
            SELECT kinds.name, timeline.person, timeline.occurred_at, events.properties FROM timeline
            JOIN kinds ON kinds.id = timeline.kind
            JOIN events ON events.partition = timeline.partition AND events.position = timeline.position
            WHERE kinds.name IN \(list: kinds.sorted())
            """
        ) { row in
            let properties = try JSONValue(parsing: row.text(3))
            guard !confirmed(row.text(0), properties).isEmpty else { return }
            noteAddresses(properties, of: row.integer(1), at: row.timestamp(2), in: &latest)
        }
        try ConfirmationsFold().writeAddresses(latest, in: db)
    }

    private func writeAddresses(_ latest: [Key: Timestamp], in db: Connection) throws {
        guard !latest.isEmpty else { return }
        try db.insert(
            into: "address_confirmations", ["person", "address", "at"], latest.sorted { $0.key < $1.key },
            onConflict: """
                (person, address) DO UPDATE SET at = CASE
                    WHEN excluded.at > address_confirmations.at THEN excluded.at ELSE address_confirmations.at END
                """
        ) { row, one in
            row.integer(one.key.person)
            row.integer(one.key.kind)
            row.time(one.value)
        }
    }
}
