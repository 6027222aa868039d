import Foundation
import RapportCore
import RapportPluginKit

/// The settings of one instance, checked.
struct SingerSettings: Sendable {
    enum CatalogOption: String, Sendable { case catalog, properties, none }

    let command: [String]
    let streams: [String]
    let catalog: CatalogOption
    let silence: Duration
    let secrets: [Secret]
    private let file: String?
    private let values: [JSONValue.Member]
    private let secretName: String

    init(_ settings: Settings) throws {
        command = settings.list("command")
        guard command.first?.isEmpty == false else {
            throw Problem("singer.command", "the command is empty", at: .init(path: "command"))
        }
        streams = settings.list("streams")
        catalog = settings.text("catalog").flatMap(CatalogOption.init) ?? .catalog
        silence = .milliseconds(settings.span("timeout")?.milliseconds ?? 300_000)
        secrets = settings.allSecrets
        file = settings.text("config_file")
        values = settings.values["config"]?.object ?? []
        secretName = settings.text("secret_name") ?? "api_key"
    }

    /// The tap's configuration with its secret. Read when a run begins: the file may have changed.
    func config() throws -> JSONValue {
        var members: [JSONValue.Member] = []
        if let file {
            guard let data = FileManager.default.contents(atPath: file), let found = try JSONValue(parsing: Array(data)).object
            else {
                throw Problem("singer.config", "\(file) cannot be read or holds no JSON object", at: .init(path: "config_file"))
            }
            members = found
        }
        for value in values {
            members.removeAll { $0.name == value.name }
            members.append(value)
        }
        if let secret = secrets.first {
            members.removeAll { $0.name == secretName }
            members.append(.init(secretName, .string(secret.exposed)))
        }
        return .object(members)
    }
}
