import ArgumentParser
import RapportCore
import RapportHost
import RapportPluginKit
import RapportRegistered
import RapportStorage

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Check and show the configuration.", subcommands: [Check.self])

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Check rapport.yaml and the settings of every plugin instance, without opening anything.",
            discussion: """
                Every problem is told with file, line, column and option. Ends with 1 if there is one.

                EXAMPLES:
                  rapport config check
                  rapport config check --config /etc/rapport/rapport.yaml --json
                """)

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            let problems: [Problem]
            var shown = ""
            do {
                let configuration = try common.configuration()
                shown = configuration.file ?? output.text("config.defaults")
                problems = configuration.check(try Host.registry(configuration, plugins: RegisteredPlugins.all))
                if problems.isEmpty {
                    output.say(
                        "config.good",
                        [
                            "file": shown, "database": configuration.database.redacted,
                            "channels": "\(configuration.channels.count)", "sources": "\(configuration.sources.count)",
                        ])
                }
            } catch let problem as Problem {
                problems = [problem]
            } catch let several as Problems {
                problems = several.list
            }
            for problem in problems { output.line("\(output.styled(output.text("error"), .red)) \(problem)") }
            output.json(["ok": .bool(problems.isEmpty), "problems": .array(problems.map(\.json))])
            if !problems.isEmpty { throw ExitCode(ExitStatus.problem) }
        }
    }
}
