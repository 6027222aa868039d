import ArgumentParser
import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage

struct WhyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Say why a person did, or did not, hear from us.",
        discussion: """
            One true sentence for each decision, the latest first, then the detail: rule, permissions, what was passed over, and \
            the versions of policy and function. Not being written to is explained as well as being written to, for people who \
            were merged or erased too.

            EXAMPLES:
              rapport why ann@example.org
              rapport why 0190163d-8694-739b-aea5-966c26f8ad90
              rapport why +441632960961 --brief
              rapport why 0000001267d3801e8000000000000007 --json
            """)

    @Argument(help: "A person (public id, email address or any identifier), or a message by its id.")
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
