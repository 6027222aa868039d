import RapportCore
public import RapportStorage

/// `costs:` in YAML: what relationships cost (`CostSheet`).
public struct CostsHandler: DefinitionHandler {
    public let kind = "cost"

    public init() {}

    public func check(_ draft: DefinitionDraft, in db: Connection) throws {
        try draft.check(named: Self.name, "costs are stated once, under")
        try draft.check { _ = try CostSheet($0) }
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
