import ArgumentParser
import RapportAnalytics
import RapportCore

struct RFMCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rfm", abstract: "Customers by how lately, how often and for how much they bought.",
        discussion: """
            Each customer is in a fifth by recency, frequency and money (5 is the best; those who are alike are in one), and recency \
            and frequency give a cell: champions, loyal, at_risk, hibernating and so on. Purchases of one customer on one day are \
            one. What the cells mean: docs/guides/patterns.md. To write them on people: rapport profiles fit.

            EXAMPLES:
              rapport rfm
              rapport rfm --currency EUR --rate USD=0.92 --html rfm.html
              rapport rfm orders.csv --customer email --date ordered_at --amount total --csv cells.csv
            """)

    @OptionGroup var purchases: PurchaseOptions
    @OptionGroup var analysis: AnalysisOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        let read = try await purchases.read(analysis, common, naming: analysis.csv != nil, among: .profiled, output)
        let rfm = RFM(read.purchases, until: read.until)
        let money = Concentration(rfm.customers.map(\.money))
        let telling = RFMReport.telling(rfm, money, of: read.source, currency: read.currency, output)
        telling.show(output)
        try analysis.write(rows: RFMReport.rows(rfm, names: read.names))
        try analysis.write(page: telling.page(output))
        analysis.tellFiles(output)
        output.json(RFMReport.json(rfm, money, currency: read.currency))
    }
}
