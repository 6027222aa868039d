import ArgumentParser
import RapportCore
import RapportHost
import RapportStorage

struct PeopleEraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Forget who somebody was, for good.",
        discussion: """
            Identifiers, fields with all that sources said, and search words go; the log keeps its order and names a number that \
            leads nowhere. The journal remembers the erasure, so that a restored backup forgets again.

            EXAMPLES:
              rapport people erase cleo@example.org --yes
            """)

    @Argument(help: "A person's id, or any identifier.") var person: String
    @Flag(help: "Do it: there is no way back.") var yes = false
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard yes else { throw ValidationError("this cannot be taken back: say --yes") }
    }

    func run() async throws {
        let output = common.output
        try await common.withRapport { rapport in
            guard let id = try await rapport.database.read({ [person] db in try People.find(person, in: db) }) else {
                throw Problem("person.not_found", "nobody is known as \"\(person)\"")
            }
            let isDone = try await rapport.eraser.erase(id, actor: commandLineActor, at: rapport.clock.now)
            output.line(isDone ? "Erased." : "There was nothing left to erase.")
            output.json(["erased": .bool(isDone)])
        }
    }
}
