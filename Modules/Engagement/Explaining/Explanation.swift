public import RapportCore

/// Why one person did, or did not, hear from us: one true sentence, then the detail.
public struct Explanation: Sendable, Hashable {
    public var sentence: String
    public var details: [String]
    /// What the sentence says, for machines: outcome, reason code, moments, versions.
    public var facts: JSONValue

    public init(sentence: String, details: [String] = [], facts: JSONValue = [:]) {
        self.sentence = sentence
        self.details = details
        self.facts = facts
    }

    public var json: JSONValue {
        var members = [
            JSONValue.Member("sentence", .string(sentence)),
            JSONValue.Member("details", .array(details.map { .string($0) })),
        ]
        members += facts.object ?? []
        return .object(members)
    }
}
