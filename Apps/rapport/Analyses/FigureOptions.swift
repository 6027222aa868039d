import ArgumentParser
import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage

/// As of when figures are, in what currency, and where their page goes.
struct FigureOptions: ParsableArguments {
    @Option(
        name: .customLong("as-of"), help: ArgumentHelp("Leave out what happened after this day (YYYY-MM-DD).", valueName: "date"))
    var asOf: String?

    @Option(help: ArgumentHelp("The currency of the answer; default: that of the costs, else the house's.", valueName: "code"))
    var currency: String?

    @OptionGroup var page: PageFile

    func validate() throws {
        if let currency, !RatesHandler.isCode(currency.uppercased()) {
            throw ValidationError("--currency: \"\(currency)\" is no currency such as EUR.")
        }
        _ = try CivilDate.option(asOf, "--as-of")
    }

    func moment(_ rapport: Rapport) throws -> Timestamp {
        try CivilDate.option(asOf, "--as-of").map { rapport.houseCalendar.end(of: $0) } ?? rapport.clock.now
    }

    func currency(_ rapport: Rapport) async throws -> String {
        if let currency { return currency.uppercased() }
        return try await Self.currency(rapport)
    }

    /// That of the costs, else the house's.
    static func currency(_ rapport: Rapport) async throws -> String {
        try await rapport.database.read { try CostSheet.current(in: $0).currency } ?? rapport.configuration.house.currency
    }
}
