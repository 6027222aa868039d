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
            abstract: "Learn to predict one column of a CSV file from the others.",
            discussion: """
                Reads CSV in any dialect, plain or gzip; needs no rapport.yaml and no database, and sends nothing. Numbers, \
                categories and dates are told apart, gaps are handled. The figures are means over stratified folds; with --date, \
                those of the latest fifth of the rows, learnt from the earlier ones. How it works: docs/guides/prediction.md

                EXAMPLES:
                  rapport predict fit --csv customers.csv --target churned --id customer_no
                  rapport predict fit --csv customers.csv --target plan --positive gold --exclude notes --json
                  rapport predict fit --csv visits.csv --target bought --date visited_on --out scores.csv --html report.html
                """)

        @Option(help: ArgumentHelp("The list, plain or gzip.", valueName: "file"))
        var csv: String

        @Option(help: ArgumentHelp("The column to predict, with two values.", valueName: "column"))
        var target: String

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

        @Flag(help: "Answer with one JSON value.")
        var json = false

        @Flag(name: .customLong("no-color"), help: "No colours, even on a terminal.")
        var noColor = false

        func validate() throws {
            if !["auto", "logistic", "trees"].contains(model) { throw ValidationError("--model is auto, logistic or trees.") }
            if !(2...20).contains(folds) { throw ValidationError("--folds is 2 to 20.") }
        }

        func run() async throws {
            let output = Output(json: json, noColor: noColor)
            output.progress(output.text("match.reading"))
            let list = try PredictionList(csv, target: target, id: id, date: date, exclude: exclude)
            var options = Predictor.Options()
            options.model = PredictionModel(rawValue: model)
            options.positive = positive
            options.folds = folds
            options.seed = seed
            let prediction = try await Predictor(list, options: options).run { stage, share in
                output.progress("\(stage.rawValue): \(Int(share * 100)) %")
            }
            output.endProgress()
            if let out { try AnalysisOptions.write(PredictionReport.scores(prediction, id: id), to: out) }
            if let html { try AnalysisOptions.write(PredictionPage.text(prediction), to: html) }
            for note in prediction.notes { FileHandle.standardError.write(Data("note: \(note)\n".utf8)) }
            PredictionReport.show(prediction, output)
            output.json(PredictionReport.json(prediction))
        }
    }
}
