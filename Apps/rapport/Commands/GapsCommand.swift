import ArgumentParser
import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage

struct GapsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gaps",
        abstract: "Which data is missing: what has stopped, and what no longer moves with what it moved with.",
        discussion: """
            Visits up and sales down is seldom the world, and often a till that no longer reports. Each kind of event of each source is \
            looked at by day: silent for longer than its own gaps, or apart from a series with which its weeks used to move together \
            (robust z-score of their ratio beyond 3.5). How it is reckoned: docs/guides/gaps.md

            EXAMPLES:
              rapport gaps
              rapport gaps --weeks 26 --as-of 2026-06-30 --html gaps.html --json
            """)

    @Option(help: ArgumentHelp("How many weeks to look at.", valueName: "number"))
    var weeks = 16

    @Option(name: .customLong("as-of"), help: ArgumentHelp("As on the morning of this day; default: today.", valueName: "date"))
    var asOf: String?

    @OptionGroup var files: AnswerFiles

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if !(9...520).contains(weeks) { throw ValidationError("--weeks: say 9 to 520.") }
        _ = try CivilDate.option(asOf, "--as-of")
    }

    func run() async throws {
        let output = common.output
        try await common.withRapport { rapport in
            output.progress(output.text("patterns.reading_events"))
            let zone = rapport.houseCalendar
            let today = Int(zone.day(of: rapport.clock.now.milliseconds))
            let day = try CivilDate.option(asOf, "--as-of")?.daysSince1970 ?? today
            let found = try await rapport.database.read { [weeks] in
                try HouseGaps.read(before: day, weeks: weeks, zone: zone, in: $0)
            }
            output.endProgress()
            let report = GapsReport(found, output)
            let telling = report.telling
            telling.show(output)
            try files.write(csv: report.csv, page: telling.page(output), output)
            output.json(report.json)
        }
    }
}
