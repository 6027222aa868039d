public import RapportCore

/// Brings kinds of identifiers into force: `identifiers:` in YAML, by name; `any` holds for all kinds.
public struct IdentifierHandler: DefinitionHandler {
    static let definitionKind = "identifier"
    public let kind = IdentifierHandler.definitionKind
    private let book: IdentityRuleBook
    private let aging: @Sendable (Timestamp, Connection) throws -> Void

    /// - Parameter aging: called when budgets may have become others: for whoever goes by how stale identifiers are.
    public init(book: IdentityRuleBook, aging: @escaping @Sendable (Timestamp, Connection) throws -> Void = { _, _ in }) {
        self.book = book
        self.aging = aging
    }

    public func check(_ draft: DefinitionDraft, in db: Connection) throws {
        do {
            _ = try IdentityRules.builtIn.declaring([(draft.name, draft.body)])
        } catch let problem as Problem {
            guard let place = draft.place(problem.place?.path ?? "") else { throw problem }
            throw problem.at(place)
        }
    }

    public func apply(_ definition: Definition, in db: Connection) throws {
        if definition.name != IdentityRules.anyKind {
            // Segments may speak of it before anybody has one.
            try db.insert(into: "identifier_kinds", ["name"], [[.text(definition.name)]], ignoringConflicts: true)
        }
        // It may have had a budget before, and have none now.
        try aging(definition.appliedAt, db)
        db.afterCommit { [book] in book.forget() }
    }

    /// A kind that is built in is as it was built; of another one nothing is known any more, so its values prove nothing.
    public func remove(_ definition: Definition, in db: Connection) throws {
        try aging(definition.appliedAt, db)
        db.afterCommit { [book] in book.forget() }
    }
}
