import ArgumentParser
import Foundation
import Logging
import RapportCore
import RapportHost
import RapportPluginKit
import RapportRegistered

/// The sender that `rapport demo` kills: a worker on the demo's database, at the story's time.
struct DemoSenderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-sender", abstract: "Send what is due in the demo's database, then end.", shouldDisplay: false)

    @Option(help: "The demo's configuration.") var config: String
    @Option(help: "The story's moment, in milliseconds.") var at: Int64
    @Option(help: "Stand still with messages in hand once so many were handed over.") var holdAfter: Int?

    func run() async throws {
        let configuration = try Configuration.load(file: config, environment: ProcessInfo.processInfo.environment)
        LoggingSystem.bootstrap { LineLogHandler(label: $0, settings: configuration.log) }
        let rapport = try await Host.bootstrap(
            configuration, plugins: RegisteredPlugins.all, clock: RunningClock(from: Timestamp(milliseconds: at)))
        let channels = try rapport.makeChannels().map { made in
            guard let holdAfter else { return made }
            let mark = DemoHome(path: configuration.folder, database: "").holding
            return ChannelInstance(
                instance: made.instance,
                channel: holding(made.channel, after: holdAfter) {
                    _ = FileManager.default.createFile(atPath: mark, contents: nil)
                })
        }
        let runner = RapportRunner(
            rapport, try await rapport.outreach(channels),
            name: "demo-sender/\(ProcessInfo.processInfo.processIdentifier)")
        try await runner.settle()
        try await runner.end()
        try await rapport.close()
    }
}

/// Opens the existential, so that the wrapper has the manifest of what it wraps.
private func holding<Base: Channel>(
    _ channel: Base, after limit: Int, say: @escaping @Sendable () -> Void
) -> any Channel {
    HoldingChannel(channel, after: limit, say: say)
}

/// A clock that was set once and runs.
private struct RunningClock: WallClock {
    private let start: Timestamp
    private let began = ContinuousClock.now

    init(from start: Timestamp) { self.start = start }

    var now: Timestamp {
        let passed = (ContinuousClock.now - began).components
        return start + Span(milliseconds: passed.seconds * 1_000 + passed.attoseconds / 1_000_000_000_000_000)
    }
}
