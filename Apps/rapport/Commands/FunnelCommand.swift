import ArgumentParser
import RapportAnalytics
import RapportCore

struct FunnelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "funnel", abstract: "How many of those who took one step took the next, and how long it took them.",
        discussion: """
            Steps are kinds of events in the order in which they must happen, each with a property if need be: page.viewed:path=/cart. \
            Of a file they are values of the column --event. Each person counts once, by the beginning that leads furthest; from the \
            first step to the last at most the window goes by. Other events may come between.

            EXAMPLES:
              rapport funnel product.viewed cart.updated order.placed --within 7d
              rapport funnel page.viewed:path=/offers order.placed --by country --segment 'has(identifier email)'
              rapport funnel --file events.csv --customer user --date at --event name visit signup purchase --html funnel.html
            """)

    @Argument(help: "The steps: two or more.")
    var steps: [String] = []

    @Option(help: ArgumentHelp("From the first step to the last: 12h, 7d.", valueName: "time"))
    var within = "30d"

    @OptionGroup var happenings: HappeningOptions
    @OptionGroup var analysis: AnalysisOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if steps.count < 2 { throw ValidationError("Name two steps or more.") }
        if steps.count > 20 { throw ValidationError("Name twenty steps at most.") }
        _ = try window(within, "--within")
    }

    func run() async throws {
        let output = common.output
        let (read, source) = try await happenings.read(steps, analysis, common, output)
        let names = steps.map { happenings.file == nil ? (try? HouseHappenings.Step($0).text) ?? $0 : $0 }
        let places = try names.map { name -> (name: String, events: Set<Int>) in
            guard let place = read.events.firstIndex(of: name) else {
                throw Problem(
                    "patterns.unknown_event", "nothing called \"\(name)\" happens",
                    at: Problem.Place(file: happenings.file, path: happenings.event),
                    remedy: Spelling.nearest(to: name, in: read.events).map { "Did you mean \"\($0)\"?" })
            }
            return (name, [place])
        }
        let span = try window(within, "--within") ?? .days(30)
        let funnel = Funnel(read, steps: places, window: span.milliseconds)
        let telling = FunnelReport.telling(funnel, within: span, of: source, by: happenings.by, output)
        telling.show(output)
        try analysis.write(rows: FunnelReport.rows(funnel))
        try analysis.write(page: telling.page(output))
        analysis.tellFiles(output)
        output.json(FunnelReport.json(funnel, within: span))
    }
}
