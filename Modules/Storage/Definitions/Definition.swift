public import RapportCore

/// A definition as it is in force: a segment, a topic, a template. Earlier versions are kept.
public struct Definition: Sendable, Hashable {
    /// The kind's singular name: `segment`.
    public var kind: String
    public var name: String
    /// 1 for the first.
    public var version: Int64
    public var body: JSONValue
    public var appliedAt: Timestamp
    /// Who applied it.
    public var actor: String

    public init(kind: String, name: String, version: Int64, body: JSONValue, appliedAt: Timestamp, actor: String) {
        self.kind = kind
        self.name = name
        self.version = version
        self.body = body
        self.appliedAt = appliedAt
        self.actor = actor
    }
}

/// A definition as somebody wants it, before it is checked and has a version.
public struct DefinitionDraft: Sendable {
    public var kind: String
    public var name: String
    public var body: JSONValue
    /// Where a dotted path of the body stands in the file it came from: `steps.0.wait`; an empty path is the body itself.
    public var place: @Sendable (_ path: String) -> Problem.Place?

    public init(
        kind: String, name: String, body: JSONValue, place: @escaping @Sendable (_ path: String) -> Problem.Place? = { _ in nil }
    ) {
        self.kind = kind
        self.name = name
        self.body = body
        self.place = place
    }
}
