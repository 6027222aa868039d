public import RapportCore
public import RapportStorage

/// What messages say of people, from their golden values.
public struct RecordContents: PersonContents {
    private static let language = "language"

    public init() {}

    public func contents(of people: [PersonID], fields: Set<String>, in db: Connection) throws -> [PersonID: PersonContent] {
        var publicIDs: [PersonID: String] = [:]
        try db.each("SELECT id, public_id FROM people WHERE id IN \(list: people)") { publicIDs[$0.integer(0)] = $0.text(1) }
        let values = try People.values(of: people, fields: fields.union([Self.language]), in: db)
        return publicIDs.reduce(into: [:]) { out, person in
            let own = values[person.key] ?? [:]
            let language = own[Self.language].flatMap { $0.isEmpty ? nil : $0 }
            out[person.key] = PersonContent(
                publicID: person.value, values: own.filter { fields.contains($0.key) }, language: language)
        }
    }
}
