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
            let house = try await rapport.database.read { try HouseOrders.read(catalog, in: $0) }
            guard !house.orders.isEmpty else {
                throw Problem(
                    "clv.no_purchases", "nobody has an order yet",
                    remedy: "Import orders with rapport import, or name a file: rapport clv fit orders.csv --customer … --date …")
            }
            let wanted = currency?.uppercased() ?? (house.currencies.count == 1 ? house.currencies[0] : nil)
            let (people, rows) = try house.purchases(in: wanted, rates: rates(), zone: rapport.houseCalendar)
            output.progress(output.text("clv.fitting"))
            let value = try LifetimeValue(rows, options: options(rows))
            let figures = value.figures()
            let names = try await rapport.publicIDs()
            output.endProgress()
            try tell(value, figures, rows, names: people.map { names[$0] ?? "" }, of: "The orders of this house", output)
            var members = value.json(figures).object ?? []
            members.append(.init("currency", .text(wanted)))
            if !dryRun {
                members += try await write(
                    value.scores(figures, people: people, currency: wanted), .object(members), rapport, output)
            }
            output.json(.object(members))
        }
    }

    private func write(_ scores: Scores, _ body: JSONValue, _ rapport: Rapport, _ output: Output) async throws -> [JSONValue
        .Member]
    {
        let (store, now) = (rapport.definitions, rapport.clock.now)
        let version = try await rapport.database.write { db in
            try scores.declare(model: "lifetime_value", body: body, by: commandLineActor, at: now, store, in: db)
        }
        let written = try await rapport.stepping {
            try await scores.write(rapport.door, rapport.database) {
                output.progress(output.text("clv.writing", ["people": NumberText.grouped($0)]))
            }
        }
        output.endProgress()
        let fields = scores.fields.map(\.name).joined(separator: ", ")
        output.line()
        output.say("clv.kept", ["version": "\(version)", "fields": fields, "people": NumberText.grouped(written)])
        return [.init("version", .integer(version)), .init("people_written", .number(written))]
    }
}
