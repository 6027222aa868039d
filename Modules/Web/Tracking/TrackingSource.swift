/// A source of tracking calls: who may write under which key, and what becomes of events that nobody declared.
public struct TrackingSource: Sendable, Hashable {
    /// What happens to an event of a kind that is not declared.
    public enum Undeclared: String, Sendable, CaseIterable {
        /// It is kept, can be explored, and cannot be used until it is declared.
        case keep
        /// It is counted and forgotten.
        case drop
        /// The call is answered with an error that names it.
        case refuse
    }

    /// The instance's name in the YAML: `track.shop`.
    public let name: String
    public let undeclared: Undeclared
    /// ISO 3166-1 alpha-2: where a telephone number without a country code is dialled.
    public let region: String
    /// The kind of identifier that a `userId` of this source is: `external.track_shop`.
    let userKind: String

    public init(name: String, undeclared: Undeclared = .keep, region: String = "US") {
        self.name = name
        self.undeclared = undeclared
        self.region = region
        userKind = "external." + name.replacing(".", with: "_")
    }
}
