import ArgumentParser
import RapportAnalytics
import RapportCore

struct PathsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "paths", abstract: "What people do next, or did before: the most common ways.",
        discussion: """
            Each person has one path: from their first event of the kind asked about (or to it), or from their first event of all. \
            What is done several times in a row counts once, unless --repeats is given. Of a file, events are values of --event.

            EXAMPLES:
              rapport paths --after complaint.opened --depth 3
              rapport paths --before order.cancelled --within 14d
              rapport paths --file events.csv --customer user --date at --event name --csv paths.csv
            """)

    @Option(help: ArgumentHelp("What happened next after this.", valueName: "event"))
    var after: String?

    @Option(help: ArgumentHelp("What happened before this.", valueName: "event"))
    var before: String?

    @Option(help: ArgumentHelp("How many events a path has beside the one asked about.", valueName: "number"))
    var depth = 3

    @Option(help: ArgumentHelp("How far from the event asked about: 12h, 14d; default: without end.", valueName: "time"))
    var within: String?

    @Flag(help: "Count what is done several times in a row as often as it is done.")
    var repeats = false

    @Option(help: ArgumentHelp("How many paths to show; --csv and --json have all.", valueName: "number"))
    var limit = 15

    @OptionGroup var happenings: HappeningOptions
    @OptionGroup var analysis: AnalysisOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if after != nil, before != nil { throw ValidationError("Ask for --after or for --before, one at a time.") }
        if !(1...10).contains(depth) { throw ValidationError("--depth: say 1 to 10.") }
        if limit < 1 { throw ValidationError("--limit: say 1 or more.") }
        if happenings.by != nil { throw ValidationError("--by is for rapport funnel; narrow paths down by --segment.") }
        _ = try window(within, "--within")
    }

    func run() async throws {
        let output = common.output
        let (read, source) = try await happenings.read([], analysis, common, output)
        let name = after ?? before
        let place = try name.map { name -> Int in
            guard let place = read.events.firstIndex(of: name) else {
                throw Problem(
                    "patterns.unknown_event", "nothing called \"\(name)\" happens",
                    remedy: Spelling.nearest(to: name, in: read.events).map { "Did you mean \"\($0)\"?" })
            }
            return place
        }
        let anchor: Paths.Anchor = place.map { after == nil ? .before($0) : .after($0) } ?? .start
        let paths = Paths(
            read, anchor, depth: depth, window: try window(within, "--within")?.milliseconds, collapsing: !repeats)
        let telling = PathsReport.telling(paths, about: name, limit: limit, of: source, output)
        telling.show(output)
        try analysis.write(rows: PathsReport.rows(paths))
        try analysis.write(page: telling.page(output))
        analysis.tellFiles(output)
        output.json(PathsReport.json(paths, about: name))
    }
}
