import RapportCore
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
