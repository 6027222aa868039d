import Foundation
import Logging
import RapportCore
public import RapportPluginKit
import RapportStorage
public import ServiceLifecycle
import UnixSignals

/// What a process does.
public struct Roles: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Moves the log on: folds, reactors, timers.
    public static let worker = Roles(rawValue: 1)
    /// Answers HTTP.
    public static let server = Roles(rawValue: 2)
}

extension Host {
    /// Runs a process until SIGTERM or SIGINT, then stops it in order: nothing in hand is lost. A second signal ends it at once.
    ///
    /// - Parameter services: more services of the app, stopped before the worker.
    public static func run(
        _ roles: Roles, _ configuration: Configuration, plugins: [any Plugin.Type],
        services: (Rapport) throws -> [any Service] = { _ in [] }
    ) async throws {
        let rapport = try await bootstrap(configuration, plugins: plugins)
        do {
            var all: [any Service] = []
            if roles.contains(.worker) {
                all.append(WorkerService(worker(rapport)))
                for instance in configuration.channels {
                    all.append(PluginService(label: instance.label, plugin: try rapport.make(instance), logger: rapport.logger))
                }
            }
            all += try services(rapport)
            rapport.logger.notice(
                "started",
                metadata: [
                    "roles": "\(roles.names)", "database": "\(configuration.database.redacted)",
                    "process": "\(ProcessInfo.processInfo.processIdentifier)",
                ])
            var group = ServiceGroupConfiguration(
                services: all.map { .init(service: $0, successTerminationBehavior: .ignore) },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: rapport.logger)
            group.maximumGracefulShutdownDuration = .seconds(30)
            try await ServiceGroup(configuration: group).run()
            rapport.logger.notice("stopped")
            try await rapport.close()
        } catch {
            try? await rapport.close()
            throw error
        }
    }

    /// A worker with a name of its own: leases are taken under it.
    static func worker(_ rapport: Rapport) -> Worker {
        let name =
            "\(ProcessInfo.processInfo.hostName)/\(ProcessInfo.processInfo.processIdentifier)/\(UInt32.random(in: 0...(.max)))"
        return Worker(runner: rapport.runner, leases: Leases(worker: name), logger: Logger(label: "rapport.worker"))
    }
}

extension Roles {
    var names: String {
        [contains(.server) ? "server" : nil, contains(.worker) ? "worker" : nil].compactMap { $0 }.joined(separator: ", ")
    }
}
