import ArgumentParser
import Foundation
import RapportCore
import RapportHost
import RapportIntegration
import RapportPluginKit
import RapportStorage

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import a file of people, orders, events, permissions or suppressions.",
        discussion: """
            CSV in any dialect and JSON Lines, plain or gzip. A mapping says what the columns become; without one, common names \
            of columns are understood and what was guessed is shown. The same file twice changes nothing, and an interrupted \
            import goes on when it is run again. Where no worker runs, this command does its work meanwhile.

            EXAMPLES:
              rapport import people.csv --dry-run
              rapport import people.csv --map maps/people.yaml --source crm
              rapport import orders-*.jsonl.gz --map maps/orders.yaml --errors rejected.csv
            """)

    @Argument(help: "A file, or a pattern in quotes.")
    var file: String

    @Option(name: .customLong("map"), help: ArgumentHelp("The mapping.", valueName: "file"))
    var map: String?

    @Option(help: "The name of the source; default: the mapping's, or the file's name.")
    var source: String?

    @Option(help: ArgumentHelp("Write what was rejected to this CSV file: line, field, reason, record.", valueName: "file"))
    var errors: String?

    @Flag(name: .customLong("dry-run"), help: "Say what would come in, and write nothing.")
    var dryRun = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        try await common.withRapport { rapport in
            let plan = try await rapport.importPlan(of: file, mapping: map, source: source)
            if map == nil {
                output.line("Guessed from the names of columns:")
                for line in plan.mapping.summary { output.line("  \(line)") }
            }
            let importer = try await rapport.importer()
            if dryRun {
                try await importer.rehearse(plan).show("Would bring", output)
                return
            }
            let meter = ImportMeter(output)
            let report = try await rapport.stepping { try await importer.run(plan) { await meter.show($0) } }
            await meter.end()
            if let errors { try await writeRejects(of: report.id, to: errors, rapport.database) }
            report.show(report.resumed ? "Went on, and brought" : "Brought", output)
        }
    }

    private func writeRejects(of id: Int64, to path: String, _ database: any Database) async throws {
        var text = CSVText.line(["line", "field", "reason", "record"])
        var after: Int64 = 0
        while true {
            let start = after
            let rejects = try await database.read { db in try Imports.rejects(of: id, after: start, limit: 1_000, in: db) }
            for (_, reject) in rejects { text += CSVText.line([String(reject.line), reject.field, reject.reason, reject.raw]) }
            guard let last = rejects.last else { break }
            after = last.number
        }
        try Data(text.utf8).write(to: URL(filePath: path))
    }
}
