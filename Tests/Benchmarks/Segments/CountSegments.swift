import ArgumentParser
import Foundation
import RapportCore
import RapportEngagement
import RapportHost
import RapportRegistered
import RapportStorage

/// How long it takes from the text of a segment to the number of people in it.
struct CountSegments: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "count-segments", abstract: "Expressions from text to count, warm: the best of several.")

    @Option(help: "The configuration.") var config: String
    @Option(help: "Another database than the configured one.") var database: String?
    @Option(help: "The moment, in milliseconds since 1970.") var at: Int64
    @Option(help: "How often each is counted.") var times = 3
    @Argument(help: "Expressions.") var expressions: [String]

    func run() async throws {
        let configuration = try Configuration.load(
            file: config, databaseURL: database, environment: ProcessInfo.processInfo.environment)
        let rapport = try await Host.bootstrap(configuration, plugins: RegisteredPlugins.all)
        let questions = SegmentQuestions(house: .utc, permits: FoldedPermits(catalog: rapport.catalog))
        let now = Timestamp(milliseconds: at)
        var results: [JSONValue] = []
        for expression in expressions {
            var best = Duration.seconds(1_000_000)
            var count: Int64 = 0
            for _ in 0..<times {
                let start = ContinuousClock.now
                count = try await rapport.database.read { db in try questions.count(expression, at: now, in: db) }
                best = min(best, ContinuousClock.now - start)
            }
            results.append(["count": .integer(count), "microseconds": .integer(Int64(best / .microseconds(1)))])
        }
        try await rapport.close()
        print(JSONValue.array(results).text)
    }
}
