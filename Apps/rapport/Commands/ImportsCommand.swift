import ArgumentParser
import RapportCore
import RapportHost
import RapportIntegration
import RapportStorage

struct ImportsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "imports",
        abstract: "Show imports and what they rejected, and take them back.",
        discussion: """
            EXAMPLES:
              rapport imports list
              rapport imports show 7
              rapport imports revert 7
            """,
        subcommands: [List.self, Show.self, Revert.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "The latest imports.",
            discussion: """
                EXAMPLES:
                  rapport imports list --limit 5 --json
                """)

        @Option(help: "How many.")
        var limit = 20
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let (output, limit) = (common.output, limit)
            try await common.withRapport { rapport in
                let rows = try await rapport.database.read { db in try Imports.list(limit, in: db) }
                output.table(
                    ["import", "state", "started", "records", "added", "known", "rejected", "source", "what"],
                    rows.map { row in
                        [String(row.id), row.state.name, output.time(row.startedAt)]
                            + [row.progress.records, row.progress.added, row.progress.duplicates, row.progress.rejected].map {
                                String($0)
                            }
                            + [row.source, row.name]
                    })
                output.json(.array(rows.map(\.json)))
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "One import, with the first of what it rejected.",
            discussion: """
                EXAMPLES:
                  rapport imports show 7 --limit 100
                """)

        @Argument(help: "The number of the import.")
        var id: Int64
        @Option(help: "How many rejected records.")
        var limit = 20
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let (output, id, limit) = (common.output, id, limit)
            try await common.withRapport { rapport in
                let (row, rejects) = try await rapport.database.read { db in
                    (try Imports.find(id, in: db), try Imports.rejects(of: id, limit: limit, in: db).map(\.reject))
                }
                output.say(
                    "imports.about",
                    [
                        "import": "\(row.id)", "name": row.name, "source": row.source, "state": row.state.name,
                        "when": output.time(row.updatedAt),
                    ])
                output.say(
                    "imports.figures",
                    [
                        "records": "\(row.progress.records)", "events": "\(row.progress.added)",
                        "known": "\(row.progress.duplicates)", "rejected": "\(row.progress.rejected)",
                        "omitted": "\(row.progress.omitted)",
                    ])
                output.table(
                    ["line", "field", "reason", "record"], rejects.map { [String($0.line), $0.field, $0.reason, $0.raw] })
                guard case .object(let members) = row.json else { return }
                let list = rejects.map { reject -> JSONValue in
                    [
                        "line": .integer(reject.line), "field": .string(reject.field), "code": .string(reject.code),
                        "reason": .string(reject.reason), "record": .string(reject.raw),
                    ]
                }
                output.json(.object(members + [.init("rejects", .array(list))]))
            }
        }
    }
}

extension ImportRow {
    var json: JSONValue {
        [
            "import": .integer(id), "name": .string(name), "source": .string(source), "state": .string(state.name),
            "started_at": .string(startedAt.rfc3339), "updated_at": .string(updatedAt.rfc3339),
            "records": .integer(progress.records), "added": .integer(progress.added),
            "duplicates": .integer(progress.duplicates), "rejected": .integer(progress.rejected),
            "omitted": .integer(progress.omitted),
        ]
    }
}
