/// A stage of the relationship as the house defines it: who is in it, where it stands in the journey, and which wins.
public struct LifecycleStage: Sendable, Hashable {
    public var name: String
    /// Its place in the journey, for showing.
    public var order: Int64
    /// Of the stages that hold, the one with the highest priority is the person's.
    public var priority: Int64
    /// An expression of the segment language; `nil`: everybody.
    public var expression: String?
    /// Only who is in one of these comes in; empty: anybody.
    public var from: [String]
    /// How long somebody stays at most.
    public var lasts: Span?

    /// Reads a definition's body.
    ///
    /// - Throws: `Problem` `lifecycle.definition` whose place is the path within the body.
    public init(name: String, json: JSONValue) throws {
        func refuse(_ reason: String, _ path: String, _ remedy: String? = nil) -> Problem {
            Problem("lifecycle.definition", reason, at: .init(path: path), remedy: remedy)
        }
        let starts = name.utf8.first.map { $0 >= 0x61 && $0 <= 0x7A } ?? false
        guard starts, name.utf8.count <= 40,
            name.utf8.allSatisfy({ ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x5F })
        else { throw refuse("\"\(name)\" is no name of a stage", "", "Use lower-case letters, digits and underscores.") }
        let known = ["order", "priority", "when", "from", "lasts", "description"]
        for member in json.object ?? [] where !known.contains(member.name) {
            let near = Spelling.nearest(to: member.name, in: known).map { "Did you mean \"\($0)\"?" }
            throw refuse("unknown key \"\(member.name)\"", member.name, near ?? "A stage has \(known.joined(separator: ", ")).")
        }
        guard let order = json["order"]?.integer else {
            throw refuse("the order is missing", "order", "Say its place in the journey: order: 3")
        }
        if json["priority"] != nil, json["priority"]?.integer == nil { throw refuse("a priority is a whole number", "priority") }
        if json["when"] != nil, json["when"]?.string == nil { throw refuse("when is an expression", "when") }
        self.name = name
        self.order = order
        priority = json["priority"]?.integer ?? order
        expression = json["when"]?.string
        switch json["from"] {
        case nil: from = []
        case .string(let stage)?: from = [stage]
        case let list?:
            guard let stages = list.array?.compactMap(\.string), stages.count == list.array?.count else {
                throw refuse("from names stages", "from", "Write from: [lapsed]")
            }
            from = stages
        }
        lasts = nil
        if let text = json["lasts"] {
            guard let span = text.string.flatMap({ Span($0) }), span.milliseconds > 0 else {
                throw refuse("\"\(text.string ?? text.text)\" is no length of time", "lasts", "Write 90d.")
            }
            guard !from.isEmpty else {
                throw refuse(
                    "whoever has stayed that long would come in again at once", "lasts", "Say with from: where one comes from.")
            }
            lasts = span
        }
    }
}
