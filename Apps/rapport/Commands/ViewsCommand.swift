import ArgumentParser
import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage

struct ViewsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "views", abstract: "Read-only SQL views with names that stay, for those who bring their own tools.",
        discussion: """
            The same on SQLite and PostgreSQL: readable times and money, nobody who was erased, no secrets. What they hold: \
            docs/reference/views.md. On PostgreSQL, grant SELECT on them to a role of its own.
            """,
        subcommands: [Apply.self, List.self, Drop.self, Reference.self])

    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "apply",
            abstract: "Make the views, or make them anew after fields were declared.",
            discussion: """
                EXAMPLES:
                  rapport views apply
                  sqlite3 -readonly -csv rapport.db 'SELECT * FROM v_orders' > orders.csv
                  psql "$URL" -c "SELECT kind, count(*) FROM v_events GROUP BY kind"
                """)

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            try await common.withRapport { rapport in
                let views = try await rapport.database.write { try ViewStore.apply(in: $0) }
                output.say("views.applied", count: views.count, ["names": views.map(\.name).joined(separator: ", ")])
                output.json(["views": .array(views.map { .string($0.name) })])
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the views: what a row is, and whether they are there.",
            discussion: """
                EXAMPLES:
                  rapport views list
                """)

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            try await common.withRapport { rapport in
                let all = try await rapport.database.read { try ViewStore.status(in: $0) }
                output.table(
                    ["view", "state", "row"],
                    all.map { [$0.view.name, output.text("views.\($0.state.rawValue)"), $0.view.row] })
                output.json([
                    "views": .array(
                        all.map { status in
                            [
                                "name": .string(status.view.name), "state": .string(status.state.rawValue),
                                "row": .string(status.view.row),
                                "columns": .array(status.view.columns.map { .string($0.name) }),
                            ]
                        })
                ])
            }
        }
    }

    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "drop",
            abstract: "Take the views away; no record is touched.",
            discussion: """
                EXAMPLES:
                  rapport views drop
                """)

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            try await common.withRapport { rapport in
                let names = try await rapport.database.write { try ViewStore.drop(in: $0) }
                output.say("views.dropped", count: names.count)
                output.json(["dropped": .array(names.map { .string($0) })])
            }
        }
    }

    struct Reference: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reference",
            abstract: "Print the reference page of the views.",
            discussion: """
                EXAMPLES:
                  rapport views reference > docs/reference/views.md
                """)

        @Flag(help: "Answer with one JSON value.")
        var json = false

        func run() throws {
            let text = ViewReference.markdown
            let output = Output(json: json, noColor: true)
            output.line(String(text.dropLast()))
            output.json(["markdown": .string(text)])
        }
    }
}
