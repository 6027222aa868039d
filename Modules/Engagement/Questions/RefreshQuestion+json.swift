public import RapportCore

extension RefreshQuestion {
    /// For programs: what to ask, of what, and how far it is still believed.
    public func json(_ texts: Texts, language: String? = nil, at now: Timestamp) -> JSONValue {
        [
            "field": .string(subject), "identifier": .bool(isIdentifier), "value": .string(value),
            "type": type.map { .string($0.text) } ?? .null, "text": .string(text(texts, language: language)),
            "since": .string(freshness.since.rfc3339), "age_ms": .integer(freshness.age(at: now).milliseconds),
            "confidence": .integer(freshness.confidence(at: now)), "worth": .integer(Int64(rule.worth)),
        ]
    }
}
