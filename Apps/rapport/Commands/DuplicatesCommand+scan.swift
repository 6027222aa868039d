import ArgumentParser
import RapportCore
import RapportHost
import RapportIntegration
import RapportMatching
import RapportStorage

struct DuplicatesScanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Compare everybody with everybody who is like them: for first use, and after training.",
        discussion: """
            Whoever changes is compared at once, so nobody needs this day by day. It works beside a running server, and may be \
            stopped and begun again; what is left the worker does.

            EXAMPLES:
              rapport duplicates scan
              rapport duplicates scan --json
            """)

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        let (outcome, open) = try await common.withRapport { rapport in
            let desk = rapport.matchDesk
            guard desk.settings.mode != .off else { throw Problem.matchingIsOff }
            try await desk.enqueueAll()
            let outcome = try await rapport.stepping {
                try await desk.settle { done, left in
                    output.progress(output.text("duplicates.comparing", ["done": "\(done)", "left": "\(left)"]))
                }
            }
            return (outcome, try await rapport.database.read { db in try Duplicate.count(in: db) })
        }
        output.endProgress()
        output.say(
            "duplicates.scanned",
            [
                "people": "\(outcome.people)", "pairs": "\(outcome.pairs)", "merges": "\(outcome.merges)", "open": "\(open)",
            ])
        output.json([
            "people": .integer(Int64(outcome.people)), "pairs": .integer(Int64(outcome.pairs)),
            "merges": .integer(Int64(outcome.merges)), "to_review": .integer(open),
        ])
    }
}

struct DuplicatesTrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Learn from the whole base how much each field says, without being told who is who.",
        discussion: """
            The model that comes with Rapport knows nobody's people. This one learns by EM how common values are, how often fields \
            are wrong, and how many duplicates there are; it holds 150 MB for 100,000 people meanwhile. Scan afterwards.

            EXAMPLES:
              rapport duplicates train
              rapport duplicates train --json
              rapport duplicates train --built-in
            """)

    @OptionGroup var model: BuiltInModel

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        let isRestored = try await model.restored(common, next: "duplicates.scan_now") { try await $0.matchDesk.forgetModels() }
        if isRestored { return }
        let learnt = try await common.withRapport { rapport in
            guard rapport.matchDesk.settings.mode != .off else { throw Problem.matchingIsOff }
            return try await rapport.matchDesk.train(
                reading: { output.progress(output.text("duplicates.reading", ["people": "\($0)"])) },
                progress: { stage, share in output.progress(stage: "match.\(stage.rawValue)", share) })
        }
        output.endProgress()
        output.say("duplicates.learnt", ["model": "\(learnt.id)", "people": "\(learnt.model.records)"])
        learnt.show(output)
        output.say("duplicates.scan_now")
        output.json([
            "model": .integer(learnt.id), "people": .integer(Int64(learnt.model.records)), "fields": learnt.fields,
        ])
    }
}

extension LearntModel {
    /// Which fields it compares, and as what.
    func show(_ output: Output) {
        output.table(["field", "compared_as"], model.columns.map { [$0.name, $0.kind.rawValue] })
    }

    var fields: JSONValue { .object(model.columns.map { .init($0.name, .string($0.kind.rawValue)) }) }
}

extension Problem {
    static let matchingIsOff = Problem(
        "matching.off", "people are not compared", remedy: "Set matching: mode: merge or review in rapport.yaml.")
}
