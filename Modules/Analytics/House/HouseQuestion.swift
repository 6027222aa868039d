import RapportCore

/// A question about the people of a house: will something happen, or stay away, within so many days?
public struct HouseQuestion: Sendable, Hashable {
    /// The kind of event that is foretold: `order.placed`.
    public var outcome: String
    /// Days.
    public var within: Int
    /// Whether what is foretold is that it stays away: that somebody leaves.
    public var isAbsence: Bool
    /// Asked only of people who had an event of this kind before.
    public var having: String?
    /// The field that the answers are written to.
    public var name: String
    /// Moments in the past that are learnt from, `within` apart, beside the latest one, which the answers are tried on.
    public var snapshots = 4

    /// - Throws: `Problem` `predict.question` where a part of it is not as it must be.
    public init(
        outcome: String, within: Int, isAbsence: Bool = false, having: String? = nil, name: String? = nil
    ) throws {
        for (option, kind) in [("--outcome", outcome), ("--having", having ?? outcome)] where !EventKind.isValid(kind) {
            throw Problem(
                "predict.question", "\"\(kind)\" is no kind of event", at: Problem.Place(path: option),
                remedy: "Write a kind such as order.placed.")
        }
        guard (1...3_650).contains(within) else {
            throw Problem(
                "predict.question", "\(within) is no number of days", at: Problem.Place(path: "--within"),
                remedy: "Write --within 30d.")
        }
        self.outcome = outcome
        self.within = within
        self.isAbsence = isAbsence
        self.having = having
        let word = outcome.split(separator: ".").joined(separator: "_")
        self.name = name ?? (isAbsence ? "no_\(word)_\(within)d" : "\(word)_\(within)d")
        // The field's own rules for names are the question's.
        _ = try FieldDefinition(name: self.name, json: ["purpose": "to be foretold"])
    }
}
