public import Logging
public import RapportCore

/// What the host gives an instance: its name, a logger, a clock, and its small store.
public struct PluginEnvironment: Sendable {
    /// The instance's name in the YAML.
    public let instance: String
    public let logger: Logger
    public let clock: any WallClock
    /// The folder that relative paths start from.
    public let folder: String
    public let state: any PluginState

    public init(instance: String, logger: Logger, clock: any WallClock, folder: String, state: any PluginState) {
        self.instance = instance
        self.logger = logger
        self.clock = clock
        self.folder = folder
        self.state = state
    }
}

/// A small store per instance, written in the transaction of the results it belongs to.
public protocol PluginState: Sendable {
    func value(_ key: String) async throws -> JSONValue?
    func set(_ key: String, _ value: JSONValue?) async throws
}
