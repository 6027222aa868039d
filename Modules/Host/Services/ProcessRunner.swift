import Foundation
import Logging
import RapportCore

/// Starts a long-running process: reads the configuration, sets up logging, and turns a failure into a line and an exit code.
public enum ProcessRunner {
    public static func run(
        config: String?, database: String?, _ body: (Configuration) async throws -> Void
    ) async -> Int32 {
        do {
            let configuration = try Configuration.load(
                file: config, databaseURL: database, environment: ProcessInfo.processInfo.environment)
            LoggingSystem.bootstrap { LineLogHandler(label: $0, settings: configuration.log) }
            try await body(configuration)
            return 0
        } catch {
            StandardStreams.tell("error: \(error)\n")
            return 1
        }
    }
}
