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
    /// Puts events on the log that the plugin saw by itself. They are durable when it returns; the same id twice is one event.
    public let emit: @Sendable ([PluginEvent]) async throws -> Void

    public init(
        instance: String, logger: Logger, clock: any WallClock, folder: String, state: any PluginState,
        emit: @escaping @Sendable ([PluginEvent]) async throws -> Void = { _ in
            throw Problem("plugin.no_log", "there is no log here that events could go to")
        }
    ) {
        self.instance = instance
        self.logger = logger
        self.clock = clock
        self.folder = folder
        self.state = state
        self.emit = emit
    }

    /// Says something in the log, without a library for it. Never log a secret.
    public func log(_ text: String) { logger.info("\(text)") }

    /// Says in the log that something is wrong and that somebody should look.
    public func warn(_ text: String) { logger.warning("\(text)") }
}

/// A small store per instance, written in the transaction of the results it belongs to.
public protocol PluginState: Sendable {
    func value(_ key: String) async throws -> JSONValue?
    func set(_ key: String, _ value: JSONValue?) async throws
    /// Everything that is kept. The default keeps nothing.
    func all() async throws -> [String: JSONValue]
}

extension PluginState {
    public func all() async throws -> [String: JSONValue] { [:] }
}
