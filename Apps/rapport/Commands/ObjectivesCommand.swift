import ArgumentParser
import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage
import RapportTabular

struct ObjectivesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "objectives",
        abstract: "What the house wants to reach: how far it has come, where it will end, and who answers for it.",
        discussion: """
            Objectives are stated in YAML (objectives:), each with its owner, its figure in the language of segments, its target and its \
            time; rapport apply brings them into force. How they are reckoned and foretold: docs/guides/objectives.md
            """,
        subcommands: [Check.self, List.self, Show.self])
}

/// As of when objectives are looked at.
struct AsOfOptions: ParsableArguments {
    @Option(name: .customLong("as-of"), help: ArgumentHelp("As on the morning of this day; default: now.", valueName: "date"))
    var asOf: String?

    func validate() throws { _ = try CivilDate.option(asOf, "--as-of") }

    func moment(_ rapport: Rapport) throws -> Timestamp? {
        try CivilDate.option(asOf, "--as-of").map {
            Timestamp(milliseconds: rapport.houseCalendar.start(ofDay: Int64($0.daysSince1970)))
        }
    }
}

extension ObjectivesCommand {
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "End with 1 if an objective is drifting or missed.",
            discussion: """
                With --alerts only what has changed since the last time is told, and a change for the worse ends with 1: each change is told \
                once. A worker does the same every morning, in its log. Where none runs, a line for cron mails when there is something to say:

                  0 7 * * *  rapport objectives check --alerts --config /srv/rapport/rapport.yaml

                rapport doctor shows what was told last.

                EXAMPLES:
                  rapport objectives check
                  rapport objectives check --alerts
                  rapport objectives check --json
                """)

        @Flag(help: "Tell only verdicts that have changed, and remember them.")
        var alerts = false

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            let isAlarming = try await common.withRapport { rapport in
                guard alerts else {
                    let standings = try await rapport.objectives()
                    if standings.isEmpty { output.say("objectives.none") }
                    let alarming = standings.filter(\.verdict.isAlarming)
                    for standing in alarming { output.line(ObjectiveText(standing, output).alert) }
                    if alarming.isEmpty, !standings.isEmpty { output.say("objectives.all_well", count: standings.count) }
                    output.json(["objectives": .array(standings.map { $0.json() })])
                    return !alarming.isEmpty
                }
                let changes = try await rapport.objectiveNews().changes
                for change in changes {
                    let text = ObjectiveText(change.standing, output)
                    output.line(change.before.map { text.changed(from: $0) } ?? text.alert)
                }
                output.json([
                    "changes": .array(
                        changes.map { change in
                            let standing = change.standing.json().object ?? []
                            return .object([.init("verdict_before", .text(change.before?.rawValue))] + standing)
                        })
                ])
                return changes.contains { $0.standing.verdict.isAlarming }
            }
            if isAlarming { throw ExitCode(ExitStatus.problem) }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the objectives by department, with their verdicts.",
            discussion: """
                EXAMPLES:
                  rapport objectives list
                  rapport objectives list --department service --html objectives.html
                  rapport objectives list --as-of 2026-06-30 --csv objectives.csv --json
                """)

        @Option(help: ArgumentHelp("Only those of this department.", valueName: "name"))
        var department: String?

        @OptionGroup var asOf: AsOfOptions

        @OptionGroup var files: AnswerFiles

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            try await common.withRapport { rapport in
                output.progress(output.text("patterns.reading_events"))
                let (moment, told) = (try asOf.moment(rapport), try await rapport.toldVerdicts())
                let standings = try await rapport.objectives(asOf: moment).filter {
                    department == nil || $0.objective.department == department
                }
                output.endProgress()
                let report = ObjectivesReport(standings, told: told, output)
                let telling = report.telling
                telling.show(output)
                try files.write(csv: report.rows.map(CSVText.line).joined(), page: telling.page(output), output)
                output.json(report.json)
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show one objective: its way, its forecast, and what its programme brought.",
            discussion: """
                EXAMPLES:
                  rapport objectives show csat
                  rapport objectives show csat --html csat.html --csv csat.csv
                  rapport objectives show csat --as-of 2026-06-30 --json
                """)

        @Argument(help: "The objective's name.")
        var name: String

        @OptionGroup var asOf: AsOfOptions

        @OptionGroup var files: AnswerFiles

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            try await common.withRapport { rapport in
                output.progress(output.text("patterns.reading_events"))
                let moment = try asOf.moment(rapport)
                let standings = try await rapport.objectives([name], asOf: moment)
                let told = try await rapport.toldVerdicts()
                output.endProgress()
                guard let standing = standings.first else { return }
                let report = ObjectiveReport(standing, since: told[name], zone: rapport.houseCalendar, output)
                let telling = report.telling
                output.line(output.styled("\(telling.title) (\(telling.subtitle))", .bold))
                telling.show(output)
                try files.write(csv: report.rows.map(CSVText.line).joined(), page: telling.page(output), output)
                output.json(standing.json(since: told[name].flatMap { $0.verdict == standing.verdict ? $0.at : nil }))
            }
        }
    }
}

extension Rapport {
    /// The verdicts that were told last.
    func toldVerdicts() async throws -> [String: ObjectiveStore.Told] {
        try await database.read { try ObjectiveStore.last(in: $0) }
    }
}
