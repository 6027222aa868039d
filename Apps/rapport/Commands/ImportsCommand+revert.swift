import ArgumentParser
import RapportCore
import RapportHost
import RapportIntegration

extension ImportsCommand {
    struct Revert: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revert",
            abstract: "Take an import back, as if it had never run.",
            discussion: """
                What it brought goes: events, fields, identifiers that nobody else said, permissions, and people whom nobody else \
                knows. What was done since stays: whoever got a message remains as a number without a name.

                Opt-outs, objections, bounces and suppressions that it brought stay, with the addresses they hold for, so that \
                nobody is written to by accident. --opt-outs takes them back too.

                What a later import found there already came with this one and goes with it; import that file again.

                EXAMPLES:
                  rapport imports revert 7
                  rapport imports revert 7 --opt-outs
                """)

        @Argument(help: "The number of the import.")
        var id: Int64
        @Flag(name: .customLong("opt-outs"), help: "Take opt-outs, objections and suppressions back too.")
        var optOuts = false
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let (output, id, optOuts) = (common.output, id, optOuts)
            try await common.withRapport { rapport in
                // Only what the step has handled can be taken back.
                try await rapport.stepping {}
                let reverter = rapport.importReverter
                let report = try await rapport.stepping {
                    try await reverter.revert(id, includingOptOuts: optOuts) { report in
                        output.progress(output.text("imports.reverting", ["events": "\(report.removed)"]))
                    }
                }
                output.endProgress()
                output.say(
                    "imports.reverted", ["events": "\(report.removed)", "import": "\(id)", "people": "\(report.people)"])
                if report.kept > 0 { output.say("imports.kept", count: report.kept) }
                output.json([
                    "import": .integer(id), "removed": .integer(Int64(report.removed)), "kept": .integer(Int64(report.kept)),
                    "people": .integer(Int64(report.people)),
                ])
            }
        }
    }
}
