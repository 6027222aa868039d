public import RapportCore
public import RapportStorage

/// Segments as definitions: `segments:` in YAML, each a name with its expression, or with `expression`, `description` and `purpose`.
///
/// A new version takes force at once for what happens from then on; who is in it is filled in partition by partition.
public struct SegmentDefinitions: DefinitionHandler {
    public let kind = "segment"
    private let catalog: Catalog
    private let permits: (any SegmentPermits)?

    public init(catalog: Catalog, permits: (any SegmentPermits)? = nil) {
        self.catalog = catalog
        self.permits = permits
    }

    /// The expression in a definition's body, and the path at which it stands.
    public static func expression(of body: JSONValue) throws -> (text: String, path: String) {
        switch body {
        case .string(let text): return (text, "")
        case .object(let members):
            for member in members where !["expression", "description", "purpose"].contains(member.name) {
                throw Problem("segment.unknown_key", "a segment has no \"\(member.name)\"", at: .init(path: member.name))
            }
            guard let text = body["expression"]?.string else { fallthrough }
            return (text, "expression")
        default: throw Problem("segment.definition", "a segment needs an expression", remedy: "Write expression: vip and …")
        }
    }

    /// What a definition's body says that the segment is for; marketing where it says nothing.
    ///
    /// - Throws: `Problem` `segment.purpose`.
    public static func purpose(of body: JSONValue) throws -> SegmentPurpose {
        guard let said = body.object == nil ? nil : body["purpose"] else { return .marketing }
        guard let purpose = said.string.flatMap(SegmentPurpose.init(rawValue:)) else {
            throw Problem(
                "segment.purpose", "\"\(said.string ?? said.text)\" is no purpose of a segment", at: .init(path: "purpose"),
                remedy: "Write marketing, or service for what people ordered, asked or must be told.")
        }
        return purpose
    }

    public func ordered(_ drafts: [DefinitionDraft]) throws -> [DefinitionDraft] {
        let byName = Dictionary(drafts.map { ($0.name, $0) }) { first, _ in first }
        let names = try SegmentOrder.sorted(drafts.map(\.name), named: { $0 }) { name in
            // What cannot be read has no say in the order; `check` tells what is wrong with it.
            guard let body = byName[name]?.body, let text = try? Self.expression(of: body).text else { return [] }
            return (try? SegmentExpression.segmentsNamed(in: text)) ?? []
        }
        return names.compactMap { byName[$0] }
    }

    public func check(_ draft: DefinitionDraft, in db: Connection) throws {
        let starts = draft.name.utf8.first.map { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x41 && $0 <= 0x5A) } ?? false
        guard starts, draft.name.utf8.count <= 80 else {
            throw Problem(
                "segment.name", "\"\(draft.name)\" is no name of a segment", at: draft.place(""),
                remedy: "Begin with a letter, and use at most 80 bytes.")
        }
        let (text, path) = try Self.expression(of: draft.body)
        do { _ = try Self.purpose(of: draft.body) } catch let problem as Problem {
            throw problem.at(draft.place("purpose") ?? .init(path: "purpose"))
        }
        var schema = try SegmentSchema.read(in: db, permits: permits)
        schema.insistsOnBudgets = true
        // Segments that come with this one are not in force yet; `apply` insists on them.
        for name in (try? SegmentExpression.segmentsNamed(in: text)) ?? [] where schema.segments[name] == nil {
            schema.segments[name] = -1
        }
        do {
            _ = try schema.expression(text, in: db)
        } catch let problem as Problem {
            let column = problem.place?.column.map { "character \($0): " } ?? ""
            throw Problem(problem.code, column + problem.reason, at: draft.place(path), remedy: problem.remedy)
        }
    }

    public func apply(_ definition: Definition, in db: Connection) throws {
        let (text, _) = try Self.expression(of: definition.body)
        let purpose = try Self.purpose(of: definition.body)
        try db.insert(
            into: "identifier_kinds", ["name"], IdentifierKind.builtIn.map(\.name).sorted().map { [.text($0)] },
            ignoringConflicts: true)
        let expression = try SegmentSchema.read(in: db, permits: permits).expression(text, in: db, making: catalog)
        if try db.integer("SELECT id FROM segments WHERE name = \(definition.name)") == nil {
            try db.insert(
                into: "segments", ["name", "version", "expression", "purpose", "state", "changed_at"],
                [
                    [
                        .text(definition.name), .integer(definition.version), .text(expression.text), .text(purpose.rawValue),
                        .text("active"), .time(definition.appliedAt),
                    ]
                ])
        } else {
            try db.run(
                """
                UPDATE segments SET version = \(definition.version), expression = \(expression.text),
                    purpose = \(purpose.rawValue), state = 'active', counted = NULL, changed_at = \(definition.appliedAt)
                 WHERE name = \(definition.name)
                """)
        }
        try refuseCircles(in: db)
        try beginFilling(definition.name, version: definition.version, at: definition.appliedAt, in: db)
    }

    /// Has the segments judged again that ask how stale something is: budgets may have changed.
    ///
    /// - Parameter moment: when they changed.
    public func fillAgain(at moment: Timestamp, in db: Connection) throws {
        let schema = try SegmentSchema.read(in: db, permits: permits)
        let rows = try db.all("SELECT name, version, expression FROM segments WHERE state <> 'retired' ORDER BY name") {
            (name: $0.text(0), version: $0.integer(1), text: $0.text(2))
        }
        for row in rows {
            guard try !schema.expression(row.text, in: db).needs.ages.isEmpty else { continue }
            try beginFilling(row.name, version: row.version, at: moment, in: db)
        }
    }

    public func remove(_ definition: Definition, in db: Connection) throws {
        for (name, text) in try expressions(in: db) where name != definition.name {
            guard try !SegmentExpression.segmentsNamed(in: text).contains(definition.name) else {
                throw Problem(
                    "segment.needed", "the segment \"\(definition.name)\" is mentioned by \"\(name)\"",
                    remedy: "Change that one first.")
            }
        }
        try db.run(
            """
            UPDATE segments SET state = 'retired', version = \(definition.version), changed_at = \(definition.appliedAt)
             WHERE name = \(definition.name)
            """)
        try beginFilling(definition.name, version: definition.version, at: definition.appliedAt, in: db)
    }

    private func expressions(in db: Connection) throws -> [(name: String, text: String)] {
        try db.all("SELECT name, expression FROM segments WHERE state <> 'retired' ORDER BY name") { ($0.text(0), $0.text(1)) }
    }

    private func refuseCircles(in db: Connection) throws {
        let texts = try Dictionary(expressions(in: db).map { ($0.name, $0.text) }) { first, _ in first }
        _ = try SegmentOrder.sorted(texts.keys.sorted(), named: { $0 }) { name in
            try SegmentExpression.segmentsNamed(in: texts[name] ?? "")
        }
    }

    /// A row and a timer for each partition. Positions are the step's: it fills when it comes by.
    private func beginFilling(_ name: String, version: Int64, at moment: Timestamp, in db: Connection) throws {
        guard let segment = try db.integer("SELECT id FROM segments WHERE name = \(name)") else { return }
        try db.run("DELETE FROM segment_fills WHERE segment = \(segment)")
        let partitions = 0..<Int64(Partition.count)
        try db.insert(
            into: "segment_fills", ["partition", "segment", "upto"],
            partitions.map { [.integer($0), .integer(segment), .integer(0)] })
        // A fill of the same version may be under way: it begins anew.
        try db.insert(
            into: "timers", ["partition", "due_at", "person", "owner", "key", "payload"], partitions,
            onConflict: "(person, owner, key) DO UPDATE SET due_at = excluded.due_at"
        ) { row, partition in
            row.integer(partition)
            row.time(moment)
            row.integer(0)
            row.text(SegmentsReactor.owner)
            row.text("fill/\(segment)/\(version)/\(partition)")
            row.text("")
        }
    }
}
