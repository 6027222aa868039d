public import RapportCore
public import RapportPluginKit

/// A plugin that is a program of its own: whatever both kinds can be asked goes to the program by its keeper.
public protocol SupervisedPlugin: Plugin {
    var supervisor: PluginSupervisor { get }
    /// The instance's store.
    var state: any PluginState { get }
}

extension SupervisedPlugin {
    /// Programs are made from a folder or a command.
    public init(settings: Settings, environment: PluginEnvironment) throws {
        throw Problem("plugin.start", "\(Self.manifest.id) needs a command")
    }

    /// How the program is.
    public var health: PluginHealth { get async { await supervisor.health } }

    public func probe() async throws -> ProbeReport { try await supervisor.probe() }
    public func run() async throws { try await supervisor.run() }
    public func cleanup() async { await supervisor.stop() }
    public func receive(_ request: CallbackRequest) async throws -> CallbackResult {
        try await supervisor.receive(request, state)
    }
    public func optOut(_ optOut: OptOut) async throws -> Bool {
        try await supervisor.duty("opt_out", [.init("opt_out", optOut.json)], state)
    }
    public func erase(_ addresses: [Identifier]) async throws -> Bool {
        try await supervisor.duty("erase", [.init("addresses", .array(addresses.map(\.json)))], state)
    }
}
