import ArgumentParser
import RapportCore
import RapportHost
import RapportStorage

struct UnlockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock",
        abstract: "Let a restored or copied database send from this machine.",
        discussion: """
            Until then its channels write to the outbox only, so that a copy never sends what the original sends.

            EXAMPLES:
              rapport unlock --machine "$(hostname)"
            """)

    @Option(help: "The name of this machine, to show that you know where you are.")
    var machine: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        let here = DatabaseLock.machine
        try await common.withDatabase { database in
            try await database.write { [machine] in try DatabaseLock.unlock($0, named: machine, machine: here) }
        }
        output.say("unlock.done", ["machine": here])
        output.json(["machine": .string(here)])
    }
}
