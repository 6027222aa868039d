import Foundation
import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage

extension ClvCommand.Fit {
    /// Learns from the orders of the database, keeps what was learnt, and writes each person's figures.
    func fitHouse(_ output: Output) async throws {
        try await common.withRapport { rapport in
            output.progress(output.text("clv.reading_orders"))
            let catalog = rapport.catalog
            let house = try await rapport.database.read { try HouseOrders.read(catalog, among: .profiled, in: $0) }
            guard !house.orders.isEmpty else {
                throw Problem(
                    "clv.no_purchases", "nobody has an order yet",
                    remedy: "Import orders with rapport import, or name a file: rapport clv fit orders.csv --customer … --date …")
            }
            let wanted = money.wanted(house, else: try await FigureOptions.currency(rapport))
            let (people, rows) = try house.purchases(in: wanted, rates: money.rates(), zone: rapport.houseCalendar)
            output.progress(output.text("clv.fitting"))
            let value = try LifetimeValue(rows, options: options(rows))
            let figures = value.figures()
            let names = analysis.csv == nil ? [:] : try await rapport.publicIDs()
            output.endProgress()
            try tell(value, figures, rows, names: people.map { names[$0] ?? "" }, of: output.text("clv.page.house"), output)
            var members = value.json(figures, texts: output.texts).object ?? []
            output.tellLeftOut(house.leftOut)
            members.append(.init("left_out", .number(house.leftOut)))
            members.append(.init("currency", .text(wanted)))
            if !dryRun {
                members += try await value.scores(figures, people: people, currency: wanted).keep(
                    "lifetime_value", .object(members), rapport, output)
            }
            output.json(.object(members))
        }
    }
}
