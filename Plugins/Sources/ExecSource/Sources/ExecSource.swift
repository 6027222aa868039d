public import RapportCore
public import RapportPluginKit
public import RapportPluginProcess

/// Reads records from any program that speaks the plugin protocol, named by a command in the YAML.
public struct ExecSource: DataSource, SupervisedPlugin {
    public static let manifest = Manifest(
        id: "source.exec", kind: .source, version: "1.0.0",
        summary: "Reads records from a program of yours that speaks the plugin protocol.",
        settings: Spec(ExecSettings.options), dutiesSetting: ExecSettings.dutiesSetting)

    public let manifest: Manifest
    private let external: ExternalSource

    public init(settings: Settings, environment: PluginEnvironment) throws {
        var manifest = Self.manifest
        manifest.duties = try manifest.duties(of: settings)
        self.manifest = manifest
        external = ExternalSource(
            try ExecSettings(settings).supervisor(environment), manifest: manifest, environment: environment)
    }

    public var supervisor: PluginSupervisor { external.supervisor }
    public var state: any PluginState { external.state }

    public func read(after bookmark: JSONValue?, into sink: any RecordSink) async throws {
        try await external.read(after: bookmark, into: sink)
    }
}
