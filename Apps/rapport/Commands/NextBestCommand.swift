import ArgumentParser
import RapportAnalytics
import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage

struct NextBestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "next-best",
        abstract: "When, on which channel and with what messages are answered best, as far as anybody can tell.",
        discussion: """
            Of the messages sent, whichever system sent them: how many brought a response within the look-back of their channel (a \
            click judged human, a reply, a visit that names the campaign, a purchase; never an open). Rates of few messages are \
            shrunk towards the house's; a choice is called best only if it is with a probability of 80 % or 95 %, else how many more \
            messages would tell. time is the hour where the person lives; content is campaign, template, topic and language. With \
            --person somebody's own answers, shrunk to the house's. How it is reckoned: docs/guides/next-best.md

            EXAMPLES:
              rapport next-best time
              rapport next-best channel --topic offers --html channel.html
              rapport next-best content --by template --since 2026-01-01 --csv content.csv
              rapport next-best time --person ann@example.org --json
            """)

    @Argument(help: "What is asked.")
    var question: Question

    @Option(help: ArgumentHelp("Only messages about this topic.", valueName: "topic"))
    var topic: String?

    @Option(help: ArgumentHelp("Of this person: an id, or any identifier.", valueName: "person"))
    var person: String?

    @Option(help: ArgumentHelp("What content is told apart by; default: each.", valueName: "what"))
    var by: Content?

    @Option(help: ArgumentHelp("Messages from this day on (YYYY-MM-DD); default: a year ago.", valueName: "date"))
    var since: String?

    @Option(
        help: ArgumentHelp(
            "How long after a message a response counts, such as 7d; default: the look-back of its channel.", valueName: "span"))
    var within: String?

    @OptionGroup var files: AnswerFiles

    @OptionGroup var common: CommonOptions

    enum Question: String, CaseIterable, ExpressibleByArgument { case time, channel, content }

    /// What content can be told apart by.
    enum Content: String, CaseIterable, ExpressibleByArgument { case campaign, template, topic, language }

    func validate() throws {
        _ = try CivilDate.option(since, "--since")
        if let within {
            guard let span = Span(within), span.milliseconds > 0 else {
                throw ValidationError("--within: \"\(within)\" is no length of time such as 12h or 7d.")
            }
        }
        if by != nil, question != .content { throw ValidationError("--by is for content.") }
    }

    func run() async throws {
        let output = common.output
        let day = try CivilDate.option(since, "--since")
        try await common.withRapport { rapport in
            output.progress(output.text("patterns.reading_events"))
            let (catalog, now, zone) = (rapport.catalog, rapport.clock.now, rapport.houseCalendar)
            let house = rapport.configuration.house
            let first = day.map { Timestamp(milliseconds: zone.start(ofDay: Int64($0.daysSince1970))) } ?? now - .days(365)
            let found = try await rapport.database.read { [question, topic, person, by, within] db in
                var asked = NextBest.Asked(
                    NextBest.Question(rawValue: question.rawValue) ?? .time, zone: try NextBest.zone(in: db) ?? house.timeZone)
                asked.topic = topic
                asked.person = try person.map { try rapport.person($0, in: db) }
                if let by = by.flatMap({ NextBest.Dimension(rawValue: $0.rawValue) }) { asked.content = [by] }
                if question == .time { asked.draws = try Self.draws(in: db) }
                let responses = try HouseResponses(
                    since: first, until: now, within: within.flatMap { Span($0) }, person: asked.person, catalog, in: db)
                var found = try NextBest.read(asked, responses, catalog, in: db)
                if question == .content, person == nil {
                    try found.readTrials(catalog, in: CostSheet.current(in: db).currency ?? house.currency, zone: zone, db)
                }
                return found
            }
            output.endProgress()
            let report = NextBestReport(found, person: person, topic: topic, zone: zone, output)
            let telling = report.telling
            telling.show(output)
            try files.write(csv: report.csv, page: telling.page(output), output)
            output.json(report.json)
        }
    }

    /// Campaigns that went out in waves: who was in which was drawn by chance.
    private static func draws(in db: Connection) throws -> [String: NextBest.Draw] {
        var draws: [String: NextBest.Draw] = [:]
        for campaign in try CampaignStore.all(in: db) where campaign.act != 0 && campaign.plan.waves > 1 {
            draws[Text.folded(campaign.name)] = NextBest.Draw(waves: campaign.plan.waves) { person in
                campaign.plan.wave(of: person, act: campaign.act)
            }
        }
        return draws
    }
}
