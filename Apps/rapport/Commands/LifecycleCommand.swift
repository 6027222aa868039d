import ArgumentParser
import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage

struct LifecycleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lifecycle",
        abstract: "Where relationships stand: stages by rule, with every change dated.",
        discussion: """
            Stages are defined under lifecycle: in YAML (config/lifecycle.yaml is a sample) and applied with `rapport apply`.

            EXAMPLES:
              rapport lifecycle
              rapport lifecycle count --json
              rapport lifecycle explain ann@example.org
              rapport lifecycle history ann@example.org
            """,
        subcommands: [Show.self, Count.self, Explain.self, History.self], defaultSubcommand: Show.self)

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "List the stages with their rules and how many people are in each.",
            discussion: """
                EXAMPLES:
                  rapport lifecycle show
                  rapport lifecycle show --json
                """)

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            let (stages, none, isFilling) = try await common.stages()
            if stages.isEmpty { output.say("lifecycle.none_yet") }
            output.table(
                ["stage", "people", "priority", "when"],
                stages.map { [$0.stage.name, "\($0.people)", "\($0.stage.priority)", rule(of: $0.stage, output)] })
            if none > 0 { output.say("lifecycle.in_none", count: none) }
            if isFilling { output.say("lifecycle.filling") }
            output.json([
                "stages": .array(stages.map(\.json)), "none": .integer(none), "filling": .bool(isFilling),
            ])
        }

        private func rule(of stage: LifecycleStage, _ output: Output) -> String {
            var parts = [stage.expression ?? output.text("lifecycle.everybody")]
            if !stage.from.isEmpty { parts.append(output.text("lifecycle.from", ["stages": stage.from.joined(separator: ", ")])) }
            if let lasts = stage.lasts { parts.append(output.text("lifecycle.lasts", ["span": lasts.text])) }
            return parts.joined(separator: "; ")
        }
    }

    struct Count: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "count",
            abstract: "Say how many people are in each stage.",
            discussion: """
                EXAMPLES:
                  rapport lifecycle count
                  rapport lifecycle count --json
                """)

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            let (stages, none, _) = try await common.stages()
            if stages.isEmpty { output.say("lifecycle.none_yet") }
            output.table(["stage", "people"], stages.map { [$0.stage.name, "\($0.people)"] })
            output.json(.object(stages.map { .init($0.stage.name, .integer($0.people)) } + [.init("none", .integer(none))]))
        }
    }

    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "explain",
            abstract: "Say why a person is in a stage: each rule, in the order in which they win.",
            discussion: """
                EXAMPLES:
                  rapport lifecycle explain ann@example.org
                  rapport lifecycle explain ann@example.org --json
                """)

        @Argument(help: "A person's id, or any identifier.") var person: String
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            try await common.withRapport { rapport in
                let questions = rapport.lifecycleQuestions
                let explained = try await rapport.database.read { [person] db in
                    try questions.explain(try rapport.person(person, in: db), at: try db.now(), in: db)
                }
                if explained.isEmpty { output.say("lifecycle.none_yet") }
                for one in explained {
                    let holds = one.isOpen && (one.explanation?.holds ?? true)
                    let verdict = one.isCurrent ? "is" : holds ? "holds" : one.isOpen ? "not" : "closed"
                    let stages = one.stage.from.joined(separator: ", ")
                    output.line(
                        output.styled(
                            output.text("lifecycle.verdict.\(verdict)", ["stage": one.stage.name, "stages": stages]), .bold))
                    if let explanation = one.explanation { output.show(explanation, 1) }
                }
                output.json([
                    "stages": .array(
                        explained.map { one in
                            [
                                "stage": .string(one.stage.name), "current": .bool(one.isCurrent), "open": .bool(one.isOpen),
                                "explanation": one.explanation?.json ?? .null,
                            ]
                        })
                ])
            }
        }
    }

    struct History: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "history",
            abstract: "List every change of a person's stage, with its date and cause.",
            discussion: """
                EXAMPLES:
                  rapport lifecycle history ann@example.org
                  rapport lifecycle history ann@example.org --json
                """)

        @Argument(help: "A person's id, or any identifier.") var person: String
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            let changes = try await common.withRapport { rapport in
                try await rapport.database.read { [person] db in
                    try LifecycleQuestions.history(of: try rapport.person(person, in: db), in: db)
                }
            }
            if changes.isEmpty { output.say("lifecycle.no_history") }
            output.table(
                ["when", "from", "stage", "cause"],
                changes.map { change in
                    [
                        output.time(change.at), change.from ?? "", change.to ?? output.text("lifecycle.no_stage"),
                        output.text("lifecycle.cause.\(change.cause.word)"),
                    ]
                })
            output.json(["changes": .array(changes.map(\.json))])
        }
    }
}

extension CommonOptions {
    fileprivate func stages() async throws -> (stages: [LifecycleQuestions.Stage], none: Int64, isFilling: Bool) {
        try await withRapport { rapport in
            try await rapport.database.read { db in
                let (stages, none) = try LifecycleQuestions.stages(in: db)
                return (stages, none, try LifecycleQuestions.isFilling(in: db))
            }
        }
    }
}

extension Rapport {
    var lifecycleQuestions: LifecycleQuestions {
        LifecycleQuestions(house: houseCalendar, permits: FoldedPermits(catalog: catalog))
    }

    /// The person whom a text names.
    func person(_ reference: String, in db: Connection) throws -> PersonID {
        guard let person = try People.find(reference, region: configuration.house.country, by: identity, in: db) else {
            throw Problem("person.not_found", "nobody is known as \"\(reference)\"")
        }
        return person
    }
}

extension LifecycleQuestions.Stage {
    var json: JSONValue {
        [
            "stage": .string(stage.name), "order": .integer(stage.order), "priority": .integer(stage.priority),
            "when": stage.expression.map { .string($0) } ?? .null, "from": .array(stage.from.map { .string($0) }),
            "lasts": stage.lasts.map { .string($0.text) } ?? .null, "version": .integer(version), "people": .integer(people),
        ]
    }
}

extension LifecycleQuestions.Change {
    var json: JSONValue {
        [
            "at": .string(at.rfc3339), "from": from.map { .string($0) } ?? .null, "to": to.map { .string($0) } ?? .null,
            "cause": .string(cause.word),
        ]
    }
}
