import ArgumentParser
import RapportCore
import RapportHost
import RapportIntegration
import RapportPluginKit
import RapportStorage

struct PeopleEraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Forget who somebody was, for good.",
        discussion: """
            Identifiers, fields with all that sources said, and search words go; the log keeps its order and names a number that \
            leads nowhere. The journal remembers the erasure, so that a restored backup forgets again. Plugins that take on the duty \
            tell the systems behind them at once, and until they know; said again of the person's id, it shows how far that is.

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
            let publicID = try await rapport.database.read { db in try People.publicIDs(of: [id], in: db)[id] ?? "" }
            let isDone = try await rapport.eraser.erase(id, actor: commandLineActor, at: rapport.clock.now)
            let told = try await rapport.settleDuties(of: publicID).filter { $0.duty == .erase }
            output.say(isDone ? "erase.done" : "erase.nothing", ["person": publicID])
            for record in told {
                let key =
                    switch record.state {
                    case .done: "erase.told"
                    case .nothingThere: "erase.unknown"
                    case .waiting: "erase.waiting"
                    }
                output.say(key, ["instance": record.instance, "reason": record.reason])
            }
            output.json([
                "erased": .bool(isDone), "person": .string(publicID), "systems": .array(told.map(\.json)),
            ])
        }
    }
}
