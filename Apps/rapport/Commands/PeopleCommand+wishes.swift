import ArgumentParser
import RapportCore
import RapportHost
import RapportStorage

struct PeopleCorrectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "correct",
        abstract: "Correct what is known of a person, at their wish.",
        discussion: """
            The correction holds against every source, also against what files say later, until the person confirms another value. \
            What sources said stays visible as provenance. An empty value says that there is none.

            EXAMPLES:
              rapport people correct cleo@example.org city=Leeds --because "call of 3 May"
              rapport people correct cleo@example.org first_name=Cléo company= --because "form 17"
            """)

    @Argument(help: "A person's id, or any identifier.") var person: String
    @Argument(help: ArgumentHelp("The fields.", valueName: "field=value")) var values: [String]
    @Option(help: "How the person asked: it stands in the receipt.") var because: String
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard values.allSatisfy({ $0.dropFirst().contains("=") }) else { throw ValidationError("write field=value") }
    }

    func run() async throws {
        let output = common.output
        try await common.withRapport { rapport in
            let id = try await rapport.person(named: person)
            let said = values.map { text in
                let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return (field: String(parts[0]), value: String(parts[1]))
            }
            let receipt = try await rapport.stepping {
                try await rapport.correct(id, said, actor: commandLineActor, because: because)
            }
            output.say("wish.correction", ["person": receipt.person, "fields": said.map(\.field).joined(separator: ", ")])
            output.say("receipts.signed", ["id": receipt.id])
            output.json(receipt.json)
        }
    }
}

/// What restriction, its lifting and objection have in common.
struct WishOptions: ParsableArguments {
    @Argument(help: "A person's id, or any identifier.") var person: String
    @Option(help: "How the person asked: it stands in the ledger and in the receipt.") var because: String
    @OptionGroup var common: CommonOptions

    func take(_ wish: PersonalWish, _ key: String) async throws {
        let output = common.output
        try await common.withRapport { rapport in
            let id = try await rapport.person(named: person)
            let receipt = try await rapport.stepping {
                try await rapport.take(wish, of: id, actor: commandLineActor, evidence: because)
            }
            output.say("wish.\(key)", ["person": receipt.person])
            output.say("receipts.signed", ["id": receipt.id])
            output.json(receipt.json)
        }
    }
}

struct PeopleRestrictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restrict",
        abstract: "Keep what is known of a person and use it for nothing, until it is released.",
        discussion: """
            Nothing is sent but what law demands, no segment has the person, and everything can still be exported. Only `rapport \
            people release` lifts it, no import does.

            EXAMPLES:
              rapport people restrict cleo@example.org --because "disputes the order of 3 May"
            """)

    @OptionGroup var options: WishOptions

    func run() async throws { try await options.take(.restrict, "restriction") }
}

struct PeopleReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Lift a restriction. Tell the person before.",
        discussion: """
            EXAMPLES:
              rapport people release cleo@example.org --because "settled, and told by letter of 9 May"
            """)

    @OptionGroup var options: WishOptions

    func run() async throws { try await options.take(.release, "release") }
}

struct PeopleObjectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "object",
        abstract: "Take down that a person objects to marketing, profiling for it included.",
        discussion: """
            It beats every permission and every legal basis at once, and only a later act of the person lifts it. Without topic or \
            channel, or with --profiling, nothing is learnt from the person any more: no segment for marketing has them, and what was \
            concluded of them is taken back.

            EXAMPLES:
              rapport people object cleo@example.org --because "call of 3 May"
              rapport people object cleo@example.org --profiling --because "call of 3 May"
              rapport people object cleo@example.org --topic news --channel email --because "reply of 3 May"
            """)

    @Option(help: "Only this topic; default: all.") var topic: String?
    @Option(help: "Only this kind of address; default: all.") var channel: String?
    @Flag(help: "To being profiled, and to no message.") var profiling = false
    @OptionGroup var options: WishOptions

    func validate() throws {
        if profiling, topic != nil || channel != nil {
            throw ValidationError("--profiling is of no topic or channel: take two objections down.")
        }
    }

    func run() async throws {
        let topic = profiling ? Unprofiled.topic : topic
        try await options.take(.object(topic: topic, channel: channel), profiling ? "objection_profiling" : "objection")
    }
}
