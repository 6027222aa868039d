import ArgumentParser
import RapportCore
import RapportHost
import RapportStorage

struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "The log of everything that happened: read it, check it, free who is held.",
        subcommands: [Show.self, Verify.self, HeldGroup.self])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show the last events of all, of one person, or one event.",
            discussion: """
                EXAMPLES:
                  rapport log show
                  rapport log show ann@example.org --last 50
                  rapport log show 12-345 --json
                """)

        @Argument(help: ArgumentHelp("A person by id or any identifier, or an event such as 12-345.", valueName: "person"))
        var subject: String?

        @Option(help: "How many events.")
        var last = 20

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            try await common.withRapport { rapport in
                let region = rapport.configuration.house.country
                let lines = try await rapport.database.read { [subject, last] db in
                    guard let subject else { return try LogReader.latest(last, in: db) }
                    if let ref = EventRef(subject) { return try LogReader.event(ref, in: db).map { [$0] } ?? [] }
                    return try LogReader.latest(last, of: try PersonArgument.find(subject, region: region, in: db), in: db)
                }
                guard !lines.isEmpty else { throw Problem("log.not_found", "there is no such event") }
                output.table(
                    ["event", "occurred", "kind", "source", "person", "", "properties"],
                    lines.map { line in
                        [
                            line.event.ref.description, line.event.occurredAt.rfc3339, line.kind, line.source,
                            line.event.person == 0 ? "-" : String(line.event.person), line.event.history ? "history" : "news",
                            line.event.properties,
                        ]
                    })
                output.json(.array(lines.map(\.json)))
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Compute folded state anew from the log and compare it with what is kept.",
            discussion: """
                Changes nothing, wakes nobody, and may run beside the worker. Exits with 1 if anything differs.

                EXAMPLES:
                  rapport log verify
                  rapport log verify --person 01993f5e-7c1a-7d3b-8f0e-2b1c9d4e5f60
                """)

        @Option(help: "Only this person, by id or any identifier.")
        var person: String?

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            let report = try await common.withRapport { rapport in
                let only: PersonID?
                if let person {
                    let region = rapport.configuration.house.country
                    only = try await rapport.database.read { db in try PersonArgument.find(person, region: region, in: db) }
                } else {
                    only = nil
                }
                let report = try await rapport.logVerifier().verify(person: only) {
                    output.progress(output.texts("cli.people", count: Int64($0)))
                }
                output.endProgress()
                return report
            }
            for difference in report.differences {
                output.say("log.differs", ["person": "\(difference.person)", "fold": difference.fold])
                output.say("log.kept", ["value": difference.kept.split(separator: "\n").joined(separator: " | ")])
                output.say("log.refolded", ["value": difference.refolded.split(separator: "\n").joined(separator: " | ")])
            }
            output.say("log.verified", count: report.people, ["differ": "\(report.peopleThatDiffer.count)"])
            output.json([
                "people": .integer(Int64(report.people)), "differ": .integer(Int64(report.peopleThatDiffer.count)),
                "differences": .array(
                    report.differences.map {
                        [
                            "person": .integer($0.person), "fold": .string($0.fold), "kept": .string($0.kept),
                            "refolded": .string($0.refolded),
                        ]
                    }),
            ])
            if !report.peopleThatDiffer.isEmpty { throw ExitCode(ExitStatus.problem) }
        }
    }
}

/// Finds a person by what a command line says: the number that lists of the log show, or what `Rapport.person(named:)` takes.
enum PersonArgument {
    static func find(_ text: String, region: String?, in db: Connection) throws -> PersonID {
        if let number = Int64(text), let found = try db.integer("SELECT id FROM people WHERE id = \(number)") {
            // A person who was merged is the one that the events went to.
            return try People.current([found], in: db)[found]?.person ?? found
        }
        guard let found = try People.find(text, region: region, in: db) else {
            throw Problem("person.not_found", "nobody is known as \"\(text)\"")
        }
        return found
    }
}

extension LogReader.Line {
    fileprivate var json: JSONValue {
        [
            "event": .string(event.ref.description), "kind": .string(kind), "source": .string(source),
            "person": event.person == 0 ? .null : .integer(event.person), "occurred_at": .string(event.occurredAt.rfc3339),
            "received_at": .string(event.receivedAt.rfc3339), "history": .bool(event.history),
            "depth": .integer(Int64(event.depth)), "cause": event.cause.map { .string($0.description) } ?? .null,
            "properties": (try? JSONValue(parsing: event.properties)) ?? .string(event.properties),
        ]
    }
}
