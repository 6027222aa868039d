public import RapportCore

/// What somebody changes in a record by hand, or confirms: the events that say so, for the door.
///
/// A confirmation goes to the profile whose value holds, so that the value stays the same, and stays theirs after an unmerge. A new
/// value is said by a source of its own, `hand` where nobody names another.
public struct RecordEdits {
    /// The source of edits by hand.
    public static let hand = "hand"
    /// The source of what people say of themselves when they are asked.
    public static let person = "person"

    private let record: PersonRecord
    private let actor: String
    private let at: Timestamp
    private let db: Connection

    /// - Throws: `Problem` `person.not_found`.
    public init(_ person: PersonID, actor: String, at: Timestamp, in db: Connection) throws {
        guard let record = try People.record(of: person, in: db), record.state == .active else {
            throw Problem("person.not_found", "there is no such person")
        }
        self.record = record
        self.actor = actor
        self.at = at
        self.db = db
    }

    /// Says that values still hold.
    ///
    /// - Parameter names: fields, or kinds of identifiers.
    /// - Throws: `Problem` `confirm.nothing` where the person has no such value.
    public func confirming(_ names: [String]) throws -> [NewEvent] {
        let catalog = try FieldStore.read(in: db)
        return try names.map { name in
            if let field = record[name], let saying = field.sayings.first, let value = saying.value {
                return try event(
                    catalog.sort([.init(name, value)]), isConfirmed: true, source: saying.source, profile: saying.profile)
            }
            if let holder = try holder(of: name) {
                let said: JSONValue = [
                    "fields": [:], "confirmed": true, "confirms": [.string(name)], "actor": .string(actor),
                    "addresses": [.integer(AddressHash.of(Identifier(kind: name, value: holder.value)))],
                ]
                return NewEvent(
                    kind: FieldsFold.eventKind, source: holder.source, person: record.id, profile: holder.profile,
                    occurredAt: at, properties: said)
            }
            let known = record.fields.map(\.name) + Set(record.identifiers.map(\.identifier.kind)).sorted()
            throw Problem(
                "confirm.nothing", "there is no \(name) of \(record.title) to confirm",
                remedy: known.isEmpty ? nil : "There are \(known.joined(separator: ", ")).")
        }
    }

    /// Says new values. The empty text says that there is none any more.
    ///
    /// - Throws: `Problem` `field.unknown`, or `field.value` whose place is the field.
    public func setting(_ values: [(name: String, value: String)], source: String, isConfirmed: Bool) throws -> [NewEvent] {
        let catalog = try FieldStore.read(in: db)
        let members = values.map { JSONValue.Member($0.name, $0.value.isEmpty ? .null : .string($0.value)) }
        let sorted = catalog.sort(members)
        if let name = sorted.undeclared.first {
            let near = Spelling.nearest(to: name, in: catalog.fields.map(\.definition.name))
            throw Problem(
                "field.unknown", "no field \"\(name)\" is declared", at: .init(path: name),
                remedy: near.map { "Did you mean \"\($0)\"?" } ?? "Declare it under fields: in YAML.")
        }
        if let unfit = sorted.unfit.first { throw unfit }
        return [try event(sorted, isConfirmed: isConfirmed, source: source, profile: nil)]
    }

    private func event(_ sorted: FieldCatalog.Sorted, isConfirmed: Bool, source: String, profile: ProfileID?) throws -> NewEvent {
        var members: [JSONValue.Member] = [.init("fields", .object(sorted.properties)), .init("actor", .string(actor))]
        if isConfirmed { members.append(.init("confirmed", true)) }
        var event = NewEvent(
            kind: FieldsFold.eventKind, source: source, person: record.id, profile: profile, occurredAt: at,
            properties: .object(members), personal: sorted.personal.isEmpty ? nil : ["fields": .object(sorted.personal)])
        if profile == nil { event.profile = try ownProfile(of: source) }
        // A source that has not spoken of the person gets a profile as any other does: by an identifier that is theirs alone.
        let named = record.identifiers.first { $0.owned && $0.identifier.kind != "device" }?.identifier
        if event.profile == nil, let named {
            event.person = nil
            event.identifiers = [named]
        }
        return event
    }

    /// The source's profile of the person, if it has one.
    private func ownProfile(of source: String) throws -> ProfileID? {
        try db.integer(
            """
            SELECT MIN(profiles.id) FROM profiles JOIN sources ON sources.id = profiles.source
            WHERE profiles.person = \(record.id) AND sources.name = \(source)
            """)
    }

    /// The profile through which the newest identifier of a kind is known.
    private func holder(of kind: String) throws -> (profile: ProfileID, source: String, value: String)? {
        try db.first(
            """
            SELECT identifiers.profile, sources.name, identifiers.value FROM identifiers
            JOIN identifier_kinds ON identifier_kinds.id = identifiers.kind
            JOIN profiles ON profiles.id = identifiers.profile
            JOIN sources ON sources.id = profiles.source
            WHERE identifiers.person = \(record.id) AND identifier_kinds.name = \(kind)
            ORDER BY identifiers.first_seen DESC, identifiers.profile, identifiers.value LIMIT 1
            """
        ) { ($0.integer(0), $0.text(1), $0.text(2)) }
    }
}
