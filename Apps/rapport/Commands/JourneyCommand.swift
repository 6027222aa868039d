import ArgumentParser
import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage
import RapportTabular

struct JourneyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journey",
        abstract: "The customer's journey: find, try, buy, use, get help, stay, recommend.",
        discussion: """
            Of each stage: how many people were in it, how many went on and how long they took, how content they were, how hard they found \
            it, how long they waited, and what they complained about. Which events belong to which stage is stated in YAML (journey:), with \
            usual ones where nothing is. What is counted how: docs/guides/journey.md

            EXAMPLES:
              rapport journey
              rapport journey --from 2026-01-01 --until 2026-03-31 --html journey.html
              rapport journey --segment 'country = "GB"' --csv journey.csv --json
            """)

    @Option(help: ArgumentHelp("From this day on (YYYY-MM-DD); default: 90 days before the end.", valueName: "date"))
    var from: String?

    @Option(help: ArgumentHelp("Up to this day, inclusive; default: today.", valueName: "date"))
    var until: String?

    @Option(help: ArgumentHelp("Only people for whom this segment expression holds now.", valueName: "expression"))
    var segment: String?

    @Flag(help: "Also count people who are known by a device only.")
    var anonymous = false

    @OptionGroup var files: AnswerFiles

    @OptionGroup var common: CommonOptions

    func validate() throws {
        let (first, last) = (try CivilDate.option(from, "--from"), try CivilDate.option(until, "--until"))
        if let first, let last, first > last { throw ValidationError("--from is after --until.") }
    }

    func run() async throws {
        let output = common.output
        try await common.withRapport { rapport in
            output.progress(output.text("patterns.reading_events"))
            let today = Int(rapport.houseCalendar.day(of: rapport.clock.now.milliseconds))
            let last = try CivilDate.option(until, "--until")?.daysSince1970 ?? today
            let first = try CivilDate.option(from, "--from")?.daysSince1970 ?? last - 89
            guard first <= last else { throw ValidationError("--from is after today: say --until, too.") }
            let people = try await rapport.people(in: segment)
            let found = try await rapport.journey(first...last, people: people, isAnonymousToo: anonymous)
            output.endProgress()
            let report = JourneyReport(found, output)
            let telling = report.telling
            telling.show(output)
            try files.write(csv: report.rows.map(CSVText.line).joined(), page: telling.page(output), output)
            output.json(found.json)
        }
    }
}
