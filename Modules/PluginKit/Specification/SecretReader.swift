import Foundation
import RapportCore

/// Reads secrets from where the configuration says they are. A secret never stands in the YAML itself.
public struct SecretReader: Sendable {
    private let environment: [String: String]
    private let folder: String
    private var isReading = true

    /// - Parameters:
    ///   - environment: the process's environment.
    ///   - folder: where relative paths start: the folder of the configuration file.
    public init(environment: [String: String], folder: String) {
        self.environment = environment
        self.folder = folder
    }

    /// The same for whoever needs no secret: a secret that is stated wrongly is a problem as ever, and what is stated is not read but
    /// given as an empty one.
    public var unread: SecretReader {
        var reader = self
        reader.isReading = false
        return reader
    }

    /// Reads `{env: NAME}` or `{file: PATH}`; a file's last line break is not part of the secret.
    ///
    /// - Throws: `Problem` `config.secret`, which never repeats what stands in the YAML: it may be the secret.
    public func read(_ node: YAMLNode) throws -> Secret {
        guard case .mapping(let entries) = node.content, entries.count == 1, let entry = entries.first,
            case .text(let name) = entry.node.content
        else {
            throw node.problem(
                "a secret does not stand in the configuration itself", code: "config.secret",
                remedy: "Write {env: NAME} to take it from the environment, or {file: PATH} to read it from a file")
        }
        switch entry.name {
        case "env" where !isReading, "file" where !isReading: return Secret("")
        case "env":
            guard let value = environment[name], !value.isEmpty else {
                throw node.problem("the environment has no \(name)", code: "config.secret", remedy: "Set \(name) before starting")
            }
            return Secret(value)
        case "file":
            let path = name.hasPrefix("/") ? name : "\(folder)/\(name)"
            guard let data = FileManager.default.contents(atPath: path), var text = String(validating: data, as: UTF8.self),
                !text.isEmpty
            else { throw node.problem("the file \(path) cannot be read or is empty", code: "config.secret") }
            if text.hasSuffix("\r\n") || text.hasSuffix("\n") { text.removeLast() }
            return Secret(text)
        default:
            throw Problem("config.secret", "a secret comes from env or file", at: entry.place)
        }
    }
}
