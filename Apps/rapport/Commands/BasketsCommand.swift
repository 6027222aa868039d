import ArgumentParser
import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage

struct BasketsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baskets", abstract: "Find what is bought together.", subcommands: [Rules.self])

    struct Rules: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rules",
            abstract:
                "List the association rules of the database's orders, or of a CSV file with a row for each thing in a basket.",
            discussion: """
                A rule says: baskets with these things often have those too. Every split of every set of things that reaches the \
                thresholds is listed, one exactly on a threshold too, ordered by lift, confidence and support. A thing that stands \
                twice in a basket counts once. With --date, each rule is measured on weekdays and on weekends as well. With \
                --json the answer is a list. Without --csv the baskets are the orders of the database, of which the lines are known, \
                and weekends those of the house's zone. How it works: docs/guides/baskets.md

                EXAMPLES:
                  rapport baskets rules --min-support 0.5% --min-confidence 30%
                  rapport baskets rules --csv lines.csv --basket order_no --item product --min-support 0.01 --min-confidence 0.3
                  rapport baskets rules --csv lines.csv.gz --basket id --item sku --min-support 0.1% --min-confidence 20% --json
                  rapport baskets rules --csv lines.csv --basket id --item sku --date day --max-length 2 --out rules.csv --html rules.html
                """)

        @Option(help: ArgumentHelp("The list, plain or gzip; default: the database's orders.", valueName: "file"))
        var csv: String?

        @Option(help: ArgumentHelp("The column that names a basket: an order, a receipt.", valueName: "column"))
        var basket: String?

        @Option(help: ArgumentHelp("The column that names a thing.", valueName: "column"))
        var item: String?

        @Option(help: ArgumentHelp("Measure weekdays and weekends apart, by this column.", valueName: "column"))
        var date: String?

        @Option(name: .customLong("min-support"), help: "The share of all baskets that must have a rule's things: 0.01, 1%.")
        var minSupport: String = "0.01"

        @Option(
            name: .customLong("min-confidence"),
            help: "Of the baskets with the one part, the share that must have the other: 0.3, 30%.")
        var minConfidence: String = "0.3"

        @Option(name: .customLong("max-length"), help: "Things in a rule at most.")
        var maxLength: Int?

        @Option(help: ArgumentHelp("Write all rules to this CSV file.", valueName: "file"))
        var out: String?

        @OptionGroup var page: PageFile

        @Option(help: "So many rules are shown; with --json and --out all of them.")
        var limit: Int = 30

        @OptionGroup var common: CommonOptions

        func validate() throws {
            for (name, text) in [("min-support", minSupport), ("min-confidence", minConfidence)] where DecimalShare(text) == nil {
                throw ValidationError("--\(name): \"\(text)\" is no share from 0 to 1. Write 0.01 or 1%.")
            }
            if csv != nil, basket == nil || item == nil {
                throw ValidationError("Name the columns with --basket and --item.")
            }
            if csv == nil, basket != nil || item != nil || date != nil {
                throw ValidationError("--basket, --item and --date are columns of a file: name it with --csv.")
            }
            if let maxLength, maxLength < 1 { throw ValidationError("--max-length is at least 1.") }
        }

        func run() async throws {
            // A file needs no configuration, and is told about in English where there is none.
            let output = csv == nil ? common.output : Output(json: common.json, noColor: common.noColor)
            guard let support = DecimalShare(minSupport), let confidence = DecimalShare(minConfidence) else { return }
            let baskets = try await baskets(output)
            output.notes(baskets.notes)
            output.progress(output.text("baskets.mining", ["baskets": "\(baskets.count)"]))
            let rules = try BasketRules(baskets, support: support, confidence: confidence, longest: maxLength)
            output.endProgress()
            if let out { try AnalysisOptions.write(BasketReport.csv(rules), to: out) }
            let source = csv ?? output.text("patterns.house")
            try page.write(BasketReport.page(rules, items: baskets.items.count, of: source, limit: limit, output))
            if common.json {
                try BasketReport.writeJSON(rules)
            } else {
                BasketReport.show(rules, items: baskets.items.count, limit: limit, output)
                AnalysisOptions.tellFiles([out, page.html], output)
            }
        }

        private func baskets(_ output: Output) async throws -> Baskets {
            output.progress(output.text("match.reading"))
            if let csv, let basket, let item { return try Baskets(csv, basket: basket, item: item, date: date) }
            return try await common.withRapport { rapport in
                let lines = try await rapport.database.read { [catalog = rapport.catalog] in try HouseLines.read(catalog, in: $0)
                }
                return try Baskets(lines, zone: rapport.houseCalendar)
            }
        }
    }
}
