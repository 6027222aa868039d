/// One way to recognise a person: a kind (`email`, `phone`, `device`, `external.shop`, `loyalty`, `social.mastodon`) and a
/// value normalised for that kind.
public struct Identifier: Sendable, Hashable {
    public let kind: String
    public let value: String

    /// - Parameter value: already normalised; see `Identifier.normalised(kind:value:region:)`.
    public init(kind: String, value: String) {
        self.kind = kind
        self.value = value
    }
}
