public import RapportCore

extension People {
    /// Golden values of declared fields, as people read them. Who has none is missing.
    public static func values(of people: [PersonID], fields names: Set<String>, in db: Connection) throws
        -> [PersonID: [String: String]]
    {
        let fields = try FieldStore.read(in: db)
        let wanted = fields.fields.filter { names.contains($0.definition.name) }
        guard !people.isEmpty, !wanted.isEmpty else { return [:] }
        return try GoldenRow.read(people, fields, in: db).mapValues { golden in
            wanted.reduce(into: [:]) { out, field in
                guard let value = golden[field.slot] else { return }
                let shown = field.definition.type.shown(value)
                out[field.definition.name] = shown.string ?? shown.text
            }
        }
    }
}
