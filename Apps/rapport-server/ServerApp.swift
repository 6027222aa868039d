import ArgumentParser
import Foundation
import RapportHost
import RapportRegistered

@main
struct ServerApp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rapport-server",
        abstract: "Runs Rapport: with --with-worker everything in one process, the normal small deployment.",
        discussion: """
            SIGTERM and SIGINT stop it in order: nothing in hand is lost.

            EXAMPLES:
              rapport-server --with-worker
              rapport-server --config /etc/rapport/rapport.yaml
            """,
        version: "0.1.0")

    @Option(help: ArgumentHelp("The configuration; default as for `rapport`.", valueName: "file")) var config: String?
    @Option(help: ArgumentHelp("Use this database instead of the configured one.", valueName: "url")) var database: String?
    @Flag(name: .customLong("with-worker"), help: "Also do a worker's work in this process.") var withWorker = false

    func run() async throws {
        let roles: Roles = withWorker ? [.server, .worker] : .server
        let code = await ProcessRunner.run(config: config, database: database) { configuration in
            try await Host.run(roles, configuration, plugins: RegisteredPlugins.all)
        }
        throw ExitCode(code)
    }
}
