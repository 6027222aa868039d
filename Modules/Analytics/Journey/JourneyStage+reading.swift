public import RapportCore
public import RapportStorage

extension JourneyStage {
    private static let keys = [
        "title", "description", "events", "repeated", "next", "satisfaction", "effort", "waiting", "complaints",
    ]

    /// Reads a definition's body. What it says stands instead of all that is usual for the stage.
    ///
    /// - Throws: `Problem` `definition.invalid` whose place is the path within the body.
    public init(name: String, json: JSONValue) throws {
        let reader = try DefinitionReader(json, keys: Self.keys)
        let names = Name.allCases.map(\.rawValue)
        guard let known = Name(rawValue: name) else {
            throw reader.problem(
                "the journey has no stage \"\(name)\"",
                remedy: Spelling.nearest(to: name, in: names).map { "Did you mean \"\($0)\"?" }
                    ?? "There are \(names.joined(separator: ", ")).")
        }
        self.init(known, next: Self.usual.first { $0.name == known }?.next)
        title = try reader.text("title")
        _ = try reader.text("description")
        events = try reader.texts("events")
        repeated = try reader.texts("repeated")
        complaints = try reader.texts("complaints")
        if let text = try reader.text("next") {
            let after = text == "none" ? nil : Name(rawValue: text)
            guard text == "none" || after != nil else {
                throw reader.problem("the journey has no stage \"\(text)\"", "next", remedy: "Say a later stage, or none.")
            }
            if let after, after <= known { throw reader.problem("one goes on to a later stage", "next") }
            next = after
        }
        satisfaction = try Self.score(reader, "satisfaction")
        effort = try Self.score(reader, "effort")
        if let value = reader.value("waiting") {
            let inner = try DefinitionReader(value, keys: ["from", "to", "by"], path: "waiting")
            guard let from = try inner.text("from"), let to = try inner.text("to") else {
                throw inner.problem(
                    "a wait is from an event to an event", remedy: "Say from: complaint.opened and to: complaint.closed")
            }
            waiting = Waiting(from: from, to: to, by: try inner.text("by"))
        }
    }

    private static func score(_ reader: DefinitionReader, _ key: String) throws -> Score? {
        guard let value = reader.value(key) else { return nil }
        let inner = try DefinitionReader(value, keys: ["score", "from"], path: key)
        guard let figure = try inner.text("score"), let from = try inner.number("from") else {
            throw inner.problem(
                "answers have a score, and a number from which they are good",
                remedy: "Write {score: 'mean(survey.answered.score, survey: \"csat\")', from: 4}")
        }
        return Score(figure: figure, from: from)
    }

    /// The stages in force: the usual ones, and the house's where it says something else.
    public static func current(in db: Connection) throws -> [JourneyStage] {
        let stated = try DefinitionStore(handlers: []).current(JourneyHandler.name, in: db).map {
            try JourneyStage(name: $0.name, json: $0.body)
        }
        return usual.map { stage in stated.first { $0.name == stage.name } ?? stage }
    }
}
