public import RapportCore
public import RapportIntegration
public import RapportPluginKit
public import RapportStorage

/// What rapport.yaml says, read strictly: an unknown key, a wrong value or an unknown plugin stops the start, with its place.
public struct Configuration: Sendable {
    /// The file it was read from; `nil` where everything is default.
    public var file: String?
    /// Where relative paths start: the folder of the file.
    public var folder: String
    /// `database`: `sqlite:PATH` (default `sqlite:rapport.db`) or `postgres://…`
    public var database: DatabaseURL
    public var http: HTTPSettings
    public var house: House
    /// The legal entities that write to people, by name. `brands`
    public var brands: [Brand]
    /// `channels`: named instances of channel plugins, in order.
    public var channels: [PluginInstance]
    /// `sources`: named instances of source plugins, in order.
    public var sources: [PluginInstance]
    /// `tracking`: sources of tracking calls, by name, in order.
    public var tracking: [TrackingInstance]
    /// `plugin_path`: folders with external plugins, absolute.
    public var pluginPath: [String]
    /// `journal`: the file that keeps opt-outs, objections and erasures; default: beside an SQLite database
    /// (`rapport.journal.jsonl`), else `rapport.journal.jsonl` in the working folder.
    public var journal: String?
    /// `matching`: how people who may be one are found.
    public var matching: MatchingSettings
    public var worker: WorkerSettings
    public var log: LogSettings
    public var secrets: SecretReader
}

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

/// `http`: where the server listens, and how the world reaches it.
public struct HTTPSettings: Sendable, Hashable {
    /// `host`, default `127.0.0.1`: only this machine.
    public var host: String
    /// `port`, default 8080; 0 lets the system choose.
    public var port: Int
    /// `public_url`, without a final slash: what links in messages begin with. Default: `http://HOST:PORT`.
    public var publicURL: String
}

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

/// `brands.NAME`: a legal entity that writes to people.
public struct Brand: Sendable, Hashable {
    public var name: String
    /// `title`: as people know it.
    public var title: String
    /// `from`: the address it writes from.
    public var from: String
    /// `reply_to`, if answers go elsewhere.
    public var replyTo: String?
    /// `postal_address`: marketing mail must show one.
    public var postalAddress: String
}

/// `worker`: how workers share the log.
public struct WorkerSettings: Sendable, Hashable {
    /// `lease`, default 10 s, 1 s to 10 min: how long the partitions of a worker that died wait for another.
    public var lease: Span
}

/// `log`: how the processes log.
public struct LogSettings: Sendable, Hashable {
    public enum Format: String, Sendable, CaseIterable { case text, json }
    /// `level`, default `info`.
    public var level: String
    /// `format`, default `text`; `json` writes a JSON object a line.
    public var format: Format
}
