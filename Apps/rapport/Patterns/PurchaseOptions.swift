import ArgumentParser
import Foundation
import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage

/// Whose purchases an analysis looks at: the database's orders, or a file with a row a purchase.
struct PurchaseOptions: ParsableArguments {
    @Argument(help: "A file with a row a purchase, or a line of one; plain or gzip; default: the database's orders.")
    var file: String?

    @Option(help: ArgumentHelp("The column that names the customer.", valueName: "column"))
    var customer: String?

    @Option(help: ArgumentHelp("The column with the day of the purchase.", valueName: "column"))
    var date: String?

    @Option(help: ArgumentHelp("The column with the amount, net; an amount below zero is a refund.", valueName: "column"))
    var amount: String?

    @Option(help: ArgumentHelp("Up to this day (YYYY-MM-DD); default: the last day with a purchase.", valueName: "date"))
    var until: String?

    @OptionGroup var money: CurrencyOptions

    func validate() throws {
        if file != nil, customer == nil || date == nil { throw ValidationError("Name the columns with --customer and --date.") }
        if file == nil, customer != nil || date != nil || amount != nil {
            throw ValidationError("--customer, --date and --amount are columns of a file: name the file.")
        }
        if file != nil, money.currency != nil || !money.rate.isEmpty {
            throw ValidationError("--currency and --rate are for the database's orders, not for a file.")
        }
        _ = try CivilDate.option(until, "--until")
    }

    struct Read {
        var purchases: Purchases
        /// Of customers, by the places of `Purchases.customers`: a file's, or public ids.
        var names: [String]
        /// Of what, for a page's subtitle.
        var source: String
        var currency: String?
        var until: Int?
    }

    /// - Parameters:
    ///   - naming: whether names of people are needed.
    ///   - population: whose orders are read of the database's.
    func read(
        _ analysis: AnalysisOptions, _ common: CommonOptions, naming: Bool, among population: HousePopulation, _ output: Output
    ) async throws -> Read {
        let until = try CivilDate.option(until, "--until")?.daysSince1970
        guard let file, let customer, let date else {
            return try await readHouse(common, until, naming: naming, among: population, output)
        }
        output.progress(output.text("analysis.reading"))
        let (rows, skipped) = try Purchases.read(
            analysis.open(file), customer: customer, date: date, amount: amount, dates: analysis.dates()
        ) { output.progress(output.text("analysis.reading_rows", ["rows": NumberText.grouped($0)])) }
        output.endProgress()
        output.notes(skipped.notes + rows.oddDays)
        return Read(
            purchases: rows, names: rows.customers, source: URL(filePath: file).lastPathComponent, currency: nil, until: until)
    }

    private func readHouse(
        _ common: CommonOptions, _ until: Int?, naming: Bool, among population: HousePopulation, _ output: Output
    ) async throws -> Read {
        try await common.withRapport { rapport in
            output.progress(output.text("clv.reading_orders"))
            let catalog = rapport.catalog
            let evening = until.map { rapport.houseCalendar.end(of: CivilDate(daysSince1970: $0)) }
            let house = try await rapport.database.read {
                try HouseOrders.read(catalog, until: evening, among: population, in: $0)
            }
            let currency = money.wanted(house, else: try await FigureOptions.currency(rapport))
            let (people, rows) = try house.purchases(in: currency, rates: money.rates(), zone: rapport.houseCalendar)
            let names = naming ? try await rapport.publicIDs() : [:]
            output.endProgress()
            output.tellLeftOut(house.leftOut)
            return Read(
                purchases: rows, names: people.map { names[$0] ?? "" }, source: output.text("patterns.house"), currency: currency,
                until: until)
        }
    }
}

/// In which currency an answer is, and what others are in it.
struct CurrencyOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The currency of the answer, where the database's orders have several.", valueName: "code"))
    var currency: String?

    @Option(
        help: ArgumentHelp("What one of another currency is in it, such as USD=0.92; may be given again.", valueName: "rate"))
    var rate: [String] = []

    func validate() throws { _ = try rates() }

    /// What one of each currency is in the answer's.
    func rates() throws -> [String: Double] { try Self.rates(rate, currency: currency) }

    /// That which was asked for, else the one that all orders have, else the house's.
    func wanted(_ house: HouseOrders, else own: String) -> String? {
        if let currency { return currency.uppercased() }
        return house.currencies.count < 2 ? house.currencies.first : own
    }

    static func rates(_ texts: [String], currency: String?) throws -> [String: Double] {
        var rates: [String: Double] = [:]
        for text in texts {
            let parts = text.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].count == 3, let number = Double(parts[1]), number > 0, number.isFinite else {
                throw ValidationError("--rate: \"\(text)\" is no rate. Write what one unit is in --currency: USD=0.92.")
            }
            rates[parts[0].uppercased()] = number
        }
        if !rates.isEmpty, currency == nil { throw ValidationError("--rate needs --currency: what the rates are in.") }
        return rates
    }
}

extension Rapport {
    /// The public ids of all people who are there.
    func publicIDs() async throws -> [PersonID: String] {
        try await database.read { db in
            Dictionary(
                uniqueKeysWithValues: try db.all("SELECT id, public_id FROM people WHERE state = 0") {
                    ($0.integer(0), $0.text(1))
                })
        }
    }
}
