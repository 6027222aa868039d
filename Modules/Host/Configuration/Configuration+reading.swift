import Foundation
import RapportCore
import RapportIntegration
public import RapportPluginKit
import RapportStorage

extension Configuration {
    static let keys = [
        "database", "http", "house", "brands", "channels", "sources", "tracking", "plugin_path", "journal", "matching", "worker",
        "log",
    ]

    /// Finds, reads and checks the configuration.
    ///
    /// - Parameters:
    ///   - file: the file; `nil`: `RAPPORT_CONFIG`, else the nearest rapport.yaml from the current folder upward.
    ///   - databaseURL: overrides `database`; with it, a configuration file may be missing.
    /// - Throws: `Problem` or `Problems`.
    public static func load(file: String? = nil, databaseURL: String? = nil, environment: [String: String]) throws
        -> Configuration
    {
        let current = FileManager.default.currentDirectoryPath
        var configuration: Configuration
        if let path = file ?? environment["RAPPORT_CONFIG"] ?? nearestFile(from: current) {
            configuration = try Configuration(
                YAMLNode(file: path), file: path,
                folder: URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false),
                environment: environment)
        } else if databaseURL != nil {
            configuration = try Configuration(
                YAMLNode(parsing: ""), file: nil, folder: current, environment: environment)
        } else {
            throw Problem(
                "config.not_found", "there is no rapport.yaml in \(current) or above it",
                remedy: "Begin with `rapport init`, go to the folder of one, or name it with --config FILE or RAPPORT_CONFIG")
        }
        if let databaseURL { configuration.database = try DatabaseURL(databaseURL).resolved(in: current) }
        return configuration
    }

    private static func nearestFile(from folder: String) -> String? {
        var url = URL(filePath: folder, directoryHint: .isDirectory).standardizedFileURL
        while true {
            let candidate = url.appending(path: "rapport.yaml").path(percentEncoded: false)
            if FileManager.default.fileExists(atPath: candidate) { return candidate }
            let parent = url.deletingLastPathComponent().standardizedFileURL
            if parent.path() == url.path() { return nil }
            url = parent
        }
    }

    /// Reads a configuration that has been parsed already.
    ///
    /// - Throws: `Problem`, or `Problems` with everything that is wrong.
    public init(_ node: YAMLNode, file: String?, folder: String, environment: [String: String]) throws {
        var folder = folder.isEmpty ? "." : folder
        while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
        var problems = node.unknownKeys(allowed: Self.keys)
        /// Goes on after a fault, so that all of them are told at once.
        func reading<Value>(_ fallback: Value, _ body: () throws -> Value) -> Value {
            do {
                return try body()
            } catch let problem as Problem {
                problems.append(problem)
            } catch let several as Problems {
                problems += several.list
            } catch {
                problems.append(Problem("config.invalid", "\(error)"))
            }
            return fallback
        }
        self.file = file
        self.folder = folder
        database = reading(.sqlite(path: "\(folder)/rapport.db")) {
            guard let value = node["database"] else { return .sqlite(path: "\(folder)/rapport.db") }
            do {
                return try DatabaseURL(value.text()).resolved(in: folder)
            } catch let problem as Problem {
                throw problem.at(value.place)
            }
        }
        http = reading(HTTPSettings.standard) { try HTTPSettings(node["http"]) }
        house = reading(House.standard) { try House(node["house"]) }
        brands = reading([]) { try node.mapping("brands")?.map { try Brand($0) } ?? [] }
        journal = reading(nil) { try node.text("journal").map { $0.hasPrefix("/") ? $0 : "\(folder)/\($0)" } }
        matching = reading(MatchingSettings.standard) { try MatchingSettings(node["matching"]) }
        worker = reading(WorkerSettings.standard) { try WorkerSettings(node["worker"]) }
        log = reading(LogSettings.standard) { try LogSettings(node["log"]) }
        channels = reading([]) { try PluginInstance.list(node["channels"], .channel, folder: folder) }
        sources = reading([]) { try PluginInstance.list(node["sources"], .source, folder: folder) }
        pluginPath = reading([]) {
            try node.texts("plugin_path")?.map { path in
                URL(filePath: path.hasPrefix("/") ? path : "\(folder)/\(path)").standardizedFileURL.path
            } ?? []
        }
        let secrets = SecretReader(environment: environment, folder: folder)
        self.secrets = secrets
        tracking = reading([]) { try node.mapping("tracking")?.map { try TrackingInstance($0, secrets) } ?? [] }
        try Problems.check(problems)
    }
}

extension DatabaseURL {
    /// A relative SQLite path starts at `folder`.
    func resolved(in folder: String) -> DatabaseURL {
        guard case .sqlite(let path) = self, !path.hasPrefix("/") else { return self }
        return .sqlite(path: "\(folder)/\(path)")
    }
}
