import ArgumentParser
import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage

struct PeopleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "people",
        abstract: "Look up people: one record each, with where every value comes from.",
        discussion: """
            EXAMPLES:
              rapport people search "anna mül"
              rapport people list --stage customer
              rapport people show anna@example.com
              rapport people confirm anna@example.com company
              rapport people question anna@example.com --at call
              rapport people move anna@north.example --to "South Works"
              rapport people export anna@example.com --out exports/
              rapport people erase anna@example.com --yes
            """,
        subcommands: [
            PeopleSearchCommand.self, PeopleListCommand.self, PeopleShowCommand.self, PeopleConfirmCommand.self,
            PeopleSetCommand.self,
            PeopleQuestionCommand.self, PeopleAnswerCommand.self, PeopleMoveCommand.self, PeopleJoinCommand.self,
            PeopleLeaveCommand.self, PeopleRelateCommand.self, PeopleHouseholdCommand.self, PeopleExportCommand.self,
            PeopleCorrectCommand.self, PeopleRestrictCommand.self, PeopleReleaseCommand.self, PeopleObjectCommand.self,
            EraseCommand.self,
        ])
}

struct PeopleSearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find people by the beginnings of names, companies and identifiers.",
        discussion: """
            Every word must match. Case and accents do not count.

            EXAMPLES:
              rapport people search "zoe mul"
              rapport people search 0170123 --limit 5 --json
            """)

    @Argument(help: "What to look for.")
    var text: String

    @OptionGroup var most: PeopleLimit

    @Flag(help: "List people known by a device only, too.")
    var anonymous = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        let hits = try await common.withRapport { rapport in
            let search = PeopleSearch(book: rapport.identity, region: rapport.configuration.house.country)
            return try await rapport.database.read { [text, limit = most.limit, anonymous] db in
                try search.people(text, limit: limit, anonymous: anonymous, in: db)
            }
        }
        guard !hits.isEmpty else { throw Problem("person.not_found", "nobody matches \"\(text)\"") }
        output.table(["id", "name", "company", "email", "last_heard_of"], hits.map { $0.cells(output) })
        output.json(.array(hits.map(\.json)))
    }
}

struct PeopleListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List people, the newest record first: everybody, or those in a stage of the lifecycle.",
        discussion: """
            EXAMPLES:
              rapport people list
              rapport people list --stage customer --limit 100 --json
            """)

    @Option(help: "Only those in this stage: `rapport lifecycle` lists the stages.")
    var stage: String?

    @OptionGroup var most: PeopleLimit

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        let hits = try await common.withRapport { rapport in
            try await rapport.database.read { [stage, limit = most.limit] db in
                let people = try stage.map { try LifecycleQuestions.people(in: $0, limit: limit, in: db) }
                return try People.hits(people ?? People.latest(limit: limit, in: db), in: db)
            }
        }
        if hits.isEmpty { output.say(stage == nil ? "people.none_yet" : "people.none_in_stage", ["stage": stage ?? ""]) }
        output.table(["id", "name", "company", "email", "last_heard_of"], hits.map { $0.cells(output) })
        output.json(["people": .array(hits.map(\.json))])
    }
}

extension PersonHit {
    func cells(_ output: Output) -> [String] { [publicID, title, company ?? "", email ?? "", output.time(lastSeen)] }

    var json: JSONValue {
        .object([
            .init("id", .string(publicID)), .init("name", .string(title)),
            .init("company", company.map { JSONValue.string($0) } ?? .null),
            .init("email", email.map { JSONValue.string($0) } ?? .null),
            .init("last_seen", .string(lastSeen.rfc3339)),
        ])
    }
}

/// Reads a word that is one of a few.
func oneOf<Word: RawRepresentable & CaseIterable>(_ text: String, _ option: String) throws -> Word
where Word.RawValue == String {
    guard let word = Word(rawValue: text) else {
        throw ValidationError("\(option) is \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return word
}
