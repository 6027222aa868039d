import ArgumentParser
import Foundation
import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage
import RapportTabular

extension SegmentsCommand {
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Write the members of a segment: their public ids, and fields if asked for.",
            discussion: """
                Names and addresses are not written unless --fields or --identifiers asks for them.

                EXAMPLES:
                  rapport segments export vital_few --csv vital.csv
                  rapport segments export lapsed --fields country,lapse_reason --identifiers email --csv lapsed.csv
                """)

        @Argument(help: "Its name.")
        var name: String

        @Option(help: ArgumentHelp("Write to this CSV file; default: to standard output.", valueName: "file"))
        var csv: String?

        @Option(help: ArgumentHelp("Fields beside the id, with commas.", valueName: "names"))
        var fields: String?

        @Option(help: ArgumentHelp("Kinds of identifiers beside the id, with commas: email,phone.", valueName: "kinds"))
        var identifiers: String?

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            let wanted = Self.list(fields)
            let kinds = Self.list(identifiers)
            try await common.withRapport { rapport in
                let export = try await rapport.database.read { [name] db in
                    try SegmentExport(of: name, fields: wanted, identifiers: kinds, in: db)
                }
                let (header, rows) = (export.header, export.rows)
                if let csv {
                    try AnalysisOptions.write(([header] + rows).map(CSVText.line).joined(), to: csv)
                    output.say("segment.exported", count: rows.count, ["segment": name, "file": csv])
                } else if !output.isJSON {
                    try StandardStreams.write(([header] + rows).map(CSVText.line).joined().utf8)
                }
                output.json([
                    "segment": .string(name),
                    "members": .array(rows.map { row in .object(zip(header, row).map { .init($0, .string($1)) }) }),
                ])
            }
        }

        private static func list(_ text: String?) -> [String] {
            (text ?? "").split(separator: ",").map { String($0).replacing(" ", with: "") }.filter { !$0.isEmpty }
        }
    }
}
