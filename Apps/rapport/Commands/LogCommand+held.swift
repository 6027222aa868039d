import ArgumentParser
import RapportCore
import RapportHost
import RapportStorage

extension LogCommand {
    struct HeldGroup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "held",
            abstract: "People whose events wait because handling one of them failed.",
            subcommands: [List.self, Retry.self])
    }
}

extension LogCommand.HeldGroup {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List who is held and why, and events that were refused for depth.",
            discussion: """
                EXAMPLES:
                  rapport log held list
                  rapport log held list --json
                """)

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            try await common.withRapport { rapport in
                let (held, refused) = try await rapport.database.read { db in
                    (try Held.all(in: db), try Refusal.latest(20, in: db))
                }
                if held.isEmpty { output.say("log.nobody_held") }
                output.table(
                    ["person", "event", "since", "waiting", "attempts", "reason"],
                    held.map {
                        [
                            $0.person == 0 ? "-" : String($0.person), $0.ref.description, output.time($0.since),
                            String($0.waiting),
                            String($0.attempts), $0.reason,
                        ]
                    })
                if !refused.isEmpty {
                    output.line()
                    output.table(
                        ["cause", "refused", "at", "reason"],
                        refused.map { [$0.cause.description, $0.kind, output.time($0.at), $0.reason] })
                }
                output.json([
                    "held": .array(held.map(\.json)),
                    "refused": .array(
                        refused.map {
                            [
                                "cause": .string($0.cause.description), "kind": .string($0.kind),
                                "person": .integer($0.person), "at": .string($0.at.rfc3339), "reason": .string($0.reason),
                            ]
                        }),
                ])
            }
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "retry",
            abstract: "Ask the worker to handle again what waits for a person, or for everybody.",
            discussion: """
                EXAMPLES:
                  rapport log held retry 4711
                  rapport log held retry --all
                """)

        @Argument(help: "The person, as the list shows it.")
        var person: String?

        @Flag(help: "Everybody who is held.")
        var all = false

        @OptionGroup var common: CommonOptions

        func validate() throws {
            guard all != (person != nil) else { throw ValidationError("Name a person, or give --all.") }
        }

        func run() async throws {
            let output = common.output
            try await common.withRapport { rapport in
                let region = rapport.configuration.house.country
                let count = try await rapport.database.write { [person] db in
                    guard let person else { return try Held.retry(in: db) }
                    return try Held.retry(person == "-" ? 0 : try PersonArgument.find(person, region: region, in: db), in: db)
                }
                guard count > 0 || all else { throw Problem("held.not_found", "nobody of that name is held") }
                if count == 0 { output.say("log.nobody_held") } else { output.say("log.retried", count: count) }
                output.json(["asked": .integer(Int64(count))])
            }
        }
    }
}

extension Held {
    fileprivate var json: JSONValue {
        [
            "person": .integer(person), "event": .string(ref.description), "since": .string(since.rfc3339),
            "waiting": .integer(Int64(waiting)), "attempts": .integer(Int64(attempts)), "reason": .string(reason),
            "asked": .bool(isAsked),
        ]
    }
}
