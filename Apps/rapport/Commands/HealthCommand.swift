import ArgumentParser
import Foundation
import RapportCore
import RapportEngagement
import RapportHost

struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "How good the data is: coverage, validity, staleness and conflicts, and what to do about the worst.",
        discussion: """
            By field, by source and by segment, with duplicates that wait, addresses that bounce, and data that came in undeclared \
            and was dropped or refused. Reads everybody once and changes nothing. \
            (`rapport doctor` looks after the system itself.)

            EXAMPLES:
              rapport health
              rapport health --html health.html
              rapport health --json
            """)

    @Option(help: ArgumentHelp("Write the page as HTML that needs nothing else.", valueName: "file"))
    var html: String?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        let report = try await common.withRapport { rapport in
            try await rapport.dataHealth { people in
                output.progress(output.text("health.progress", ["people": String(people)]))
            }
        }
        output.endProgress()
        let rows = HealthRows(report, texts: output.texts, zone: output.zone)
        output.line(rows.lead)
        let findings = rows.findings()
        if report.people > 0 {
            output.line()
            if findings.isEmpty { output.line(output.texts("health.all_well")) }
            for (finding, remedy) in findings {
                output.line("· " + finding)
                output.line("  " + output.styled(remedy, .dim))
            }
            show(rows, output)
        }
        if let html {
            try CheckupFile.write(HealthPage(report, texts: output.texts, zone: output.zone).html, to: html)
            output.line(output.texts("checkup.wrote", ["file": html]))
        }
        output.json(report.json)
    }

    private func show(_ rows: HealthRows, _ output: Output) {
        output.line()
        output.table(["field", "owner", "believed", "known", "invalid", "stale", "conflicts"], rows.fields.rows)
        if !rows.sources.rows.isEmpty {
            output.line()
            output.table(["source", "people", "values", "invalid", "stale", "conflicts", "duplicates"], rows.sources.rows)
        }
        if !rows.segments.rows.isEmpty {
            output.line()
            output.table(["segment", "people", "coverage", "invalid", "stale", "conflicts", "duplicates"], rows.segments.rows)
        }
        for line in rows.idle { output.line(output.styled(line, .dim)) }
        if !rows.dropped.rows.isEmpty {
            output.line()
            output.table(["source", "dropped", "reason", "times"], rows.dropped.rows)
        }
    }
}
