import ArgumentParser
import Foundation
import RapportAnalytics
import RapportCore

struct ClvCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clv", abstract: "What customers are worth from now on.", subcommands: [Fit.self],
        defaultSubcommand: Fit.self)

    struct Fit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fit",
            abstract: "Learn from purchases who is still a customer, and what each will bring.",
            discussion: """
                Fits the BG/NBD model of how often customers come back and the gamma-gamma model of what they spend, both by \
                maximum likelihood, and reckons the purchases and the value to expect of each customer. Purchases of one \
                customer on one day count as one; an amount below zero is a refund. Where the data cannot carry a model, the \
                answer says why, and what stands in for it.

                With --calibration-end the models learn up to that day only, and what they foretell of the days after is \
                compared with what happened. Columns are named or numbered from 1. How it works: docs/guides/lifetime-value.md

                Without a file it learns from the orders of the database, net of what was refunded, keeps the model as a definition \
                with a version, and writes probability_alive, expected_purchases and lifetime_value as fields of each person, \
                which rapport people show prints and segments use. Orders of several currencies need --currency and rates.

                EXAMPLES:
                  rapport clv fit
                  rapport clv fit --currency EUR --rate USD=0.92 --rate GBP=1.17 --dry-run
                  rapport clv fit orders.csv --customer customer_id --date ordered_at --amount total --html clv.html
                  rapport clv fit orders.txt --customer 1 --date 3 --amount 5 --calibration-end 2025-06-30
                  rapport clv fit orders.csv --customer email --date date --amount net --csv customers.csv --json
                """)

        @Argument(help: "A file with a row a purchase, or a line of one; plain or gzip; default: the database's orders.")
        var file: String?

        @Option(help: ArgumentHelp("The column that names the customer.", valueName: "column"))
        var customer: String?

        @Option(help: ArgumentHelp("The column with the day of the purchase.", valueName: "column"))
        var date: String?

        @Option(help: ArgumentHelp("The column with the amount, net; without, only purchases are reckoned.", valueName: "column"))
        var amount: String?

        @Option(
            name: .customLong("period-days"),
            help: ArgumentHelp("Days of a period, in which the parameters count time.", valueName: "days"))
        var periodDays = 7.0

        @Option(
            name: .customLong("calibration-end"),
            help: ArgumentHelp("Learn up to this day (YYYY-MM-DD); default: the last day of all.", valueName: "date"))
        var calibrationEnd: String?

        @Option(name: .customLong("horizon-days"), help: ArgumentHelp("How far ahead values go.", valueName: "days"))
        var horizonDays = 365.0

        @Option(help: ArgumentHelp("What money loses in worth a year: 0.1 is ten per cent.", valueName: "share"))
        var discount = 0.1

        @OptionGroup var money: CurrencyOptions

        @Flag(name: .customLong("dry-run"), help: "Learn from the database and show, and write nothing.")
        var dryRun = false

        @OptionGroup var analysis: AnalysisOptions
        @OptionGroup var common: CommonOptions

        func validate() throws {
            if !(periodDays >= 0.01 && periodDays <= 36_525) {
                throw ValidationError("--period-days: say between 0.01 and 36,525 days.")
            }
            if !(horizonDays > 0 && horizonDays <= 36_525) {
                throw ValidationError("--horizon-days: say more than 0 days, at most 36525.")
            }
            if !(discount >= 0 && discount < 100) {
                throw ValidationError("--discount: 0.1 is ten per cent a year; it is never below 0.")
            }
            if file != nil, customer == nil || date == nil {
                throw ValidationError("Name the columns with --customer and --date.")
            }
            if file == nil, customer != nil || date != nil || amount != nil {
                throw ValidationError("--customer, --date and --amount are columns of a file: name the file.")
            }
            if file != nil, money.currency != nil || !money.rate.isEmpty || dryRun {
                throw ValidationError("--currency, --rate and --dry-run are for the database's orders, not for a file.")
            }
            _ = try CivilDate.option(calibrationEnd, "--calibration-end")
            _ = try analysis.dates()
            _ = try analysis.dialect.stated()
        }

        func run() async throws {
            let output = common.output
            guard let file, let customer, let date else {
                try await fitHouse(output)
                return
            }
            output.progress(output.text("analysis.reading"))
            let (rows, skipped) = try Purchases.read(
                analysis.open(file), customer: customer, date: date, amount: amount, dates: analysis.dates()
            ) { output.progress(output.text("analysis.reading_rows", ["rows": NumberText.grouped($0)])) }
            output.progress(output.text("clv.fitting"))
            let value = try Self.named(file) { try LifetimeValue(rows, options: options(rows)) }
            let figures = value.figures()
            output.endProgress()
            output.notes(skipped.notes + rows.oddDays)
            try tell(value, figures, rows, names: rows.customers, of: URL(filePath: file).lastPathComponent, output)
            output.json(value.json(figures, texts: output.texts))
        }

        /// What the fit says, to everywhere that was asked for but JSON.
        func tell(
            _ value: LifetimeValue, _ figures: [LifetimeValue.Figures], _ rows: Purchases, names: [String], of source: String,
            _ output: Output
        ) throws {
            output.notes(value.summary.notes(refunds: rows.refunds))
            ClvReport.show(value, figures, output)
            try analysis.write(rows: ClvReport.rows(value, figures, names: names))
            try analysis.write(page: value.page(figures, of: source, texts: output.texts))
            analysis.tellFiles(output)
        }

        func options(_ rows: Purchases) throws -> LifetimeValue.Options {
            var options = LifetimeValue.Options()
            options.periodDays = periodDays
            options.horizonDays = horizonDays
            options.yearlyDiscount = discount
            guard let day = try CivilDate.option(calibrationEnd, "--calibration-end") else { return options }
            options.calibrationEnd = day.daysSince1970
            if let first = rows.days?.lowerBound, first > day.daysSince1970 {
                throw Problem(
                    "clv.no_purchases", "nobody bought anything up to \(day.text)", at: Problem.Place(path: "--calibration-end"),
                    remedy: "The first purchase is of \(CivilDate(daysSince1970: first).text)")
            }
            return options
        }

        private static func named<Result>(_ file: String, _ body: () throws -> Result) throws -> Result {
            do { return try body() } catch let problem as Problem where problem.place == nil {
                throw problem.at(Problem.Place(file: file))
            }
        }
    }
}

extension Purchases {
    /// A last day that is yet to come, and a first one of another age, stand in for "unknown" in many lists, and much is reckoned
    /// from both.
    var oddDays: [Remark] {
        guard let days else { return [] }
        let today = Int(Date().timeIntervalSince1970 / 86_400)
        func remark(_ key: String, _ day: Int) -> Remark {
            Remark("cli.analysis.note.\(key)", ["day": CivilDate(daysSince1970: day).text])
        }
        return (days.upperBound > today + 1 ? [remark("latest_day", days.upperBound)] : [])
            + (days.lowerBound < Self.oldest ? [remark("earliest_day", days.lowerBound)] : [])
    }

    /// 1901-01-01: lists that know no date write 1900-01-01, 1899-12-30 or 0001-01-01.
    private static let oldest = -25_202
}

extension Purchases.Skipped {
    /// What was left out.
    var notes: [Remark] {
        remarks
            + [("customer", withoutCustomer), ("date", withoutDate), ("amount", withoutAmount)].filter { $0.1 > 0 }.map {
                Remark("cli.analysis.note.without_\($0.0)", count: $0.1)
            }
    }
}

extension PurchaseSummary {
    func notes(refunds: Int) -> [Remark] {
        [("refunds", refunds), ("newcomers", newcomers), ("only_refunds", withoutPurchase)].filter { $0.1 > 0 }.map {
            Remark("cli.clv.note.\($0.0)", count: $0.1)
        }
    }
}
