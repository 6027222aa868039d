public import RapportCore
public import RapportStorage

extension SegmentSchema {
    /// Names that the time zone of a person goes by among the declared fields.
    private static let zoneFields = ["time_zone", "timezone", "zone"]

    /// What expressions may speak of in this database, now.
    ///
    /// - Parameter permits: what `permitted()` may name; nothing without it.
    public static func read(in db: Connection, permits: (any SegmentPermits)? = nil) throws -> SegmentSchema {
        var schema = SegmentSchema()
        try db.each("SELECT slot, name, type, definition FROM fields ORDER BY slot") { row in
            guard let type = SegmentType(field: row.text(2)) else { return }
            let definition = try? FieldDefinition(name: row.text(1), json: JSONValue(parsing: row.text(3)))
            schema.fields[row.text(1)] = .init(slot: row.int(0), type: type, budget: definition?.freshness?.milliseconds)
        }
        schema.zoneField = zoneFields.lazy.compactMap { schema.fields[$0] }.first { $0.type == .text }?.slot
        try db.each("SELECT id, name, slots FROM kinds WHERE declared = 1 ORDER BY id") { row in
            let slots = try JSONValue(parsing: row.text(2)).array ?? []
            schema.kinds[row.text(1)] = .init(
                id: row.integer(0),
                properties: slots.compactMap { slot in
                    guard let name = slot.array?.first?.string, let type = slot.array?.last?.string.flatMap({ SlotType($0) })
                    else { return nil }
                    return Property(name, SegmentType(slot: type))
                })
        }
        schema.undeclaredKinds = Set(
            try db.all("SELECT name FROM kinds WHERE declared = 0 ORDER BY id LIMIT 1000") { $0.text(0) })
        // Nobody has those without a number yet; applying a segment gives them one.
        for kind in IdentifierKind.builtIn { schema.identifierKinds[kind.name] = -1 }
        try db.each("SELECT id, name FROM identifier_kinds ORDER BY id") { schema.identifierKinds[$0.text(1)] = $0.integer(0) }
        let declared = try DefinitionStore(handlers: []).current("identifier", in: db)
        let rules = try IdentityRules.builtIn.declaring(declared.map { ($0.name, $0.body) })
        for name in schema.identifierKinds.keys {
            schema.identifierBudgets[name] = rules.kind(name)?.freshness?.milliseconds
        }
        try db.each("SELECT id, name FROM segments WHERE state <> 'retired' ORDER BY id") {
            schema.segments[$0.text(1)] = $0.integer(0)
        }
        schema.stages = Set(try DefinitionStore(handlers: []).current("lifecycle", in: db).map(\.name))
        if let permits { (schema.topics, schema.channels) = try permits.vocabulary(in: db) }
        return schema
    }

    /// Reads and checks an expression against this database.
    ///
    /// - Parameter catalog: makes numbers for texts that no event has had yet, so that the checked expression stays right
    ///   when one has; needs a `write`. Without it the expression holds for this transaction only.
    /// - Throws: `Problem` `segment.*` that points at the character.
    public func expression(_ text: String, in db: Connection, making catalog: Catalog? = nil) throws -> SegmentExpression {
        try SegmentExpression(text, schema: knowing(text, in: db, making: catalog))
    }

    /// Reads and checks a figure against this database, for this transaction. Kinds that nobody has declared may be counted.
    ///
    /// - Throws: as `expression`.
    public func figure(_ text: String, in db: Connection) throws -> SegmentFigure {
        try SegmentFigure(text, schema: countingAll(in: db).knowing(text, in: db))
    }

    /// Reads and checks what chooses events, for this transaction.
    ///
    /// - Throws: as `expression`.
    public func events(_ text: String, in db: Connection) throws -> SegmentEvents {
        try SegmentFigure.events(text, schema: countingAll(in: db).knowing(text, in: db))
    }

    /// Of a person's permissions, which come by the ledger alone: never declared, so that no tracking call can name them.
    private static let permissionKinds = [
        "permission.granted", "permission.confirmed", "permission.withdrawn", "objection.made", "objection.lifted", "why.asked",
    ]

    /// This schema with the kinds that have come and that nobody has declared, without properties.
    private func countingAll(in db: Connection) throws -> SegmentSchema {
        var schema = self
        for name in Self.permissionKinds where schema.kinds[name] == nil { schema.kinds[name] = .init(id: -1) }
        try db.each("SELECT id, name FROM kinds WHERE declared = 0 ORDER BY id") {
            schema.kinds[$0.text(1)] = .init(id: $0.integer(0))
        }
        return schema
    }

    /// This schema with the numbers of the texts that stand in `text`.
    private func knowing(_ text: String, in db: Connection, making catalog: Catalog? = nil) throws -> SegmentSchema {
        let literals = try SegmentExpression.literals(in: text)
        var schema = self
        if let catalog {
            schema.symbols = try catalog.symbols(literals, in: db)
        } else {
            try db.each("SELECT value, id FROM symbols WHERE value IN \(list: literals.sorted())") {
                schema.symbols[$0.text(0)] = $0.integer(1)
            }
        }
        return schema
    }
}

extension SegmentType {
    /// The type of a field as the `fields` table has it: `text`, `choice(a, b)`, `decimal(2)`, `money(EUR)`.
    init?(field text: String) {
        let name = text.prefix { $0 != "(" }
        let argument = text.dropFirst(name.count + 1).dropLast()
        switch name {
        case "text", "choice": self = .text
        case "integer": self = .integer
        case "decimal": self = .decimal(scale: Int(argument) ?? 0)
        case "money": self = .money(currency: String(argument))
        case "date": self = .date
        case "time": self = .time
        case "flag": self = .flag
        default: return nil
        }
    }

    init(slot: SlotType) {
        self =
            switch slot {
            case .text: .symbol
            case .integer: .integer
            case .decimal(let scale): .decimal(scale: scale)
            case .money(let currency): .amount(property: currency)
            case .time: .time
            case .flag: .flag
            }
    }
}
