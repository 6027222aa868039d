import ArgumentParser
import Foundation
import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage
import RapportTabular

struct RecommendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recommend", abstract: "Recommend what people with similar tastes took.", subcommands: [Fit.self, For.self])

    /// Where the interactions stand, and how they are compared.
    struct ListOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "A row for each thing that somebody took, plain or gzip; default: the lines of the database's orders.",
                valueName: "file"))
        var csv: String?

        @Option(help: ArgumentHelp("The column that names who.", valueName: "column"))
        var user: String?

        @Option(help: ArgumentHelp("The column that names what.", valueName: "column"))
        var item: String?

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

        @OptionGroup var common: CommonOptions

        /// A file needs no configuration, and is told about in English where there is none.
        var output: Output { csv == nil ? common.output : Output(json: common.json, noColor: common.noColor) }

        /// The file and its columns; `nil` for the database.
        var file: (csv: String, user: String, item: String)? {
            guard let csv, let user, let item else { return nil }
            return (csv, user, item)
        }

        func validate() throws {
            if csv != nil, user == nil || item == nil { throw ValidationError("Name the columns with --user and --item.") }
            if csv == nil, user != nil || item != nil || weight != nil {
                throw ValidationError("--user, --item and --weight are columns of a file: name it with --csv.")
            }
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
            commandName: "fit",
            abstract: "Say how well recommendations hit what was taken afterwards.",
            discussion: """
                Methods are compared on a hold-out within the training rows; the best is then tried on the hold-out that nothing was \
                learnt from: the latest fifth of the rows with --date, a seeded fifth of the pairs without, or --test. Only what \
                a person had not taken before counts. Without --csv it learns from the lines of the database's orders, and writes what \
                to recommend as the field "recommended" of each person. How it works: docs/guides/recommendations.md

                EXAMPLES:
                  rapport recommend fit
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

        @OptionGroup var page: PageFile

        @Flag(name: .customLong("dry-run"), help: "Learn from the database and show, and write nothing.")
        var dryRun = false

        func validate() throws {
            if list.csv == nil, date != nil || test != nil {
                throw ValidationError("--date and --test are of a file: name it with --csv.")
            }
            if list.csv != nil, dryRun { throw ValidationError("--dry-run is for the database's orders, not for a file.") }
        }

        func run() async throws {
            let output = list.output
            output.progress(output.text("match.reading"))
            guard let file = list.file else {
                try await list.common.withRapport { try await fitHouse($0, output) }
                return
            }
            let interactions = try Interactions(
                file.csv, user: file.user, item: file.item, weight: list.weight, date: date, test: test)
            output.notes(interactions.notes)
            let trial = try await trial(interactions, output)
            output.json(RecommendationReport.json(trial, interactions, output.texts))
        }

        private func trial(_ interactions: Interactions, _ output: Output) async throws -> RecommendationTrial {
            let trial = try await RecommendationTrial(interactions, method: list.chosen, seed: seed) { stage, share in
                output.progress(stage: "recommend.\(stage)", share)
            }
            output.endProgress()
            RecommendationReport.show(trial, interactions, output)
            let source = list.csv ?? output.text("patterns.house")
            try page.write(RecommendationReport.page(trial, interactions, of: source, output))
            AnalysisOptions.tellFiles([page.html], output)
            return trial
        }

        private func fitHouse(_ rapport: Rapport, _ output: Output) async throws {
            let lines = try await rapport.profiledLines()
            let interactions = try Interactions(lines)
            output.tellLeftOut(lines.leftOut)
            let trial = try await trial(interactions, output)
            let json = RecommendationReport.json(trial, interactions, output.texts)
            var members = json.object ?? []
            if !dryRun {
                let made = try await HouseRecommendations(lines, method: trial.method)
                let body = JSONValue.object([.init("model", .string(trial.method.name))] + members)
                members += try await made.scores.keep("recommended", body, rapport, output)
            }
            output.json(.object(members))
        }
    }

    struct For: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "for",
            abstract: "Recommend things to a person, or to everybody.",
            discussion: """
                What the person has already taken is not recommended. Somebody whom the list does not know gets what is popular. \
                Without --csv it goes by the lines of the database's orders, and leaves out too what the person sent back and what is \
                out of stock (a product's field in_stock, or stock).

                EXAMPLES:
                  rapport recommend for ann@example.org
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
            let output = list.output
            output.progress(output.text("match.reading"))
            guard let file = list.file else {
                try await list.common.withRapport { try await recommendHouse($0, output) }
                return
            }
            let interactions = try Interactions(file.csv, user: file.user, item: file.item, weight: list.weight)
            var method = list.chosen
            if method == nil { method = try await RecommendationTrial.best(interactions) }
            let made = try await Recommendations(interactions, method: method ?? RecommendationMethod.candidates[0])
            output.endProgress()
            if let person {
                let found = made.suggestions(for: person, limit: limit)
                RecommendationReport.show(
                    .init(
                        user: person, isKnown: made.knows(person), method: made.method.name,
                        suggestions: found.map { ($0.item, $0.item, $0.score, $0.because) }),
                    unknown: "recommend.unknown", output)
                return
            }
            var rows: [[String]] = []
            made.all(limit: limit) { user, items in
                for (rank, item) in items.enumerated() {
                    rows.append([user, String(rank + 1), item.item, String(format: "%.6g", item.score)])
                }
            }
            try write([file.user, "rank", file.item, "score"], keys: ["user", "rank", "item", "score"], rows, output)
        }

        /// To the file, and else to standard output: rows for people, one JSON value for machines.
        private func write(_ header: [String], keys: [String], _ rows: [[String]], _ output: Output) throws {
            if let out { try AnalysisOptions.write(([header] + rows).map(CSVText.line).joined(), to: out) }
            guard output.isJSON else {
                if let out {
                    output.say("analysis.written", ["files": out])
                } else {
                    try StandardStreams.write(([header] + rows).map(CSVText.line).joined().utf8)
                }
                return
            }
            output.json(
                .array(
                    rows.map { row in
                        .object(
                            zip(keys, row).map { key, cell in
                                .init(key, key == "rank" || key == "score" ? .number(Double(cell)) : .string(cell))
                            })
                    }))
        }

        private func recommendHouse(_ rapport: Rapport, _ output: Output) async throws {
            let lines = try await rapport.profiledLines()
            let made = try await HouseRecommendations(lines, method: list.chosen)
            output.endProgress()
            guard let person else {
                let keys = ["person", "rank", "product", "name", "score"]
                try write(keys, keys: keys, try await Self.rows(made, limit: limit, rapport), output)
                return
            }
            guard let found = try await rapport.database.read({ try People.find(person, in: $0) }) else {
                throw Problem(
                    "person.unknown", "nobody here is called \"\(person)\"",
                    remedy: "Look for them with rapport people search.")
            }
            guard try await !rapport.database.read({ try Unprofiled.read(of: [found], in: $0).all.contains(found) }) else {
                throw Problem(
                    "person.not_profiled", "\"\(person)\" objects to being profiled, or is restricted",
                    remedy: "Recommend what is popular; rapport people show tells since when.")
            }
            RecommendationReport.show(
                .init(
                    user: person, isKnown: made.knows(found), method: made.method.name,
                    suggestions: made.suggestions(for: found, limit: limit).map { ($0.product, $0.name, $0.score, $0.because) }),
                unknown: "recommend.stranger", output)
        }

        private static func rows(_ made: HouseRecommendations, limit: Int, _ rapport: Rapport) async throws -> [[String]] {
            var rows: [(person: PersonID, cells: [String])] = []
            made.all(limit: limit) { person, items in
                for (rank, item) in items.enumerated() {
                    rows.append((person, [String(rank + 1), item.product, item.name, String(format: "%.6g", item.score)]))
                }
            }
            let names = try await rapport.database.read { [rows] in
                try People.publicIDs(of: Array(Set(rows.map(\.person))).sorted(), in: $0)
            }
            return rows.map { [names[$0.person] ?? ""] + $0.cells }
        }
    }
}
