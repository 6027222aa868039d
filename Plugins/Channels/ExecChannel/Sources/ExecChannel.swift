import RapportCore
public import RapportPluginKit
public import RapportPluginProcess

/// Hands messages to any program that speaks the plugin protocol, named by a command in the YAML.
public struct ExecChannel: Channel, SupervisedPlugin {
    public static let manifest = Manifest(
        id: "channel.exec", kind: .channel, version: "1.0.0",
        summary: "Hands messages to a program of yours that speaks the plugin protocol.",
        capabilities: Capabilities(addresses: "email", html: true, subject: true, bulk: 10),
        settings: Spec(
            ExecSettings.options + [
                .init(
                    "idempotent", .flag, default: false,
                    help: "Whether the program knows a message id again, so that one it never answered for may be sent again.")
            ]), dutiesSetting: ExecSettings.dutiesSetting)

    public let manifest: Manifest
    private let external: ExternalChannel

    public init(settings: Settings, environment: PluginEnvironment) throws {
        var manifest = Self.manifest
        manifest.capabilities.idempotent = settings.flag("idempotent")
        manifest.duties = try manifest.duties(of: settings)
        self.manifest = manifest
        external = ExternalChannel(
            try ExecSettings(settings).supervisor(environment), manifest: manifest, environment: environment)
    }

    public var supervisor: PluginSupervisor { external.supervisor }
    public var state: any PluginState { external.state }

    public func send(_ messages: [OutgoingMessage]) async -> [SendResult] { await external.send(messages) }
}
