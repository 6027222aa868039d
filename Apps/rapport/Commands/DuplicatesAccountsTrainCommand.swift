import ArgumentParser
import RapportCore
import RapportHost
import RapportIntegration
import RapportMatching

struct DuplicatesAccountsTrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Learn from all companies how much each field says, without being told which are one.",
        discussion: """
            The model that comes with Rapport knows nobody's companies. This one learns by EM how common values are, how often \
            fields are wrong, and how many duplicates there are, from 500 companies on. Scan afterwards.

            EXAMPLES:
              rapport duplicates accounts train
              rapport duplicates accounts train --json
              rapport duplicates accounts train --built-in
            """)

    @OptionGroup var model: BuiltInModel

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        let isRestored = try await model.restored(common, next: "duplicates.companies_scan_now") {
            try await $0.accountDesk.forgetModels()
        }
        if isRestored { return }
        let learnt = try await common.withRapport { rapport in
            guard rapport.accountDesk.settings.mode != .off else { throw Problem.matchingIsOff }
            return try await rapport.accountDesk.train(
                reading: { output.progress(output.text("duplicates.companies_reading", ["companies": "\($0)"])) },
                progress: { stage, share in output.progress(stage: "match.\(stage.rawValue)", share) })
        }
        output.endProgress()
        output.say("duplicates.companies_learnt", ["model": "\(learnt.id)", "companies": "\(learnt.model.records)"])
        learnt.show(output)
        output.say("duplicates.companies_scan_now")
        output.json([
            "model": .integer(learnt.id), "companies": .integer(Int64(learnt.model.records)), "fields": learnt.fields,
        ])
    }
}
