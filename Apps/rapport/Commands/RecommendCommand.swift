import ArgumentParser
import Foundation
import RapportAnalytics
import RapportCore
import RapportTabular

struct RecommendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recommend", abstract: "Recommend what people with similar tastes took.", subcommands: [Fit.self, For.self])

    /// Where the interactions stand, and how they are compared.
    struct ListOptions: ParsableArguments {
        @Option(help: ArgumentHelp("A row for each thing that somebody took, plain or gzip.", valueName: "file"))
        var csv: String

        @Option(help: ArgumentHelp("The column that names who.", valueName: "column"))
        var user: String

        @Option(help: ArgumentHelp("The column that names what.", valueName: "column"))
        var item: String

        @Option(
            help: ArgumentHelp(
                "How much: pieces, plays, money. Rows add up; less than nothing was taken back.", valueName: "column"))
        var weight: String?

        @Option(
            help: ArgumentHelp(
                "auto, cosine, tfidf, bm25 or bm25:K1:B. auto takes the one that recommends best.", valueName: "method"))
        var method: String = "auto"

        @Option(help: "Similar things kept for each, with a stated method.")
        var neighbours: Int = 20

        @Flag(help: "Answer with one JSON value.")
        var json = false

        @Flag(name: .customLong("no-color"), help: "No colours, even on a terminal.")
        var noColor = false

        func validate() throws {
            if method != "auto", chosen == nil { throw ValidationError("--method is auto, cosine, tfidf, bm25 or bm25:K1:B.") }
            if !(1...1_000).contains(neighbours) { throw ValidationError("--neighbours is 1 to 1000.") }
        }

        var chosen: RecommendationMethod? {
            let parts = method.lowercased().split(separator: ":").map(String.init)
            let weighting: RecommendationMethod.Weighting
            switch (parts.first, parts.count) {
            case ("cosine", 1): weighting = .cosine
            case ("tfidf", 1), ("tf-idf", 1): weighting = .tfidf
            case ("bm25", 1): weighting = .bm25(k1: 100, b: 0.5)
            case ("bm25", 3):
                guard let k1 = Double(parts[1]), let b = Double(parts[2]), k1 > 0, (0...1).contains(b) else { return nil }
                weighting = .bm25(k1: k1, b: b)
            default: return nil
            }
            return RecommendationMethod(weighting, neighbours: neighbours, isDamped: false)
        }
    }

    struct Fit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say how well recommendations hit what was taken afterwards.",
            discussion: """
                Methods are compared on a hold-out within the training rows; the best is then tried on the hold-out that nothing was \
                learnt from: the latest fifth of the rows with --date, a seeded fifth of the pairs without, or --test. Only what \
                a person had not taken before counts. How it works: docs/guides/recommendations.md

                EXAMPLES:
                  rapport recommend fit --csv lines.csv --user customer --item product --date day
                  rapport recommend fit --csv plays.csv --user listener --item artist --weight plays --method bm25 --json
                """)

        @OptionGroup var list: ListOptions

        @Option(help: ArgumentHelp("Hold out the latest rows by this column.", valueName: "column"))
        var date: String?

        @Option(help: ArgumentHelp("Try it on the rows of this file, with the same columns.", valueName: "file"))
        var test: String?

        @Option(help: "Another number draws another hold-out.")
        var seed: UInt64 = 1

        func run() async throws {
            let output = Output(json: list.json, noColor: list.noColor)
            output.progress(output.text("match.reading"))
            let interactions = try Interactions(
                list.csv, user: list.user, item: list.item, weight: list.weight, date: date, test: test)
            for note in interactions.notes { FileHandle.standardError.write(Data("note: \(note)\n".utf8)) }
            let trial = try await RecommendationTrial(interactions, method: list.chosen, seed: seed) { stage, share in
                output.progress("\(stage): \(Int(share * 100)) %")
            }
            output.endProgress()
            RecommendationReport.show(trial, interactions, output)
            output.json(RecommendationReport.json(trial, interactions))
        }
    }

    struct For: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "for",
            abstract: "Recommend things to a person, or to everybody.",
            discussion: """
                What the person has already taken is not recommended. Somebody whom the list does not know gets what is popular.

                EXAMPLES:
                  rapport recommend for 4711 --csv lines.csv --user customer --item product
                  rapport recommend for --all --csv lines.csv --user customer --item product --limit 10 --out recommended.csv
                """)

        @Argument(help: "Whom to recommend to, as the file names them.")
        var person: String?

        @Flag(help: "Everybody in the list, a row a recommendation.")
        var all = false

        @OptionGroup var list: ListOptions

        @Option(help: "So many things for each.")
        var limit: Int = 10

        @Option(help: ArgumentHelp("Write them to this CSV file; default with --all: standard output.", valueName: "file"))
        var out: String?

        func validate() throws {
            if (person != nil) == all { throw ValidationError("Name a person, or give --all.") }
            if !(1...1_000).contains(limit) { throw ValidationError("--limit is 1 to 1000.") }
        }

        func run() async throws {
            let output = Output(json: list.json, noColor: list.noColor)
            output.progress(output.text("match.reading"))
            let interactions = try Interactions(list.csv, user: list.user, item: list.item, weight: list.weight)
            var method = list.chosen
            if method == nil { method = try await RecommendationTrial.best(interactions) }
            let made = try await Recommendations(interactions, method: method ?? RecommendationMethod.candidates[0])
            output.endProgress()
            if let person {
                RecommendationReport.show(made, person, limit: limit, output)
                return
            }
            var text = CSVText.line([list.user, "rank", list.item, "score"])
            made.all(limit: limit) { user, items in
                for (rank, item) in items.enumerated() {
                    text += CSVText.line([user, String(rank + 1), item.item, String(format: "%.6g", item.score)])
                }
            }
            if let out { try AnalysisOptions.write(text, to: out) } else { FileHandle.standardOutput.write(Data(text.utf8)) }
        }
    }
}
