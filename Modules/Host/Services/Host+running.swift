import Foundation
import Logging
import RapportCore
import RapportEngagement
import RapportIntegration
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
        let rapport = try await bootstrap(configuration, plugins: plugins, isServing: roles.contains(.server))
        do {
            try await rapport.database.write { try DatabaseLock.settle($0, machine: DatabaseLock.machine) }
            let channels = try rapport.makeChannels()
            let outreach = try await rapport.outreach(channels)
            let inbox = try rapport.callbackInbox(channels)
            var all: [any Service] = []
            if roles.contains(.worker) { all = try workerServices(rapport, channels, outreach, inbox) }
            if roles.contains(.server) {
                all.append(
                    try await rapport.webServer(
                        outreach: outreach, channels: channels, inbox: inbox, isWorker: roles.contains(.worker)))
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

    /// They are stopped last first: sending ends before the leases are given back and the channels close.
    private static func workerServices(
        _ rapport: Rapport, _ channels: [ChannelInstance], _ outreach: Outreach, _ inbox: CallbackInbox
    ) throws -> [any Service] {
        let worker = worker(rapport)
        let (matching, sources) = (MatchService(rapport), SourceService(rapport, holder: workerName))
        let duties = try rapport.dutyDesk(channels)
        var all: [any Service] = channels.map {
            PluginService(label: $0.instance.label, plugin: $0.channel, logger: rapport.logger)
        }
        all += [WorkerService(worker), MergeService(rapport)]
        if matching.isNeeded { all.append(matching) }
        if sources.isNeeded { all.append(sources) }
        all += [
            SegmentCountService(rapport), SweepService(rapport, worker), HouseService.retention(rapport, worker),
            HouseService.reports(rapport, outreach.reports, worker), HouseService.objectives(rapport, worker),
            CallbackService(inbox: inbox),
        ]
        if duties.isNeeded { all.append(DutyService(desk: duties)) }
        return all + [DeliveryService(loop: outreach.loop, worker: worker)]
    }

    /// Unique to this call: a machine, a process and a number.
    public static var workerName: String {
        let process = ProcessInfo.processInfo
        return "\(process.hostName)/\(process.processIdentifier)/\(UInt32.random(in: 0...(.max)))"
    }

    /// A worker with a name of its own: leases are taken under it.
    static func worker(_ rapport: Rapport) -> Worker {
        Worker(
            runner: rapport.runner, leases: Leases(worker: workerName, span: rapport.configuration.worker.lease),
            logger: Logger(label: "rapport.worker"))
    }
}

extension Roles {
    var names: String {
        [contains(.server) ? "server" : nil, contains(.worker) ? "worker" : nil].compactMap { $0 }.joined(separator: ", ")
    }
}
