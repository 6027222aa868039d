import ArgumentParser
import Foundation
import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage

struct AnnoyanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "annoyance",
        abstract: "What messages cost in goodwill, and what the guards cost and save.",
        discussion: """
            Who left, complained or asked why within 14 days after a message, per thousand messages: by topic, channel, and how many \
            messages the person had had in the 7 and 30 days before. What each guard put off and dropped; and where policy lets \
            chance leave a guard out for a few people (trials:), what that changed. How it works: docs/guides/annoyance.md

            EXAMPLES:
              rapport annoyance
              rapport annoyance --since 2026-01-01 --html annoyance.html
              rapport annoyance --json
            """)

    @Option(help: ArgumentHelp("Messages from this day on (YYYY-MM-DD).", valueName: "date"))
    var since: String?
    @OptionGroup var page: PageFile
    @OptionGroup var common: CommonOptions

    func validate() throws { _ = try CivilDate.option(since, "--since") }

    func run() async throws {
        let output = common.output
        let day = try CivilDate.option(since, "--since")
        try await common.withRapport { rapport in
            let (zone, catalog, now) = (rapport.houseCalendar, rapport.catalog, rapport.clock.now)
            let first =
                day.map { Timestamp(milliseconds: zone.start(ofDay: Int64($0.daysSince1970))) }
                ?? .distantPast
            let (annoyance, guards) = try await rapport.database.read { db in
                (
                    try Annoyance.read(catalog, since: first, until: now, db),
                    try GuardCost.read(catalog, since: first, until: now, db)
                )
            }
            if annoyance.all.messages == 0 { output.say("annoyance.none") }
            for (key, groups) in [
                ("topic", annoyance.byTopic), ("channel", annoyance.byChannel), ("week", annoyance.byWeek),
                ("month", annoyance.byMonth),
            ] {
                show(groups.filter { $0.messages > 0 }, key, output)
            }
            show(guards, output)
            try page.write(annoyance.page(guards, zone: rapport.houseCalendar, texts: output.texts), output)
            output.json(annoyance.json(guards))
        }
    }

    private func show(_ groups: [Annoyance.Group], _ key: String, _ output: Output) {
        guard !groups.isEmpty else { return }
        output.say("annoyance.by.\(key)")
        output.table(
            [
                "group", "messages", "left", "complained", "asked_why", "unanswered", "lost_per_thousand",
                "interval",
            ],
            groups.map { group in
                func thousand(_ share: Double) -> String { NumberText.grouped(share * 1_000, decimals: 2) }
                let interval = group.interval(level: 0.95)
                return [
                    group.name.isEmpty ? "—" : group.name, "\(group.messages)", "\(group.leavings)",
                    "\(group.complaints)",
                    "\(group.questions)", "\(group.unanswered)",
                    thousand(Double(group.lost) / Double(group.messages)),
                    interval.map { "\(thousand($0.low)) – \(thousand($0.high))" } ?? "",
                ]
            })
        output.line()
    }

    private func show(_ guards: [GuardCost], _ output: Output) {
        guard !guards.isEmpty else { return }
        output.say("annoyance.guards")
        output.table(
            ["guard", "deferred", "not_sent", "left_out"],
            guards.map {
                [
                    $0.reason.code, "\($0.deferred)", "\($0.dropped)",
                    $0.share.map { HoldOut.text($0) } ?? "—",
                ]
            })
        for experiment in guards.flatMap(\.experiments) {
            LiftReport.show(experiment, level: 0.95, planned: nil, output)
        }
        if guards.contains(where: { $0.share == nil && DecisionPolicy.Trial.guards.contains($0.reason) }
        ) {
            output.say("annoyance.no_trial")
        }
    }
}
