public import RapportCore

/// The declared fields and their columns of `golden`.
public enum FieldStore {
    /// Brings definitions into force: a new field gets the next column, a known one its new definition. Its type stays, for
    /// values of another type stand in its column.
    ///
    /// - Throws: `Problem` `field.type` when the type of a known field changes.
    public static func declare(_ definitions: [FieldDefinition], in db: Connection) throws {
        let known = try Dictionary(
            db.all("SELECT name, type, slot FROM fields") { ($0.text(0), (type: $0.text(1), slot: $0.integer(2))) }
        ) { first, _ in first }
        var next = (known.values.map(\.slot).max() ?? 0) + 1
        for definition in definitions {
            let body = definition.json.canonicalText
            if let field = known[definition.name] {
                guard FieldType(field.type)?.column == definition.type.column, sameScale(field.type, definition.type) else {
                    throw Problem(
                        "field.type", "\(definition.name) is \(field.type) and cannot become \(definition.type.text)",
                        at: .init(path: "type"), remedy: "Declare a field with another name.")
                }
                try db.run(
                    """
                    UPDATE fields SET type = \(definition.type.text), identifying = \(definition.identifying),
                        definition = \(body)
                    WHERE name = \(definition.name)
                    """)
                continue
            }
            try db.insert(
                into: "fields", ["slot", "name", "type", "identifying", "definition"],
                [
                    [
                        .integer(next), .text(definition.name), .text(definition.type.text),
                        .bool(definition.identifying), .text(body),
                    ]
                ])
            let column = Migration.translate("ADD COLUMN f\(next) \(definition.type.column)", for: db.dialect)
            try db.run("ALTER TABLE golden \(raw: column)")
            next += 1
        }
    }

    /// Integers of two scales would mix in one column.
    private static func sameScale(_ old: String, _ new: FieldType) -> Bool {
        switch (FieldType(old), new) {
        case (.text, .choice), (.choice, .text), (.choice, .choice): true
        case (let old?, _): old == new
        case (nil, _): false
        }
    }

    /// The fields as they are declared now.
    public static func read(in db: Connection) throws -> FieldCatalog { try read(where: "1 = 1", in: db) }

    /// Those of `names` that are declared.
    static func read(_ names: [String], in db: Connection) throws -> FieldCatalog {
        try read(where: "name IN \(list: names)", in: db)
    }

    private static func read(where which: SQL, in db: Connection) throws -> FieldCatalog {
        try FieldCatalog(
            db.all("SELECT slot, name, definition FROM fields WHERE \(which) ORDER BY slot") { row in
                let body = try JSONValue(parsing: row.text(2))
                return FieldCatalog.Field(
                    slot: row.int(0), definition: try FieldDefinition(name: row.text(1), json: body))
            })
    }
}
