import RapportCore
public import RapportStorage

/// Keeps fitted models as definitions with versions: what was learnt, when and by whom.
public struct ModelHandler: DefinitionHandler {
    public let kind = "model"

    public init() {}

    public func check(_ draft: DefinitionDraft, in db: Connection) throws {
        guard draft.body["model"]?.string != nil else {
            throw Problem(
                "model.definition", "a model names its form under \"model\"", at: draft.place(""),
                remedy: "Let rapport clv fit write it.")
        }
    }

    public func apply(_ definition: Definition, in db: Connection) throws {}

    public func remove(_ definition: Definition, in db: Connection) throws {}
}
