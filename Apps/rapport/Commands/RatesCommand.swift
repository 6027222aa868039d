import ArgumentParser
import Foundation
import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage

struct RatesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rates",
        abstract: "What currencies are in one another, day by day.",
        discussion: """
            Orders keep their currency; reports convert at the rate of the order's day, or of the nearest earlier day with one. \
            Without such a rate the order is left out and said to be. Rates are stated in YAML (rates:) or imported.

            EXAMPLES:
              rapport rates list
              rapport rates import ecb.csv --base EUR
            """,
        subcommands: [List.self, Import.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the rates, the latest day first.",
            discussion: """
                EXAMPLES:
                  rapport rates list
                  rapport rates list --base EUR --limit 10 --json
                """)
        @Option(help: "Only rates in this currency.") var base: String?
        @Option(help: "The most to list, 1 to 500.") var limit = 50
        @OptionGroup var common: CommonOptions

        func validate() throws { try HouseRecord.checkLimit(limit) }

        func run() async throws {
            let output = common.output
            let rates = try await common.withRapport { rapport in
                try await rapport.database.read { [base, limit] db in
                    try RateStore.list(base: base?.uppercased(), limit: limit, in: db)
                }
            }
            if rates.isEmpty { output.say("rates.none") }
            func text(_ rate: Int64) -> String { ScaledInteger.text(rate, scale: ExchangeRates.scale) }
            func day(_ rate: RateStore.Rate) -> String? {
                rate.day == ExchangeRates.always ? nil : CivilDate(daysSince1970: rate.day).text
            }
            output.table(
                ["currency", "base", "day", "rate"],
                rates.map { [$0.currency, $0.base, day($0) ?? output.text("rates.always"), text($0.rate)] })
            output.json(
                .array(
                    rates.map {
                        [
                            "base": .string($0.base), "currency": .string($0.currency), "day": .text(day($0)),
                            "rate": .decimal(text($0.rate)),
                        ]
                    }))
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Bring rates from a file with a row a day and currency.",
            discussion: """
                A rate says what one unit of the row's currency is in the base. A rate of the same day replaces the one before. \
                All rows are taken, or none.

                EXAMPLES:
                  rapport rates import rates.csv --base EUR
                  rapport rates import rates.csv --base GBP --day Date --currency Code --rate Value
                """)
        @Argument(help: "A table, plain or gzip.") var file: String
        @Option(help: "The currency that the rates are in, three capital letters.") var base: String
        @Option(help: ArgumentHelp("The column with the day (YYYY-MM-DD).", valueName: "column")) var day = "date"
        @Option(help: ArgumentHelp("The column with the currency.", valueName: "column")) var currency = "currency"
        @Option(help: ArgumentHelp("The column with the rate.", valueName: "column")) var rate = "rate"
        @OptionGroup var dialect: DialectOptions
        @OptionGroup var common: CommonOptions

        func validate() throws {
            if !RatesHandler.isCode(base) { throw ValidationError("--base: \"\(base)\" is no currency such as EUR.") }
            _ = try dialect.stated()
        }

        func run() async throws {
            let output = common.output
            let table = try DataFile.open(file, stated: dialect.stated())
            let places = [
                try table.column(day, option: "--day"), try table.column(currency, option: "--currency"),
                try table.column(rate, option: "--rate"),
            ]
            let rows = try table.read(places)
            output.notes(rows.notes)
            let columns = rows.columns
            let rates = try (0..<columns[0].count).map { row in
                try Self.rate(base, columns.map { $0[row] }, at: Problem.Place(file: file, line: Int(rows.lines[row])))
            }
            try await common.withRapport { rapport in
                try await rapport.database.write { db in try RateStore.write(rates, origin: "file", in: db) }
            }
            output.say("rates.imported", count: rates.count)
            output.json(["rates": .number(rates.count)])
        }

        private static func rate(_ base: String, _ cells: [String], at place: Problem.Place) throws -> RateStore.Rate {
            guard let date = CivilDate(text: cells[0]) else {
                throw Problem("rates.bad_day", "\"\(cells[0])\" is no day", at: place, remedy: "Write it as YYYY-MM-DD.")
            }
            let code = cells[1].uppercased()
            guard RatesHandler.isCode(code), code != base else {
                throw Problem("rates.bad_currency", "\"\(cells[1])\" is no other currency of ISO 4217", at: place)
            }
            guard let rate = ScaledInteger.parse(cells[2], scale: ExchangeRates.scale), rate > 0 else {
                throw Problem(
                    "rates.bad_rate", "\"\(cells[2])\" is no number over 0", at: place,
                    remedy: "Write it with a point, as 1.0832.")
            }
            return .init(base: base, currency: code, day: date.daysSince1970, rate: rate)
        }
    }
}
