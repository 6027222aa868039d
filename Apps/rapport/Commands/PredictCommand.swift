import ArgumentParser
import Foundation
import RapportAnalytics
import RapportCore

struct PredictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Say who is likely to: learn yes and no from a list, with figures on rows that were not learnt from.",
        subcommands: [Fit.self])

    struct Fit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fit",
            abstract: "Learn to predict who will do something, from the database or from any CSV file.",
            discussion: """
                With --outcome it looks at the people of the database as they were at several moments of the past, learns what was \
                known before of those who then did it, tries that on the latest of these moments, and writes how likely it is of \
                everybody now, and why, as fields of each person, which segments use. Nothing is learnt from what could not have \
                been known at the time.

                With --csv it reads a list in any dialect, plain or gzip; needs no rapport.yaml and no database, and sends nothing. \
                Numbers, categories and dates are told apart, gaps are handled. The figures are means over stratified folds; with \
                --date, those of the latest fifth of the rows, learnt from the earlier ones. How it works: docs/guides/prediction.md

                EXAMPLES:
                  rapport predict fit --outcome order.placed --within 30d
                  rapport predict fit --outcome order.placed --within 90d --absent --having order.placed --name leaving
                  rapport predict fit --csv customers.csv --target churned --id customer_no
                  rapport predict fit --csv customers.csv --target plan --positive gold --exclude notes --json
                  rapport predict fit --csv visits.csv --target bought --date visited_on --out scores.csv --html report.html
                """)

        @Option(help: ArgumentHelp("The kind of event to predict of the database's people.", valueName: "kind"))
        var outcome: String?

        @Option(help: ArgumentHelp("How long it may take: 30d.", valueName: "time"))
        var within: String?

        @Flag(help: "Predict that it stays away: who is about to leave.")
        var absent = false

        @Option(help: ArgumentHelp("Ask only of people who had an event of this kind before.", valueName: "kind"))
        var having: String?

        @Option(
            help: ArgumentHelp("The field to write; default: from kind and time, such as order_placed_30d.", valueName: "field"))
        var name: String?

        @Option(
            name: .customLong("as-of"), help: ArgumentHelp("Look at nothing from this day on (YYYY-MM-DD).", valueName: "date"))
        var asOf: String?

        @Flag(name: .customLong("dry-run"), help: "Learn from the database and show, and write nothing.")
        var dryRun = false

        @Option(help: ArgumentHelp("The list, plain or gzip.", valueName: "file"))
        var csv: String?

        @Option(help: ArgumentHelp("The column to predict, with two values.", valueName: "column"))
        var target: String?

        @Option(help: ArgumentHelp("The column that names a row; it is not predicted from.", valueName: "column"))
        var id: String?

        @Option(help: ArgumentHelp("Hold out the latest rows by this column, instead of folds.", valueName: "column"))
        var date: String?

        @Option(help: ArgumentHelp("The value of the target that means yes, against all others.", valueName: "value"))
        var positive: String?

        @Option(help: ArgumentHelp("Do not predict from this column; may be given again.", valueName: "column"))
        var exclude: [String] = []

        @Option(help: "auto, logistic or trees.")
        var model: String = "auto"

        @Option(help: "Parts that the rows are divided into, each tried on what the others teach.")
        var folds: Int = 5

        @Option(help: "Another number deals the rows into other folds.")
        var seed: UInt64 = 1

        @Option(help: ArgumentHelp("Write each row's probability and reasons to this CSV file.", valueName: "file"))
        var out: String?

        @Option(help: ArgumentHelp("Write a page with charts to this file.", valueName: "file"))
        var html: String?

        @OptionGroup var common: CommonOptions

        func validate() throws {
            if !["auto", "logistic", "trees"].contains(model) { throw ValidationError("--model is auto, logistic or trees.") }
            if !(2...20).contains(folds) { throw ValidationError("--folds is 2 to 20.") }
            if (csv == nil) == (outcome == nil) {
                throw ValidationError("Say what to learn from: --csv FILE, or --outcome KIND for the people of the database.")
            }
            if csv != nil {
                if target == nil { throw ValidationError("--csv needs --target: the column to predict.") }
                if within != nil || absent || having != nil || name != nil || asOf != nil || dryRun {
                    throw ValidationError(
                        "--within, --absent, --having, --name, --as-of and --dry-run are for the database's people, not for a file."
                    )
                }
            } else {
                if target != nil || id != nil || date != nil || positive != nil || !exclude.isEmpty {
                    throw ValidationError("--target, --id, --date, --positive and --exclude are of a file: name it with --csv.")
                }
                if within == nil { throw ValidationError("--outcome needs --within: how long it may take, such as 30d.") }
                _ = try days()
                _ = try CivilDate.option(asOf, "--as-of")
            }
        }

        func run() async throws {
            guard let csv, let target else {
                try await fitHouse(common.output)
                return
            }
            let output = Output(json: common.json, noColor: common.noColor)
            output.progress(output.text("match.reading"))
            let list = try PredictionList(csv, target: target, id: id, date: date, exclude: exclude)
            var options = Predictor.Options()
            options.model = PredictionModel(rawValue: model)
            options.positive = positive
            options.folds = folds
            options.seed = seed
            let prediction = try await Predictor(list, options: options).run { stage, share in
                output.progress(stage: "predict.\(stage.rawValue)", share)
            }
            output.endProgress()
            if let out { try AnalysisOptions.write(PredictionReport.scores(prediction, id: id, output.texts), to: out) }
            if let html { try AnalysisOptions.write(PredictionPage.html(prediction, output), to: html) }
            output.notes(prediction.notes)
            PredictionReport.show(prediction, output)
            output.json(PredictionReport.json(prediction, output))
        }
    }
}
