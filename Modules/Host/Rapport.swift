public import Logging
public import RapportCore
public import RapportPluginKit
public import RapportStorage

/// A running Rapport: everything that a command, a worker or a server needs, wired once by `Host.bootstrap`.
public struct Rapport: Sendable {
    public let configuration: Configuration
    public let database: any Database
    public let registry: PluginRegistry
    public let definitions: DefinitionStore
    /// The texts of the house's language, over the built-in English ones.
    public let texts: Texts
    public let clock: any WallClock
    public let logger: Logger

    /// Closes the database. Nothing of this value works afterwards.
    public func close() async throws { try await database.close() }
}
