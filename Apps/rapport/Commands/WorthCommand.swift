import ArgumentParser
import Foundation
import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage
import RapportTabular

struct WorthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worth",
        abstract: "What each relationship brought and cost.",
        discussion: """
            Revenue, net of tax, cancelled lines and what was given back, less the cost of goods, of winning, of reaching and of \
            serving each person, with referrals credited. What things cost is stated in YAML (costs:), currencies are converted at \
            the day's stated rate (rates:). What is unknown is said. How it works: docs/guides/worth.md

            Writes relationship_value, margin and cost_to_serve as fields of each person, which rapport people show prints and \
            segments use.

            EXAMPLES:
              rapport worth
              rapport worth --as-of 2026-06-30 --dry-run --html worth.html
              rapport worth --currency EUR --csv worth.csv --json
            """)

    @Option(help: ArgumentHelp("The currency of the answer; default: that of the costs, else the house's.", valueName: "code"))
    var currency: String?

    @Option(
        name: .customLong("as-of"), help: ArgumentHelp("Leave out what happened after this day (YYYY-MM-DD).", valueName: "date"))
    var asOf: String?

    @Flag(name: .customLong("dry-run"), help: "Show, and write nothing on people.")
    var dryRun = false

    @Option(help: ArgumentHelp("Write a row a person to this CSV file.", valueName: "file"))
    var csv: String?

    @Option(help: ArgumentHelp("Write a page with pictures to this HTML file, which needs nothing else.", valueName: "file"))
    var html: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if let currency, !RatesHandler.isCode(currency.uppercased()) {
            throw ValidationError("--currency: \"\(currency)\" is no currency such as EUR.")
        }
        _ = try CivilDate.option(asOf, "--as-of")
    }

    func run() async throws {
        let output = common.output
        let day = try CivilDate.option(asOf, "--as-of")
        try await common.withRapport { rapport in
            output.progress(output.text("worth.reading"))
            let zone = rapport.houseCalendar
            let until = day.map { zone.end(of: $0) } ?? rapport.clock.now
            let (catalog, house, wanted) = (rapport.catalog, rapport.configuration.house, currency?.uppercased())
            // Millions of names are read only to be told.
            let isTold = csv != nil || output.isJSON
            let (worth, names) = try await rapport.database.read { db -> (Worth, [PersonID: String]) in
                let currency = try wanted ?? CostSheet.current(in: db).currency ?? house.currency
                let worth = try Worth.read(
                    catalog, in: currency, zone: zone, until: until,
                    find: { text, db in try People.find(text, region: house.country, in: db) }, db)
                guard isTold else { return (worth, [:]) }
                let names = try db.all("SELECT id, public_id FROM people WHERE state = 0 ORDER BY id") {
                    ($0.integer(0), $0.text(1))
                }
                return (worth, Dictionary(names) { first, _ in first })
            }
            output.endProgress()
            let hidden = worth.people.count - worth.told.count
            if hidden > 0 { output.say("worth.not_named", count: hidden) }
            WorthReport.show(worth, zone: zone, output)
            if let csv { try AnalysisOptions.write(worth.rows(names).map(CSVText.line).joined(), to: csv) }
            if let html { try AnalysisOptions.write(worth.page(zone: zone, texts: output.texts).html, to: html) }
            let files = [csv, html].compactMap { $0 }
            if !files.isEmpty { output.say("analysis.written", ["files": files.joined(separator: ", ")]) }
            var kept: [JSONValue.Member] = []
            if !dryRun, asOf == nil {
                kept = try await worth.scores.keep("relationship_value", worth.model, rapport, output)
            }
            output.json(.object((worth.json(names).object ?? []) + kept))
        }
    }
}
