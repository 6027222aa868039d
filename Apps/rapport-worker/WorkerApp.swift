import ArgumentParser
import Foundation
import RapportHost
import RapportRegistered

@main
struct WorkerApp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rapport-worker",
        abstract: "Moves the log on: folds, segments, timers, sending.",
        discussion: """
            Any number of workers share one PostgreSQL database. With SQLite use rapport-server --with-worker instead. SIGTERM and \
            SIGINT stop it in order.

            EXAMPLES:
              rapport-worker --config /etc/rapport/rapport.yaml
            """,
        version: "0.1.0")

    @Option(help: ArgumentHelp("The configuration; default as for `rapport`.", valueName: "file")) var config: String?
    @Option(help: ArgumentHelp("Use this database instead of the configured one.", valueName: "url")) var database: String?

    func run() async throws {
        let code = await ProcessRunner.run(config: config, database: database) { configuration in
            try await Host.run(.worker, configuration, plugins: RegisteredPlugins.all)
        }
        throw ExitCode(code)
    }
}
