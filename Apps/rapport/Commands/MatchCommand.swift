import ArgumentParser
import Foundation
import RapportCore
import RapportHost
import RapportIntegration
import RapportMatching

struct MatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "match",
        abstract: "Find the records of a list that are one, or link two lists, without being told which.",
        discussion: """
            Reads CSV in any dialect, plain or gzip; needs no rapport.yaml and no database, and sends nothing. What each column \
            holds is guessed, how much it says is learnt from the list itself. Several files are compared over all of them; of \
            two files without duplicates of their own each record has at most one partner in the other.

            The answer has a row a record: the id, the cluster, and how likely it is that the record is where it was put. How \
            it works and how to tune it: docs/guides/matching.md

            EXAMPLES:
              rapport match people.csv --id customer_no --out clusters.csv
              rapport match people.csv --id customer_no --exclude ssn --explain 4711 9022
              rapport match crm.csv shop.csv --id id --config match.yaml --out links.csv --json
            """)

    @Argument(help: "One or more files, plain or gzip.")
    var files: [String]

    @Option(help: ArgumentHelp("The column that names a record; default: the configuration's.", valueName: "column"))
    var id: String?

    @Option(
        help: ArgumentHelp(
            "A YAML file: id, exclude, columns (name: kind), one_to_one, comparisons.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("Do not compare this column; may be given again.", valueName: "column"))
    var exclude: [String] = []

    @Option(
        help: ArgumentHelp("Write the answer to this CSV file; default: standard output, with --json nowhere.", valueName: "file")
    )
    var out: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Say in words why the records with these two ids are one or two.", valueName: "id"))
    var explain: [String] = []

    @Flag(help: "Answer with one JSON value: counts, columns, and what was explained.")
    var json = false

    @Flag(name: .customLong("no-color"), help: "No colours, even on a terminal.")
    var noColor = false

    func validate() throws {
        if files.isEmpty { throw ValidationError("Name at least one file.") }
        if files.count > 200 { throw ValidationError("At most 200 files.") }
        if !explain.isEmpty, explain.count != 2 { throw ValidationError("--explain takes two ids.") }
    }

    func run() async throws {
        let output = Output(json: json, noColor: noColor)
        var settings = try config.map { try MatchSettings(file: $0) } ?? MatchSettings()
        settings.id = id ?? settings.id
        settings.exclude += exclude
        output.progress(output.text("match.reading"))
        let lists = try MatchLists(files, settings: settings) {
            output.progress(output.text("match.reading_records", ["records": $0.formatted()]))
        }
        output.notes(lists.notes)
        let chosen = try explain.map { try lists.record($0) }
        guard lists.records.count > 0 else {
            throw Problem("match.empty", "there is no record in it", at: Problem.Place(file: files[0]))
        }
        var options = Matcher.Options()
        options.kinds = lists.kinds
        options.budget = settings.comparisons
        let matcher = try await Matcher(lists.records, options: options) { stage, share in
            output.progress(stage: "match.\(stage.rawValue)", share)
        }
        let answer = matcher.answer(oneToOne: settings.oneToOne)
        output.endProgress()
        if let out {
            try lists.write(answer, to: out)
        } else if !json, explain.isEmpty {
            try lists.write(answer, to: nil)
        }
        let explanation = chosen.isEmpty ? nil : matcher.explanation(chosen[0], chosen[1])
        if let explanation {
            let together = answer.cluster[chosen[0]] == answer.cluster[chosen[1]]
            MatchReport.show(explanation, together: together, ids: explain, output)
        } else if out != nil {
            MatchReport.show(matcher, answer, files: files.count, output)
        }
        output.json(MatchReport.json(matcher, answer, explanation, output.texts))
    }
}
