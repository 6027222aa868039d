import RapportCore
public import RapportStorage

/// `journey:` in YAML: which events belong to which stage of the customer's journey (`JourneyStage`, docs/guides/journey.md).
public struct JourneyHandler: DefinitionHandler {
    static let name = "journey_stage"

    public let kind = JourneyHandler.name
    public let section = "journey"
    private let catalog: Catalog
    private let reading: SegmentReading

    public init(catalog: Catalog, reading: SegmentReading) {
        self.catalog = catalog
        self.reading = reading
    }

    public func check(_ draft: DefinitionDraft, in db: Connection) throws {
        do {
            let stage = try JourneyStage(name: draft.name, json: draft.body)
            func events(_ texts: [String], _ key: String) throws {
                for (place, text) in texts.enumerated() {
                    let path = draft.body[key]?.array == nil ? key : "\(key).\(place)"
                    try Problem.within(path) {
                        do {
                            try EventChoice.check(text, catalog, reading, in: db)
                        } catch let problem as Problem where problem.code == "definition.invalid" {
                            throw problem.at(.init(path: path))
                        }
                    }
                }
            }
            try events(stage.events, "events")
            try events(stage.repeated, "repeated")
            try events(stage.complaints, "complaints")
            for (key, score) in [("satisfaction", stage.satisfaction), ("effort", stage.effort)] {
                guard let score else { continue }
                try Problem.within("\(key).score") {
                    guard case .mean = try reading.figure(score.figure, db).measure else {
                        throw Problem(
                            "segment.figure", "answers are told by mean()",
                            remedy: "Write mean(survey.answered.score, survey: \"csat\").")
                    }
                }
            }
            if let waiting = stage.waiting {
                try events([waiting.from], "waiting.from")
                try events([waiting.to], "waiting.to")
                _ = try JourneyWaits.slots(waiting, catalog, reading, in: db)
            }
        } catch let problem as Problem {
            throw problem.placed(in: draft)
        }
    }

    public func apply(_ definition: Definition, in db: Connection) throws {}

    public func remove(_ definition: Definition, in db: Connection) throws {}
}
