import ArgumentParser
import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage

struct WhyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Say why a person did, or did not, hear from us, or what became of a campaign.",
        discussion: """
            One true sentence for each decision, the latest first, then the detail: rule, permissions, what was passed over, and \
            the versions of policy and function. Not being written to is explained as well as being written to, for people who \
            were merged, taken apart again or erased too. Of a campaign it says in what state it is and by whom, how many got it, \
            and how many did not for which reason.

            EXAMPLES:
              rapport why ann@example.org
              rapport why 0190163d-8694-739b-aea5-966c26f8ad90
              rapport why +441632960961 --brief
              rapport why spring
              rapport why 0000001267d3801e8000000000000007 --json
            """)

    @Argument(help: "A person (public id, email address or any identifier), a campaign by its name, or a message by its id.")
    var subject: String

    @Option(name: .long, help: "At most so many decisions.")
    var limit = 10

    @Flag(name: .long, help: "The sentences alone.")
    var brief = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        try await common.withRapport { rapport in
            let explainer = rapport.explainer
            let found = try await rapport.database.read { [subject, limit] db in
                try explainer.explain(subject: subject, limit: limit, in: db)
            }
            for explanation in found {
                output.line(output.styled(explanation.sentence, .bold))
                if !brief { for detail in explanation.details { output.line("  \(detail)") } }
            }
            output.json(["subject": .string(subject), "decisions": .array(found.map(\.json))])
        }
    }
}
