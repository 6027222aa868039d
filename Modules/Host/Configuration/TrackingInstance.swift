import RapportCore
import RapportPluginKit

/// `tracking.NAME`: a site, an app or a till that calls the tracking API.
public struct TrackingInstance: Sendable {
    public var name: String
    /// `write_key`: in the YAML as text, or from `env:` or `file:`. It gives the right to add events, and to read nothing. It is read by
    /// who needs it: the server, and `rapport config check`.
    var key: YAMLNode
    /// `undeclared`: `keep` (default), `drop` or `refuse`.
    public var undeclared: String
    /// `country`: where telephone numbers without a country code are dialled; default: the house's.
    public var country: String?
}
