import RapportCore
public import RapportStorage

/// `objectives:` in YAML: what the house wants to reach (`Objective`, docs/guides/objectives.md).
public struct ObjectiveHandler: DefinitionHandler {
    public let kind = "objective"
    private let figures: SegmentReading

    public init(figures: SegmentReading) { self.figures = figures }

    public func check(_ draft: DefinitionDraft, in db: Connection) throws {
        do {
            let objective = try Objective(name: draft.name, json: draft.body)
            for (path, text) in objective.metric.figures {
                try Problem.within(path.isEmpty ? "metric" : "metric.\(path)") { _ = try figures.figure(text, db) }
            }
        } catch let problem as Problem {
            throw problem.placed(in: draft)
        }
    }

    public func apply(_ definition: Definition, in db: Connection) throws {}

    public func remove(_ definition: Definition, in db: Connection) throws {
        try ObjectiveStore.forget(definition.name, in: db)
    }
}
