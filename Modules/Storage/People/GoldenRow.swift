import RapportCore

/// Golden values of one person by slot, as their columns hold them.
typealias GoldenValues = SlotMap<FieldValue>

enum GoldenRow {
    static func read(_ people: [PersonID], _ fields: FieldCatalog, in db: Connection) throws -> [PersonID: GoldenValues] {
        guard !people.isEmpty else { return [:] }
        let columns = fields.fields.map { "f\($0.slot)" }.joined(separator: ", ")
        var out: [PersonID: GoldenValues] = [:]
        try db.each("SELECT person, \(raw: columns) FROM golden WHERE person IN \(list: people)") { row in
            var values = GoldenValues()
            for (index, field) in fields.fields.enumerated() where !row.isNull(index + 1) {
                values[field.slot] =
                    field.definition.type.column == "TEXT" ? .text(row.text(index + 1)) : .integer(row.integer(index + 1))
            }
            out[row.integer(0)] = values
        }
        return out
    }

    /// Inserts rows, which must be gone if they were there.
    static func insert(_ rows: [(PersonID, GoldenValues)], _ fields: FieldCatalog, in db: Connection) throws {
        try db.insert(into: "golden", ["person"] + fields.fields.map { "f\($0.slot)" }, rows) { row, golden in
            row.integer(golden.0)
            for field in fields.fields {
                switch golden.1[field.slot] {
                case .text(let text): row.text(text)
                case .integer(let number): row.integer(number)
                case nil: row.null()
                }
            }
        }
    }

    /// The words by which search finds the person; those of fields that it does not look at too, unless `searched`.
    ///
    /// - Returns: each once. They are few, so that looking through them is faster than hashing.
    static func words(_ values: GoldenValues?, _ fields: FieldCatalog, searched: Bool = true) -> [String] {
        var words: [String] = []
        guard let values else { return words }
        for field in fields.fields where field.definition.searched || !searched {
            guard case .text(let text)? = values[field.slot] else { continue }
            for word in Text.searchWords(text) where !words.contains(word) { words.append(word) }
        }
        return words
    }
}
