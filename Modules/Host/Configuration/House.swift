/// `house`: what holds for a person of whom nothing better is known.
public struct House: Sendable, Hashable {
    /// `name`, default `Rapport`.
    public var name: String
    /// `time_zone`: an IANA zone, default `UTC`.
    public var timeZone: String
    /// `country`: ISO 3166 alpha-2, default none.
    public var country: String?
    /// `currency`: ISO 4217, default `EUR`.
    public var currency: String
    /// `language`: BCP 47, default `en`.
    public var language: String
}
