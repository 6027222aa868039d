import ArgumentParser
import Foundation
import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage

extension CampaignsCommand {
    struct Report: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "report",
            abstract: "What a campaign cost, whom it reached, and what came of it.",
            discussion: """
                Cost, reach, response, conversion, revenue, ROAS and ROI, within the look-back of its channel, as of a moment; final \
                once nothing can be given back any more. Responses are clicks judged human, replies, visits, coupons redeemed and \
                purchases, never opens. Beside it what five rules of attribution give to which campaign. Works for campaigns that \
                another system sent, too. How it works: docs/guides/campaign-figures.md

                EXAMPLES:
                  rapport campaigns report spring
                  rapport campaigns report spring --as-of 2026-06-30 --html spring.html
                """)

        @Argument(help: "The campaign.") var name: String
        @OptionGroup var when: FigureOptions
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            try await common.withRapport { rapport in
                let (zone, catalog, currency) = (rapport.houseCalendar, rapport.catalog, try await when.currency(rapport))
                let asOf = try when.moment(rapport)
                let (figures, attribution) = try await rapport.database.read { [name] db in
                    let figures = try CampaignFigures.read(name, catalog, in: currency, zone: zone, asOf: asOf, db)
                    let attribution = try Attribution.read(
                        catalog, in: currency, zone: zone, since: figures.firstSent ?? asOf, until: asOf, db)
                    return (figures, attribution)
                }
                FigureReport.show(figures, zone: zone, output)
                FigureReport.show(attribution, output)
                try when.page.write(figures.page(attribution, zone: zone, texts: output.texts), output)
                output.json(.object((figures.json.object ?? []) + [.init("attribution", attribution.json)]))
            }
        }
    }
}

struct AttributionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attribution",
        abstract: "Which campaigns' messages came before purchases, by five rules side by side.",
        discussion: """
            First, last, linear, time decay and position-based: each shares out the same total to the last minor unit, among the \
            messages within the look-back of their channel before each purchase. What came without a message is nobody's. A rule \
            does not tell what would have come anyway: rapport lift --campaign does.

            EXAMPLES:
              rapport attribution
              rapport attribution --since 2026-01-01 --as-of 2026-03-31 --json
            """)

    @Option(help: ArgumentHelp("Purchases from this day on (YYYY-MM-DD).", valueName: "date")) var since: String?
    @OptionGroup var when: FigureOptions
    @OptionGroup var common: CommonOptions

    func validate() throws { _ = try CivilDate.option(since, "--since") }

    func run() async throws {
        let output = common.output
        let day = try CivilDate.option(since, "--since")
        try await common.withRapport { rapport in
            let (zone, catalog, currency) = (rapport.houseCalendar, rapport.catalog, try await when.currency(rapport))
            let asOf = try when.moment(rapport)
            let first = day.map { Timestamp(milliseconds: zone.start(ofDay: Int64($0.daysSince1970))) } ?? .distantPast
            let attribution = try await rapport.database.read { db in
                try Attribution.read(catalog, in: currency, zone: zone, since: first, until: asOf, db)
            }
            FigureReport.show(attribution, output)
            try when.page.write(attribution.page(output.texts), output)
            output.json(attribution.json)
        }
    }
}
