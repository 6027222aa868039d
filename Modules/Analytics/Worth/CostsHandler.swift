import RapportCore
public import RapportStorage

/// `costs:` in YAML: what relationships cost (`CostSheet`).
public struct CostsHandler: DefinitionHandler {
    public let kind = "cost"

    public init() {}

    public func check(_ draft: DefinitionDraft, in db: Connection) throws {
        guard draft.name == Self.name else {
            throw Problem(
                "definition.invalid", "costs are stated once, under \"\(Self.name)\"", at: draft.place(""),
                remedy: "Rename \"\(draft.name)\".")
        }
        do { _ = try CostSheet(draft.body) } catch let problem as Problem {
            throw problem.at(draft.place(problem.place?.path ?? "") ?? problem.place ?? .init(path: draft.name))
        }
    }

    public func apply(_ definition: Definition, in db: Connection) throws {}

    public func remove(_ definition: Definition, in db: Connection) throws {}

    static let name = "house"
}

extension CostSheet {
    /// The costs in force; none where none are stated.
    public static func current(in db: Connection) throws -> CostSheet {
        guard let definition = try DefinitionStore(handlers: []).current("cost", CostsHandler.name, in: db) else {
            return CostSheet()
        }
        return try CostSheet(definition.body)
    }
}
