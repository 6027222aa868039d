import ArgumentParser
import Foundation
import RapportAnalytics
import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage

struct ProfilesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profiles",
        abstract: "How each customer stands among all: value, trouble, recency, bargains, reasons to leave.",
        discussion: "What each field and segment means: docs/guides/profiles.md.", subcommands: [Fit.self, Segments.self])

    struct Fit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fit",
            abstract: "Reckon the profiles of all customers as of a day, and write them as fields.",
            discussion: """
                Figures that are relative to everybody (fifths, ranks) are reckoned here and written as fields of people, which \
                rapport people show prints and segments use; the ready-made segments over them are live. What was reckoned when is \
                kept as the definition model profiles, with a version. Only what is new is written.

                EXAMPLES:
                  rapport profiles fit
                  rapport profiles fit --dry-run --html profiles.html
                  rapport profiles fit --currency EUR --rate USD=0.92 --as-of 2026-06-30 --csv profiles.csv
                """)

        @Option(name: .customLong("as-of"), help: ArgumentHelp("As of the end of this day; default: today.", valueName: "date"))
        var asOf: String?

        @Flag(name: .customLong("dry-run"), help: "Show, and write nothing.")
        var dryRun = false

        @OptionGroup var files: AnswerFiles
        @OptionGroup var money: CurrencyOptions
        @OptionGroup var common: CommonOptions

        func validate() throws { _ = try CivilDate.option(asOf, "--as-of") }

        func run() async throws {
            let output = common.output
            try await common.withRapport { rapport in
                output.progress(output.text("clv.reading_orders"))
                let (catalog, zone) = (rapport.catalog, rapport.houseCalendar)
                let today = Int(zone.day(of: rapport.clock.now.milliseconds))
                let day = try CivilDate.option(asOf, "--as-of")?.daysSince1970 ?? today
                let (rates, own) = (try money.rates(), try await FigureOptions.currency(rapport))
                let evening = zone.end(of: CivilDate(daysSince1970: day))
                let (profiles, leftOut) = try await rapport.database.read { [money] db in
                    let house = try HouseOrders.read(catalog, until: evening, among: .profiled, costing: true, in: db)
                    let profiles = try Profiles(
                        house: house, currency: money.wanted(house, else: own), rates: rates, zone: zone, asOf: day, catalog,
                        in: db)
                    return (profiles, house.leftOut)
                }
                output.endProgress()
                let report = ProfilesReport(profiles, output)
                let telling = report.telling
                telling.show(output)
                output.tellLeftOut(leftOut)
                let names = files.csv == nil ? [:] : try await rapport.publicIDs()
                try files.write(csv: report.csv(names), page: telling.page(output), output)
                var members = report.json + [.init("left_out", .number(leftOut))]
                if !dryRun { members += try await write(profiles, .object(members), rapport, output) }
                output.json(.object(members))
            }
        }

        private func write(_ profiles: Profiles, _ body: JSONValue, _ rapport: Rapport, _ output: Output) async throws
            -> [JSONValue.Member]
        {
            let former = try await rapport.database.read { try Profiles.former(in: $0) }
            return try await profiles.scores(former: former).keep("profiles", body, rapport, output)
        }
    }

    struct Segments: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "segments",
            abstract: "Print the ready-made fields and segments as YAML, or bring them into force.",
            discussion: """
                rapport init brings them with a new house; an older one gets them here. Segments of yours that have the same name are \
                not touched unless you --apply.

                EXAMPLES:
                  rapport profiles segments > definitions/profiles.yaml
                  rapport profiles segments --apply
                """)

        @Flag(help: "Bring them into force.")
        var apply = false

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            let text = String(decoding: PackageResources.profiles_yaml, as: UTF8.self)
            guard apply else {
                output.line(text.hasSuffix("\n") ? String(text.dropLast()) : text)
                output.json(["yaml": .string(text)])
                return
            }
            let file = FileManager.default.temporaryDirectory.appending(path: "profiles-\(UUID().uuidString).yaml")
            try Data(text.utf8).write(to: file)
            defer { try? FileManager.default.removeItem(at: file) }
            try await common.withRapport { rapport in
                let store = rapport.definitions
                let drafts = try DefinitionFolder(file.path(percentEncoded: false), handlers: store.handlers).drafts
                let now = rapport.clock.now
                let changes = try await rapport.database.write { db in
                    try store.apply(drafts, actor: commandLineActor, now: now, in: db)
                }
                try await rapport.fillSegments()
                let names = Set(drafts.filter { $0.kind == "segment" }.map(\.name))
                let segments = try await rapport.database.read { db in
                    try SegmentStore.all(in: db).filter { names.contains($0.name) }.map { (name: $0.name, members: $0.members) }
                }
                output.table(["segment", "members"], segments.map { [$0.name, NumberText.grouped(Int($0.members))] })
                output.say("profiles.applied", count: changes.filter(\.changesAnything).count)
                output.json([
                    "changes": .array(changes.map(\.json)),
                    "segments": .array(segments.map { ["segment": .string($0.name), "members": .integer($0.members)] }),
                ])
            }
        }
    }
}
