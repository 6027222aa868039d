public import RapportCore
public import RapportPluginKit
public import RapportPluginProcess

/// Reads records from any program that speaks the plugin protocol, named by a command in the YAML.
public struct ExecSource: DataSource {
    public static let manifest = Manifest(
        id: "source.exec", kind: .source, version: "1.0.0",
        summary: "Reads records from a program of yours that speaks the plugin protocol.",
        settings: Spec(ExecSettings.options))

    private let external: ExternalSource

    public init(settings: Settings, environment: PluginEnvironment) throws {
        external = ExternalSource(
            try ExecSettings(settings).supervisor(environment), manifest: Self.manifest, environment: environment)
    }

    /// How the program is.
    public var health: PluginHealth { get async { await external.supervisor.health } }

    public func read(after bookmark: JSONValue?, into sink: any RecordSink) async throws {
        try await external.read(after: bookmark, into: sink)
    }
    public func probe() async throws -> ProbeReport { try await external.probe() }
    public func run() async throws { try await external.run() }
    public func cleanup() async { await external.cleanup() }
    public func receive(_ request: CallbackRequest) async throws -> CallbackResult { try await external.receive(request) }
    public func optOut(_ optOut: OptOut) async throws -> Bool { try await external.optOut(optOut) }
    public func erase(_ addresses: [Identifier]) async throws -> Bool { try await external.erase(addresses) }
}
