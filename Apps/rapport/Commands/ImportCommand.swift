import ArgumentParser
import Foundation
import RapportCore
import RapportHost
import RapportIntegration
import RapportPluginKit
import RapportStorage
import RapportTabular

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import a file of people, orders, events, permissions or suppressions.",
        discussion: """
            CSV in any dialect and JSON Lines, plain or gzip. A mapping says what the columns become; without one, common names \
            of columns are understood and what was guessed is shown. The same file twice changes nothing, and an interrupted \
            import goes on when it is run again. Where no worker runs, this command does its work meanwhile. A database that is \
            away is waited for; 0s waits for none.

            --as says what the file holds where there is no mapping: people, accounts, products, orders, events, permissions or \
            suppressions. --guess prints a mapping to keep and change, and imports nothing.

            EXAMPLES:
              rapport import people.csv --dry-run
              rapport import orders.csv --guess > maps/orders.yaml
              rapport import people.csv --map maps/people.yaml --source crm
              rapport import companies.csv --as accounts --source crm
              rapport import orders-*.jsonl.gz --map maps/orders.yaml --errors rejected.csv
            """)

    @Argument(help: "A file, or a pattern in quotes.")
    var file: String

    @Option(name: .customLong("map"), help: ArgumentHelp("The mapping.", valueName: "file"))
    var map: String?

    @Option(name: .customLong("as"), help: ArgumentHelp("What the file holds, without a mapping.", valueName: "records"))
    var target: String?

    @Flag(help: "Print a mapping guessed from columns and first rows, and import nothing.")
    var guess = false

    @Option(help: "The name of the source; default: the mapping's, or the file's name.")
    var source: String?

    @Option(help: ArgumentHelp("Write what was rejected to this CSV file: line, field, reason, record.", valueName: "file"))
    var errors: String?

    @Option(help: ArgumentHelp("How long to wait for a database that is away, such as 30s or 1h.", valueName: "time"))
    var wait = "5m"

    @Flag(name: .customLong("dry-run"), help: "Say what would come in, and write nothing.")
    var dryRun = false

    @OptionGroup var common: CommonOptions

    var chosen: RecordRule.Target? { target.flatMap(RecordRule.Target.init) }

    func validate() throws {
        let known = RecordRule.Target.allCases.map(\.rawValue)
        if let target, chosen == nil {
            throw ValidationError("--as \(target): it is one of \(known.joined(separator: ", "))")
        }
        if Span(wait) == nil { throw ValidationError("--wait: \"\(wait)\" is no length of time such as 30s, 5m or 1h") }
        if map != nil, target != nil || guess { throw ValidationError("--map says it all: leave --as and --guess out") }
    }

    func run() async throws {
        let output = common.output
        let patience = patience(output)
        try await common.withRapport(patience) { rapport in
            if guess { return try await propose(rapport, output) }
            let plan = try await rapport.importPlan(of: file, mapping: map, target: chosen, source: source)
            if map == nil, !plan.mapping.records.isEmpty { try await showGuess(plan.mapping, rapport, output) }
            let importer = try await rapport.importer()
            if dryRun {
                let report = try await importer.rehearse(plan)
                try showNothing(report, rapport, output)
                report.show("would_bring", output)
                return
            }
            let meter = ImportMeter(output)
            let report = try await rapport.stepping(patience) {
                try await patience.over(done: { await meter.records }) {
                    try await importer.run(plan) { await meter.show($0) }
                }
            }
            await meter.end()
            if let errors { try await writeRejects(of: report.id, to: errors, rapport.database) }
            try showNothing(report, rapport, output)
            let waiting = try await rapport.eventsWaiting()
            report.show(report.resumed ? "resumed" : "brought", waiting: waiting, output)
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
        try await database.write { db in try HouseFile.note(.rejects, path, at: try db.now(), in: db) }
    }
}
