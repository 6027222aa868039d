import ArgumentParser
import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage
import RapportTabular

struct AdoptionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adoption", abstract: "Who uses Rapport and for what, and whose records are poor.",
        discussion: """
            Acts are what is written down under somebody's name: definitions brought into force, steps of campaigns, people merged. \
            Records are judged by source: of the people whom it knows, who has an email address, a phone number and a name, and how \
            many rows of its imports were not taken.

            EXAMPLES:
              rapport adoption
              rapport adoption --days 30 --csv sources.csv --json
            """)

    @Option(help: ArgumentHelp("Acts of so many days back.", valueName: "days"))
    var days = 90

    @OptionGroup var files: AnswerFiles

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if !(1...36_525).contains(days) { throw ValidationError("--days: say 1 or more.") }
    }

    func run() async throws {
        let output = common.output
        try await common.withRapport { rapport in
            let since = rapport.clock.now - .days(Int64(days))
            let found = try await rapport.database.read { try Adoption.read(since: since, in: $0) }
            let telling = self.telling(found, output)
            telling.show(output)
            try files.write(csv: rows(found), page: telling.page(output), output)
            output.json(json(found))
        }
    }

    private func telling(_ found: Adoption, _ output: Output) -> Telling {
        var telling = Telling(
            title: output.text("adoption.title"), subtitle: output.text("adoption.of", ["days": "\(days)"]))
        telling.parts.append(
            .sentence(output.texts("cli.adoption.actors", count: Int64(found.actors.count), ["days": "\(days)"])))
        telling.parts.append(
            .table(
                ["who", "definitions", "campaign_steps", "merges", "last_act"],
                found.actors.map { actor in
                    [actor.name]
                        + ["definitions", "campaigns", "merges"].map { NumberText.grouped(actor.acts[$0] ?? 0) }
                        + [output.time(actor.last)]
                }))
        if !found.actors.isEmpty {
            telling.parts.append(
                .chart(
                    title: output.text("adoption.acts_chart"),
                    .bars(
                        categories: found.actors.prefix(12).map(\.name),
                        [.init("", found.actors.prefix(12).map { Double($0.total) })], .init()), caption: ""))
        }
        guard let poorest = found.sources.first else { return telling }
        telling.parts.append(
            .sentence(
                output.text(
                    "adoption.poorest", ["source": poorest.name, "share": NumberText.percent(poorest.completeness, decimals: 0)]))
        )
        func share(_ part: Int, _ source: Adoption.Source) -> String {
            NumberText.percent(source.people > 0 ? Double(part) / Double(source.people) : 0, decimals: 0)
        }
        telling.parts.append(
            .table(
                ["source", "people", "with_email", "with_phone", "with_name", "known_alone", "rows", "rejected"],
                found.sources.map { source in
                    [
                        source.name, NumberText.grouped(source.people), share(source.withEmail, source),
                        share(source.withPhone, source),
                        share(source.withName, source), share(source.alone, source), NumberText.grouped(source.rows),
                        NumberText.grouped(source.rejected),
                    ]
                }))
        telling.parts.append(
            .chart(
                title: output.text("adoption.completeness"),
                .bars(
                    categories: found.sources.prefix(12).map(\.name),
                    [.init("", found.sources.prefix(12).map(\.completeness))], .init(isShare: true)), caption: ""))
        return telling
    }

    private func rows(_ found: Adoption) -> String {
        CSVText.line(["what", "name", "acts", "last", "people", "with_email", "with_phone", "with_name", "rows", "rejected"])
            + found.actors.map {
                CSVText.line(["actor", $0.name, "\($0.total)", $0.last.rfc3339, "", "", "", "", "", ""])
            }.joined()
            + found.sources.map {
                CSVText.line([
                    "source", $0.name, "", "", "\($0.people)", "\($0.withEmail)", "\($0.withPhone)", "\($0.withName)",
                    "\($0.rows)",
                    "\($0.rejected)",
                ])
            }.joined()
    }

    private func json(_ found: Adoption) -> JSONValue {
        [
            "actors": .array(
                found.actors.map { actor in
                    [
                        "name": .string(actor.name),
                        "acts": .object(actor.acts.sorted { $0.key < $1.key }.map { .init($0.key, .number($0.value)) }),
                        "first": .string(actor.first.rfc3339), "last": .string(actor.last.rfc3339),
                    ]
                }),
            "sources": .array(
                found.sources.map { source in
                    [
                        "name": .string(source.name), "people": .number(source.people), "with_email": .number(source.withEmail),
                        "with_phone": .number(source.withPhone), "with_name": .number(source.withName),
                        "known_to_nobody_else": .number(source.alone), "rows": .number(source.rows),
                        "rejected": .number(source.rejected), "completeness": .number(source.completeness),
                    ]
                }),
        ]
    }
}
