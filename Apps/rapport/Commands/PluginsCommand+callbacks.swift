import ArgumentParser
import RapportCore
import RapportHost
import RapportIntegration
import RapportStorage

extension PluginsCommand {
    struct Callbacks: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "callbacks",
            abstract: "List the callbacks that wait for their plugin or were given up, and have them tried again.",
            discussion: """
                A request from outside is durable before it is answered, and tried ten times. What a plugin could not use is kept: \
                mend the plugin, then have it try again.

                EXAMPLES:
                  rapport plugins callbacks
                  rapport plugins callbacks --retry
                  rapport plugins callbacks channels.mail --retry --json
                """)
        @Argument(help: "Only those of this instance: channels.NAME or sources.NAME.") var instance: String?
        @Flag(help: "Have those that were given up tried again.") var retry = false
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let (output, instance, retry) = (common.output, instance, retry)
            let (found, retried) = try await common.withRapport { rapport in
                let now = rapport.clock.now
                return try await rapport.database.write { db in
                    let retried = retry ? try CallbackRecord.retry(of: instance, now: now, in: db) : 0
                    return (try CallbackRecord.all(in: db).filter { instance == nil || $0.instance == instance }, retried)
                }
            }
            if found.isEmpty { output.say("plugins.no_callbacks") }
            output.table(
                ["instance", "path", "received", "attempts", "state", "reason"],
                found.map {
                    [
                        $0.instance, $0.path, output.time($0.receivedAt), "\($0.attempts)",
                        output.text($0.isGivenUp ? "plugins.callback.given_up" : "plugins.callback.waiting"), $0.reason,
                    ]
                })
            if retried > 0 { output.say("plugins.retried", count: retried) }
            output.json(["callbacks": .array(found.map(\.json)), "retried": .integer(Int64(retried))])
        }
    }
}
