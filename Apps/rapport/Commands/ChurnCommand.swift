import ArgumentParser
import RapportAnalytics
import RapportCore

struct ChurnCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "churn", abstract: "How many customers are lost in each month, by a stated meaning of lost.",
        discussion: """
            Customers without a contract never say goodbye, so the meaning is an assumption, and is told with the numbers: no purchase \
            for three times the customer's own usual gap and at least 30 days (as known on that day), or for --idle-days, or the day \
            that the column --ended names. Who buys later is won back.

            EXAMPLES:
              rapport churn
              rapport churn --idle-days 90 --every week
              rapport churn subscribers.csv --customer id --date started --ended cancelled_on
              rapport churn orders.csv --customer email --date ordered_at --times 4 --at-least 60 --html churn.html
            """)

    @Option(help: ArgumentHelp("month or week.", valueName: "period"))
    var every = "month"

    @Option(name: .customLong("idle-days"), help: ArgumentHelp("Lost after so many days without a purchase.", valueName: "days"))
    var idleDays: Int?

    @Option(help: ArgumentHelp("Lost after so many times the customer's own usual gap.", valueName: "number"))
    var times = 3.0

    @Option(name: .customLong("at-least"), help: ArgumentHelp("And never before so many days.", valueName: "days"))
    var atLeast = 30

    @Option(
        help: ArgumentHelp(
            "Of a file: the column with the day on which the contract ended; empty while it runs.", valueName: "column"))
    var ended: String?

    @OptionGroup var purchases: PurchaseOptions
    @OptionGroup var analysis: AnalysisOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        _ = try CalendarPeriod.option(every, among: [.month, .week])
        if let idleDays, !(1...36_525).contains(idleDays) { throw ValidationError("--idle-days: say 1 day or more.") }
        if !(times > 0 && times <= 100) { throw ValidationError("--times: say more than 0, at most 100.") }
        if !(0...36_525).contains(atLeast) { throw ValidationError("--at-least: say 0 days or more.") }
        if ended != nil, purchases.file == nil || idleDays != nil {
            throw ValidationError("--ended is a column of a file, and stands in for --idle-days.")
        }
    }

    func run() async throws {
        let output = common.output
        let read = try await purchases.read(analysis, common, naming: false, among: .profiled, output)
        let period = try CalendarPeriod.option(every, among: [.month, .week])
        let meaning: Churn.Meaning =
            ended != nil ? .contract : idleDays.map { .idle(days: $0) } ?? .ownRhythm(times: times, atLeast: atLeast)
        let ends = try ends(read)
        let end = read.until ?? ends.values.max().map { max($0, read.purchases.days?.upperBound ?? $0) }
        let churn = Churn(read.purchases, meaning: meaning, every: period, ends: ends, until: end)
        let telling = ChurnReport.telling(churn, of: read.source, output)
        telling.show(output)
        try analysis.write(rows: ChurnReport.rows(churn))
        try analysis.write(page: telling.page(output))
        analysis.tellFiles(output)
        output.json(ChurnReport.json(churn))
    }

    /// The day on which each customer's contract ended, the last that is named.
    private func ends(_ read: PurchaseOptions.Read) throws -> [Int: Int] {
        guard let ended, let file = purchases.file, let customer = purchases.customer else { return [:] }
        let (rows, _) = try Purchases.read(
            analysis.open(file), customer: customer, date: ended, amount: nil, dates: analysis.dates())
        let places = Dictionary(read.names.enumerated().map { ($1, $0) }) { first, _ in first }
        return Dictionary(
            rows.lastDays.compactMap { index, day in places[rows.customers[index]].map { ($0, day) } }, uniquingKeysWith: max)
    }
}
