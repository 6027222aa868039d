import ArgumentParser
import Foundation
import RapportAnalytics
import RapportCore

struct LiftCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lift",
        abstract: "What a treatment changed against those left alone, and how sure that is.",
        discussion: """
            Compares each group of an experiment with its control: yes-or-no outcomes (0/1, true/false, yes/no) by the z test of \
            two proportions, z with the pooled variance and the interval with each group's own; amounts by Welch's t test. For \
            those who look more than once there is an interval that holds at all times, and for those who plan, the lift that \
            groups of this size can show.

            With --campaign it compares those written to with those whom the campaign's hold-out kept back: whether they bought, what \
            each brought, whether they opted out. Where nobody was kept back, --observed compares customers whom it reached with \
            those whom it did not, by the change of their revenue: a hint, no proof.

            Columns are named or numbered from 1; the control is told from its name (0, control, hold-out, "No E-Mail") or \
            given. How it works: docs/guides/lift.md

            EXAMPLES:
              rapport lift --campaign spring
              rapport lift --campaign last-autumn --observed
              rapport lift --csv mailing.csv --treatment segment --outcome visit
              rapport lift --csv mailing.csv.gz --treatment group --control B --outcome bought --outcome spend --html lift.html
              rapport lift --csv test.csv --treatment arm --outcome status --success paid --planned 20000 --json
            """)

    @Option(help: ArgumentHelp("A file with a row a member of the experiment, plain or gzip.", valueName: "file"))
    var csv: String?

    @Option(help: ArgumentHelp("A campaign that was sent, instead of a file.", valueName: "campaign"))
    var campaign: String?

    @Flag(help: "Of a campaign without a hold-out: compare with customers whom it did not reach. A hint, no proof.")
    var observed = false

    @Option(help: ArgumentHelp("The column that tells in which group a row is.", valueName: "column"))
    var treatment: String?

    @Option(help: ArgumentHelp("The value of those left alone; default: the one whose name says so.", valueName: "value"))
    var control: String?

    @Option(help: ArgumentHelp("The column with what came of it; may be given again.", valueName: "column"))
    var outcome: [String] = []

    @Option(help: ArgumentHelp("The outcome's value that counts as success.", valueName: "value"))
    var success: String?

    @Option(help: ArgumentHelp("The level of the intervals.", valueName: "share"))
    var level = 0.95

    @Option(
        help: ArgumentHelp(
            "How many rows a comparison is planned for, where the interval for peeking is to be tightest; the same at each look.",
            valueName: "rows"))
    var planned: Int?

    @OptionGroup var page: PageFile

    @OptionGroup var dialect: DialectOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if campaign != nil {
            if csv != nil || treatment != nil || control != nil || !outcome.isEmpty || success != nil {
                throw ValidationError("--campaign is compared with its own hold-out: it takes no file and no columns.")
            }
        } else {
            if observed { throw ValidationError("--observed is about a --campaign.") }
            if csv == nil || treatment == nil {
                throw ValidationError("Name a file with --csv and --treatment, or a --campaign.")
            }
            if outcome.isEmpty { throw ValidationError("Name at least one column with --outcome.") }
        }
        if !(level > 0.5 && level < 1) { throw ValidationError("--level: say a share such as 0.95, between 0.5 and 1.") }
        if let planned, planned < 2 { throw ValidationError("--planned: say at least 2 rows.") }
        _ = try dialect.stated()
    }

    func run() async throws {
        let output = common.output
        guard let csv, let treatment else {
            try await runCampaign(output)
            return
        }
        let file = try DataFile.open(csv, stated: dialect.stated())
        let places =
            [try file.column(treatment, option: "--treatment")] + (try outcome.map { try file.column($0, option: "--outcome") })
        if let same = zip(places.dropFirst(), outcome).first(where: { $0.0 == places[0] }) {
            throw Problem(
                "lift.bad_outcome", "\"\(same.1)\" is the treatment and cannot be its own outcome",
                at: Problem.Place(file: csv, path: "--outcome"))
        }
        let table = try file.read(places) {
            output.progress(output.text("analysis.reading_rows", ["rows": NumberText.grouped($0)]))
        }
        output.endProgress()
        output.notes(table.notes)
        guard table.count > 0 else { throw file.empty }
        let experiments = try table.columns.dropFirst().map {
            try Experiment(treatment: table.columns[0], outcome: $0, control: control, success: success, path: csv)
        }
        for experiment in experiments { LiftReport.show(experiment, level: level, planned: planned, output) }
        let name = URL(filePath: csv).lastPathComponent
        try page.write(
            Experiment.page(experiments, of: name, level: level, planned: planned, texts: output.texts), output)
        output.json(
            .object([
                .init("treatment", .string(table.columns[0].name)), .init("control", .string(experiments[0].controlArm.name)),
                .init("rows", .number(table.count)),
                .init("outcomes", .array(experiments.map { $0.json(level: level, planned: planned) })),
            ]))
    }
}
