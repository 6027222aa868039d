import ArgumentParser
import RapportCore
import RapportEngagement
import RapportHost

extension CampaignsCommand {
    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "approve",
            abstract: "Approve a plan as it stands.",
            discussion: """
                Over --approve-over people, and for a notice always, this must be somebody other than who drafted it.

                EXAMPLES:
                  rapport campaigns approve spring --note "checked the prices"
                """)

        @OptionGroup var campaign: NotedCampaign

        func run() async throws { try await campaign.step { try await $0.approve($1, actor: commandLineActor, note: $2) } }
    }

    struct Send: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "send",
            abstract: "Let an approved campaign go, after its grace.",
            discussion: """
                EXAMPLES:
                  rapport campaigns send spring
                  rapport campaigns send spring --at 2026-12-01T09:00:00Z
                """)

        @Argument(help: "The campaign.") var name: String
        @Option(help: "Not before this moment (RFC 3339).") var at: String?
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let moment = try at.map { text in
                guard let moment = Timestamp(rfc3339: text) else {
                    throw ValidationError("--at: \"\(text)\" is not a moment such as 2026-12-01T09:00:00Z")
                }
                return moment
            }
            try await common.step { try await $0.send(name, at: moment, actor: commandLineActor) }
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "pause",
            abstract: "Hold a campaign where it is, within a second or two.",
            discussion: """
                EXAMPLES:
                  rapport campaigns pause spring --note "wrong price"
                """)

        @OptionGroup var campaign: NotedCampaign

        func run() async throws { try await campaign.step { try await $0.pause($1, actor: commandLineActor, note: $2) } }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "resume",
            abstract: "Go on where it was paused. Nobody gets it twice.",
            discussion: """
                EXAMPLES:
                  rapport campaigns resume spring
                """)

        @Argument(help: "The campaign.") var name: String
        @OptionGroup var common: CommonOptions

        func run() async throws { try await common.step { try await $0.resume(name, actor: commandLineActor) } }
    }

    struct Stop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "stop",
            abstract: "End a campaign for good; what waits is dropped.",
            discussion: """
                EXAMPLES:
                  rapport campaigns stop spring --note "the offer is over"
                """)

        @OptionGroup var campaign: NotedCampaign

        func run() async throws { try await campaign.step { try await $0.stop($1, actor: commandLineActor, note: $2) } }
    }
}

extension CommonOptions {
    /// One step of a campaign, and the state it leads to.
    func step(_ body: (CampaignDesk) async throws -> Campaign) async throws {
        let output = output
        try await withRapport { rapport in
            let campaign = try await body(rapport.campaignDesk())
            let values = ["campaign": campaign.name, "state": output.word(campaign.state)]
            if campaign.size > 0 {
                output.say("campaigns.state_for", count: campaign.size, values)
            } else {
                output.say("campaigns.state", values)
            }
            let goesOut = campaign.state == .scheduled || campaign.state == .sending
            if goesOut, try await rapport.isAlone() { output.say("campaigns.no_worker") }
            output.json([
                "name": .string(campaign.name), "state": .string(campaign.state.rawValue), "size": .integer(campaign.size),
            ])
        }
    }
}

/// A campaign, and what somebody wants remembered of what is done with it now.
struct NotedCampaign: ParsableArguments {
    @Argument(help: "The campaign.") var name: String
    @Option(help: "What to remember of it.") var note = ""
    @OptionGroup var common: CommonOptions

    /// - Parameter body: given the desk, the campaign's name and the note.
    func step(_ body: (CampaignDesk, String, String) async throws -> Campaign) async throws {
        try await common.step { try await body($0, name, note) }
    }
}
