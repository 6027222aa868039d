public import RapportCore

/// Brings declared fields into force: `fields:` in YAML, a mapping of names to type, purpose, freshness and the like.
public struct FieldHandler: DefinitionHandler {
    public let kind = "field"
    private let aging: @Sendable (Timestamp, Connection) throws -> Void

    /// - Parameter aging: called when a field's budget has become another one: for whoever goes by how stale it is.
    public init(aging: @escaping @Sendable (Timestamp, Connection) throws -> Void = { _, _ in }) { self.aging = aging }

    public func check(_ draft: DefinitionDraft, in db: Connection) throws {
        do {
            _ = try FieldDefinition(name: draft.name, json: draft.body)
        } catch let problem as Problem {
            guard let place = draft.place(problem.place?.path ?? "") else { throw problem }
            throw problem.at(place)
        }
    }

    public func apply(_ definition: Definition, in db: Connection) throws {
        let field = try FieldDefinition(name: definition.name, json: definition.body)
        let before = try FieldStore.read(in: db)[field.name]?.definition
        try FieldStore.declare([field], in: db)
        guard let before else { return }
        if before.freshness != field.freshness || before.survivorship != field.survivorship {
            try aging(definition.appliedAt, db)
        }
        let isSearchedOtherwise = before.searched != field.searched
        if before.survivorship != field.survivorship || before.type != field.type || isSearchedOtherwise {
            try GoldenReactor.begin(words: isSearchedOtherwise, at: definition.appliedAt, in: db)
        }
    }

    /// A field's values stay on the log and in provenance, so a field once declared is not taken away.
    public func remove(_ definition: Definition, in db: Connection) throws {
        throw Problem(
            "field.in_use", "the field \(definition.name) cannot be removed: what sources said of it is kept",
            remedy: "Leave it declared.")
    }
}
