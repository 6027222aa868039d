public import RapportCore

/// Folds what sources say of people (`person.identified`) into provenance per profile, golden values per person, and the
/// words that search finds them by.
///
/// The event's properties are `{"fields": {…}, "confirmed": true}`; values of identifying fields come as `{"fields": {…}}` in
/// the event's personal values. `null` says that there is no value any more. Fields that nobody declared are passed over.
public struct FieldsFold: Fold {
    public static let eventKind = "person.identified"
    public let name = "fields"
    private let fields = FieldCatalogMemory()

    public init() {}

    public func apply(_ events: [Event], in step: StepContext) throws {
        let kind = try step.catalog.kind(Self.eventKind, in: step.db).id
        let said = events.filter { $0.kind == kind && $0.person != 0 && $0.profile != 0 }
        guard !said.isEmpty else { return }
        var batch = FieldsBatch(fields: try fields.read(in: step.db), people: Set(said.map(\.person)), step)
        try batch.readKnown()
        try batch.take(said)
        try batch.write()
    }

    public func refold(_ people: [PersonID], in step: StepContext) throws {
        let kind = try step.catalog.kind(Self.eventKind, in: step.db).id
        var batch = FieldsBatch(fields: try fields.read(in: step.db), people: Set(people), step)
        try batch.readForgotten()
        try batch.take(try Event.handled(of: people, in: step.db).filter { $0.kind == kind && $0.profile != 0 })
        try batch.write()
    }

    /// Chooses golden values anew from what provenance has, after a rule has changed.
    ///
    /// - Parameter words: whether search words are to be written anew too.
    static func chooseAnew(_ people: [PersonID], words: Bool, in step: StepContext) throws -> GoldenChanges {
        guard !people.isEmpty else { return GoldenChanges(people: [], households: []) }
        let fields = try FieldStore.read(in: step.db)
        var batch = FieldsBatch(fields: fields, people: Set(people), step)
        try batch.readKnown()
        return try batch.chooseAnew(words: words)
    }

    public func fingerprint(of person: PersonID, in db: Connection) throws -> String {
        var out: [JSONValue] = []
        try db.each("SELECT profile, data FROM provenance WHERE person = \(person) ORDER BY profile") { row in
            out.append([.integer(row.integer(0)), .string(try Provenance(packed: row.text(1)).packed)])
        }
        let fields = try fields.read(in: db)
        let golden = try GoldenRow.read([person], fields, in: db)[person]
        for field in fields.fields {
            if let value = golden?[field.slot] { out.append([.string(field.definition.name), value.json]) }
        }
        return JSONValue.array(out).text
    }
}
