import ArgumentParser
import Foundation
import RapportCore
import RapportEngagement
import RapportHost
import RapportRegistered
import RapportStorage

/// A campaign that has been told to send: everybody in it decided upon, receipts kept, committed slice by slice. Nothing is
/// handed to a channel.
struct CampaignDecisions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "campaign-decisions", abstract: "Decides on everybody in the campaigns that are due, through the database.")

    @Option(help: "The configuration.") var config: String

    func run() async throws {
        let configuration = try Configuration.load(
            file: config, databaseURL: nil, environment: ProcessInfo.processInfo.environment)
        let rapport = try await Host.bootstrap(configuration, plugins: RegisteredPlugins.all)
        let runner = try await rapport.outreach(rapport.makeChannels()).loop.runner
        let mine = Leases(worker: "benchmark")
        let leases = try await rapport.database.write { db in try mine.refresh(in: db) }
        let start = ContinuousClock.now
        try await runner.tick()
        for lease in leases { while try await runner.run(lease) {} }
        let microseconds = max(1, Int64((ContinuousClock.now - start) / .microseconds(1)))
        try await rapport.database.write { db in try mine.end(in: db) }
        let asked = try await rapport.database.read { db in
            try db.integer("SELECT SUM(count) FROM act_counts WHERE outcome = 'asked'") ?? 0
        }
        try await rapport.close()
        let answer: JSONValue = ["decided": .integer(asked), "per_second": .integer(asked * 1_000_000 / microseconds)]
        print(answer.text)
    }
}
