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

        private struct Member: Sendable {
            var id: String
            var since: Timestamp
            var values: [String]
        }

        func run() async throws {
            let output = common.output
            let wanted = Self.list(fields)
            let kinds = Self.list(identifiers)
            try await common.withRapport { rapport in
                let members = try await rapport.database.read { [name] db in
                    try Self.members(of: name, wanted, kinds, in: db)
                }
                let header = ["person", "since"] + wanted + kinds
                let rows = members.map { [$0.id, $0.since.rfc3339] + $0.values }
                if let csv {
                    try AnalysisOptions.write(([header] + rows).map(CSVText.line).joined(), to: csv)
                    output.say("segment.exported", count: members.count, ["segment": name, "file": csv])
                } else if !output.isJSON {
                    FileHandle.standardOutput.write(Data(([header] + rows).map(CSVText.line).joined().utf8))
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

        private static func members(of name: String, _ wanted: [String], _ kinds: [String], in db: Connection) throws -> [Member]
        {
            let all = try SegmentStore.all(in: db)
            guard let segment = all.first(where: { $0.name == name }) else {
                let near = Spelling.nearest(to: name, in: all.map(\.name))
                throw Problem(
                    "segment.not_found", "there is no segment called \"\(name)\"", remedy: near.map { "Did you mean \"\($0)\"?" })
            }
            let known = try FieldStore.read(in: db)
            for field in wanted where known[field] == nil {
                throw Problem(
                    "patterns.unknown_field", "people have no field \"\(field)\"", at: Problem.Place(path: "--fields"),
                    remedy: Spelling.nearest(to: field, in: known.fields.map(\.definition.name)).map { "Did you mean \"\($0)\"?" }
                )
            }
            let numbers = try Dictionary(
                db.all("SELECT name, id FROM identifier_kinds") { ($0.text(0), $0.integer(1)) },
                uniquingKeysWith: { first, _ in first })
            for kind in kinds where numbers[kind] == nil {
                throw Problem(
                    "patterns.unknown_identifier", "there is no kind of identifier \"\(kind)\"",
                    at: Problem.Place(path: "--identifiers"),
                    remedy: Spelling.nearest(to: kind, in: numbers.keys.sorted()).map { "Did you mean \"\($0)\"?" })
            }
            let rows = try db.all(
                """
                SELECT people.id, people.public_id, membership.since FROM membership
                JOIN people ON people.id = membership.person AND people.state = 0
                WHERE membership.segment = \(segment.id) ORDER BY people.id
                """
            ) { (person: $0.integer(0), id: $0.text(1), since: $0.timestamp(2)) }
            var out: [Member] = []
            for start in stride(from: 0, to: rows.count, by: 1_000) {
                let part = rows[start..<min(start + 1_000, rows.count)]
                let people = part.map(\.person)
                let values = wanted.isEmpty ? [:] : try People.fields(of: people, in: db)
                var identifiers: [PersonID: [Int64: String]] = [:]
                if !kinds.isEmpty {
                    try db.each(
                        """
                        SELECT person, kind, value FROM identifiers WHERE person IN \(list: people) ORDER BY person, kind, value, holder
                        """
                    ) { row in
                        let (person, kind) = (row.integer(0), row.integer(1))
                        if identifiers[person]?[kind] == nil { identifiers[person, default: [:]][kind] = row.text(2) }
                    }
                }
                out += part.map { member in
                    Member(
                        id: member.id, since: member.since,
                        values: wanted.map { name in values[member.person]?.first { $0.name == name }?.text ?? "" }
                            + kinds.map { numbers[$0].flatMap { identifiers[member.person]?[$0] } ?? "" })
                }
            }
            return out
        }
    }
}
