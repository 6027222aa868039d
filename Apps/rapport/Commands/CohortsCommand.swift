import ArgumentParser
import RapportAnalytics
import RapportCore

struct CohortsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cohorts",
        abstract: "How many of those who first bought in a month (or week) come back in the months after.",
        discussion: """
            A retention triangle by activity and, where there are amounts, by what a customer has brought. Months and weeks are those \
            of the house's zone. A period that the data cuts short is named, and is in no average.

            EXAMPLES:
              rapport cohorts
              rapport cohorts --every week --html cohorts.html
              rapport cohorts orders.csv --customer email --date ordered_at --amount total --csv triangle.csv
            """)

    @Option(help: ArgumentHelp("month or week.", valueName: "period"))
    var every = "month"

    @OptionGroup var purchases: PurchaseOptions
    @OptionGroup var analysis: AnalysisOptions
    @OptionGroup var common: CommonOptions

    func validate() throws { _ = try CalendarPeriod.option(every, among: [.month, .week]) }

    func run() async throws {
        let output = common.output
        let read = try await purchases.read(analysis, common, naming: false, among: .everybody, output)
        let cohorts = Cohorts(
            read.purchases, every: try CalendarPeriod.option(every, among: [.month, .week]), until: read.until)
        let telling = CohortsReport.telling(cohorts, of: read.source, currency: read.currency, output)
        telling.show(output)
        try analysis.write(rows: CohortsReport.rows(cohorts))
        try analysis.write(page: telling.page(output))
        analysis.tellFiles(output)
        output.json(CohortsReport.json(cohorts, currency: read.currency))
    }
}

extension CalendarPeriod {
    static func option(_ text: String, among allowed: [CalendarPeriod] = allCases) throws -> CalendarPeriod {
        guard let period = CalendarPeriod(rawValue: text), allowed.contains(period) else {
            throw ValidationError("--every: say \(allowed.map(\.rawValue).joined(separator: " or ")).")
        }
        return period
    }
}
