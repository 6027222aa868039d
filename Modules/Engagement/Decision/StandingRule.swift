import RapportCore

/// Which kinds of events raise a fact and which clear it.
struct StandingRule: Sendable, Hashable {
    var fact: String
    var raisedBy: [String]
    var clearedBy: [String]
    /// The property that tells one occasion from another (a ticket's number); without it an event clears them all.
    var reference: String
    /// How long it stands at most; `nil` until cleared.
    var lasts: Span?

    init(fact: String, body: JSONValue) throws {
        let body = PolicyBody(body)
        try body.checkKeys(["raised_by", "cleared_by", "reference", "lasts"])
        self.fact = fact
        raisedBy = try body.texts("raised_by") ?? []
        clearedBy = try body.texts("cleared_by") ?? []
        reference = try body.text("reference") ?? "reference"
        lasts = try body.span("lasts")
        guard !raisedBy.isEmpty else { throw body.problem("nothing raises \(fact)", "raised_by") }
        guard !clearedBy.isEmpty || lasts != nil else {
            throw body.problem(
                "nothing ends \(fact)", "cleared_by", remedy: "Name an event that clears it, or say how long it lasts.")
        }
    }
}
