public import Logging
public import RapportCore
public import RapportEngagement
public import RapportPluginKit
public import RapportStorage

/// A running Rapport: everything that a command, a worker or a server needs, wired once by `Host.bootstrap`.
public struct Rapport: Sendable {
    public let configuration: Configuration
    public let database: any Database
    public let registry: PluginRegistry
    /// Numbers of kinds, sources and symbols.
    public let catalog: Catalog
    /// What tells people apart.
    public let identity: IdentityRuleBook
    /// Where every event comes in.
    public let door: Door
    /// Takes opt-outs and suppressions in the transaction that accepts them, and keeps them in the journal.
    public let ledger: PermissionLedger
    /// All folds and reactors in their order.
    public let stepper: Stepper
    public let definitions: DefinitionStore
    /// The texts of the house's language, over the built-in English ones.
    public let texts: Texts
    public let clock: any WallClock
    public let logger: Logger

    /// Runs steps with this Rapport's folds and reactors.
    public var runner: StepRunner { StepRunner(stepper: stepper, database: database, wall: clock) }

    /// Closes the database. Nothing of this value works afterwards.
    public func close() async throws { try await database.close() }
}
