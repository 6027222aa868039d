import Foundation
import Logging
import RapportCore
import RapportHost
import RapportPluginKit
import RapportRegistered
import RapportStorage

extension CommonOptions {
    /// The configuration, read and checked.
    func configuration() throws -> Configuration {
        try Configuration.load(file: config, databaseURL: database, environment: ProcessInfo.processInfo.environment)
    }

    /// The plugins that the configuration has, or only the built-in ones where there is no configuration.
    func pluginRegistry() throws -> PluginRegistry {
        do {
            return try Host.registry(try configuration(), plugins: RegisteredPlugins.all)
        } catch let problem as Problem where problem.code == "config.not_found" {
            return try PluginRegistry(RegisteredPlugins.all)
        }
    }

    /// Opens Rapport with this command's configuration, runs `body`, and closes it also after a failure.
    ///
    /// - Parameter patience: with a server that does not answer yet. A file that cannot be opened is not waited for.
    func withRapport<Result>(
        _ patience: OutagePatience = .none, _ body: (Rapport) async throws -> Result
    ) async throws -> Result {
        let configuration = try configuration()
        LoggingSystem.bootstrap { LineLogHandler(label: $0, settings: configuration.log) }
        let isServer = if case .postgres(uri: _) = configuration.database { true } else { false }
        let rapport = try await (isServer ? patience : .none).over {
            try await Host.bootstrap(configuration, plugins: RegisteredPlugins.all)
        }
        do {
            let result = try await body(rapport)
            try await rapport.close()
            return result
        } catch {
            try? await rapport.close()
            throw error
        }
    }
}

/// Who a change made here is written down under: the user of this terminal.
var commandLineActor: String { "cli:\(ProcessInfo.processInfo.userName)" }
