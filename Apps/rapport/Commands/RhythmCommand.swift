import ArgumentParser
import RapportAnalytics
import RapportCore

struct RhythmCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rhythm", abstract: "How long it takes until somebody buys again.",
        discussion: """
            The Kaplan–Meier estimate with Greenwood's variance: who has not bought again yet counts as far as is known, instead of \
            being left out. All purchases together, and by themselves the time after the first, the second, and later ones.

            EXAMPLES:
              rapport rhythm
              rapport rhythm orders.csv --customer email --date ordered_at --depth 5 --html rhythm.html
              rapport rhythm --level 0.9 --csv curves.csv --json
            """)

    @Option(help: ArgumentHelp("How many purchases are told apart; the last stands for all later ones.", valueName: "number"))
    var depth = 3

    @Option(help: ArgumentHelp("Of the confidence bands.", valueName: "share"))
    var level = 0.95

    @OptionGroup var purchases: PurchaseOptions
    @OptionGroup var analysis: AnalysisOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if !(1...20).contains(depth) { throw ValidationError("--depth: say 1 to 20.") }
        if !(level > 0 && level < 1) { throw ValidationError("--level: 0.95 is 95 per cent; it lies between 0 and 1.") }
    }

    func run() async throws {
        let output = common.output
        let read = try await purchases.read(analysis, common, naming: false, among: .profiled, output)
        let rhythm = Rhythm(read.purchases, depth: depth, level: level, until: read.until)
        let telling = RhythmReport.telling(rhythm, depth: depth, of: read.source, output)
        telling.show(output)
        try analysis.write(rows: RhythmReport.rows(rhythm))
        try analysis.write(page: telling.page(output))
        analysis.tellFiles(output)
        output.json(RhythmReport.json(rhythm))
    }
}
