import RapportCore
public import RapportPluginKit

/// The settings that channel.exec and source.exec share: a command in YAML, without a plugin.yaml.
public struct ExecSettings: Sendable {
    public static let options: [Spec.Option] = [
        .init(
            "command", .list, required: true,
            help:
                "The program that speaks the plugin protocol, and its arguments; relative paths start at the configuration's folder.",
            example: ["python3", "plugins/mine.py"]),
        .init("settings", .values, default: [:], help: "What the program gets as its settings, by name."),
        .init("secret", .secret, help: "A secret that the program gets as the setting \"secret\"."),
        .init(
            dutiesSetting, .list, default: [],
            help: "What the program passes on to the system behind it: opt_out, erase. It is asked until it has.",
            example: ["opt_out", "erase"]),
        .init("timeout", .span, default: "60s", help: "How long the program may take for one answer before it is ended."),
    ]

    /// The name of the setting that lists duties.
    public static let dutiesSetting = "duties"

    private let command: [String]
    private let settings: Settings
    private let deadlines: PluginDeadlines

    /// - Throws: `Problem` where the command is empty.
    public init(_ settings: Settings) throws {
        command = settings.list("command")
        guard command.first?.isEmpty == false else {
            throw Problem("plugin.settings", "the command is empty", at: .init(path: "command"))
        }
        let members = settings.values["settings"]?.object ?? []
        self.settings = Settings(
            values: Dictionary(members.map { ($0.name, $0.value) }) { first, _ in first },
            secrets: settings.secret("secret").map { ["secret": $0] } ?? [:])
        let span = Duration.milliseconds(settings.span("timeout")?.milliseconds ?? 60_000)
        deadlines = PluginDeadlines(
            hello: min(span, .seconds(10)), start: span, probe: min(span, .seconds(25)), send: span, read: span, receive: span,
            duty: span)
    }

    /// The program's keeper. The program starts in the configuration's folder.
    public func supervisor(_ environment: PluginEnvironment) -> PluginSupervisor {
        PluginSupervisor(
            ChildCommand(command, folder: environment.folder), settings: settings, environment: environment,
            deadlines: deadlines)
    }
}
