import ArgumentParser
import RapportCore
import RapportEngagement
import RapportHost
import RapportPluginKit
import RapportStorage

struct CampaignsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "campaigns", abstract: "Say one thing to everyone in a segment who may hear it.",
        subcommands: [
            List.self, Show.self, Draft.self, Forecast.self, Test.self, Approve.self, Send.self, Pause.self, Resume.self,
            Stop.self, Report.self,
        ])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the campaigns with their state and figures.",
            discussion: """
                EXAMPLES:
                  rapport campaigns list
                  rapport campaigns list --json
                """)

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            try await common.withDesk { desk in
                let reports = try await desk.reports()
                if reports.isEmpty { output.say("campaigns.none") }
                output.table(
                    ["campaign", "state", "segment", "decided", "sent", "in_doubt"],
                    reports.map {
                        [
                            $0.campaign.name, $0.campaign.state.rawValue, $0.campaign.plan.segment, "\($0.decided)", "\($0.sent)",
                            "\($0.inDoubt)",
                        ]
                    })
                output.json(["campaigns": .array(reports.map(\.json))])
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show one campaign: its plan, its figures with their reasons, and who did what when.",
            discussion: """
                EXAMPLES:
                  rapport campaigns show spring
                  rapport campaigns show spring --json
                """)

        @Argument(help: "The campaign.") var name: String
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            try await common.withDesk { desk in
                let report = try await desk.report(name)
                let (campaign, plan) = (report.campaign, report.campaign.plan)
                output.say(
                    "campaigns.about",
                    [
                        "campaign": campaign.name, "state": output.word(campaign.state), "template": plan.template,
                        "topic": plan.topic, "segment": plan.segment,
                    ])
                output.say(
                    "campaigns.figures",
                    [
                        "decided": "\(report.decided)", "sent": "\(report.sent)", "waiting": "\(report.waiting)",
                        "failed": "\(report.failed)", "doubt": "\(report.inDoubt)", "gate": "\(report.droppedAtGate)",
                    ])
                let reasons = report.reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                if !reasons.isEmpty { output.line() }
                output.table(
                    ["people", "verdict", "what"],
                    reasons.map { key, count in
                        let parts = key.split(separator: ":", maxSplits: 1).map(String.init)
                        return ["\(count)", parts[0], parts.count > 1 ? output.texts.reason(parts[1]) : ""]
                    })
                output.line()
                output.table(
                    ["when", "who", "did", "note"],
                    campaign.history.map { [output.time($0.at), $0.actor, $0.step.rawValue, $0.note] })
                output.json(report.json)
            }
        }
    }

    struct Draft: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "draft",
            abstract: "Write the plan of a campaign, or another one for a campaign not yet sent.",
            discussion: """
                EXAMPLES:
                  rapport campaigns draft spring --segment lapsed --template spring --topic offers --brand grocer --channel mail
                  rapport campaigns draft spring --segment lapsed --template spring --topic offers --brand grocer --channel mail \
                --grace 10m --waves 3 --wave-every 1h --hold-out 10% --seed ana@grocer.example
                """)

        @Argument(help: "Its name: letters, digits, - and _.") var name: String
        @Option(help: "To whom: a live segment.") var segment: String
        @Option(help: "What is said.") var template: String
        @Option(help: "What it is about; its class settles which guards apply.") var topic: String
        @Option(help: "Who says it.") var brand: String
        @Option(help: "Through which channel instance.") var channel: String
        @Option(help: "Over so many people, somebody else must approve.") var approveOver: Int64 = 1_000
        @Option(help: "How long after `send` the first message leaves: 10m. Default: at once.", transform: span) var grace: Span?
        @Option(help: "In how many equal parts it goes out.") var waves = 1
        @Option(help: "How far apart the waves are. Default: 1h.", transform: span) var waveEvery: Span?
        @Option(help: "How long after the start a message is still worth sending. Default: 7d.", transform: span) var expires:
            Span?
        @Option(
            help: "What share of those who would get it is kept back by chance, to measure by: 10%. Default: nobody.",
            transform: share) var holdOut: Int?
        @Option(help: "A colleague who gets a copy; may be repeated.") var seed: [String] = []
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let plan = CampaignPlan(
                segment: segment, template: template, topic: topic, brand: brand, channel: channel, approveOver: approveOver,
                grace: grace ?? .minutes(0), waves: waves, waveEvery: waveEvery ?? .hours(1), expires: expires ?? .days(7),
                seeds: seed, holdOut: holdOut ?? 0)
            try await common.step { try await $0.draft(name, plan, actor: commandLineActor) }
        }
    }

    struct Forecast: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "forecast",
            abstract: "Decide on everybody as if it were sent now, and write nothing.",
            discussion: """
                EXAMPLES:
                  rapport campaigns forecast spring
                  rapport campaigns forecast spring --samples 5 --json
                """)

        @Argument(help: "The campaign.") var name: String
        @Option(help: "How many people to name for each reason, 0 to 100.") var samples = 3
        @OptionGroup var common: CommonOptions

        func validate() throws {
            guard (0...100).contains(samples) else { throw ValidationError("--samples is from 0 to 100") }
        }

        func run() async throws {
            let output = common.output
            try await common.withDesk { desk in
                let forecast = try await desk.forecast(name, samples: samples) {
                    output.progress(output.text("of", ["done": "\($0)", "all": "\($1)"]))
                }
                output.endProgress()
                output.say("campaigns.forecast", ["people": "\(forecast.asked)", "sending": "\(forecast.sending)"])
                func words(_ reason: String?) -> String { reason.map { output.texts.reason($0) } ?? "" }
                output.table(
                    ["people", "verdict", "what"], forecast.lines.map { ["\($0.count)", $0.verdict, words($0.reason)] })
                let samples = forecast.lines.flatMap { line in
                    line.samples.map { [$0.id, "\($0.name): \(line.reason == nil ? line.verdict : words(line.reason))"] }
                }
                if !samples.isEmpty { output.line() }
                output.table(["for_example", ""], samples)
                output.json(forecast.json)
            }
        }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "test",
            abstract: "Send a copy to colleagues, as one person would see it.",
            discussion: """
                Without --as every personal word falls back. Copies leave no trace in figures or history.

                EXAMPLES:
                  rapport campaigns test spring --to ana@grocer.example
                  rapport campaigns test spring --to ana@grocer.example --as cleo@example.org
                """)

        @Argument(help: "The campaign.") var name: String
        @Option(help: "A colleague's address; may be repeated.") var to: [String] = []
        @Option(name: .customLong("as"), help: "A person's id, or any identifier.") var person: String?
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            try await common.withRapport { rapport in
                let outreach = try await rapport.outreach(rapport.makeChannels())
                let seen = try await person.mapAsync { text in try await rapport.person(named: text) }
                let results = try await outreach.desk.test(name, to: to, as: seen, by: outreach.proofs)
                for (address, result) in results { output.line("\(address): \(output.sentence(result))") }
                output.json([
                    "sent": .array(
                        results.map { address, result in
                            [
                                "address": .string(address), "outcome": .string(result.word),
                                "reason": result.reason.map { .string($0) } ?? .null,
                            ]
                        })
                ])
            }
        }
    }
}

extension CommonOptions {
    func withDesk<Result>(_ body: (CampaignDesk) async throws -> Result) async throws -> Result {
        try await withRapport { rapport in try await body(rapport.campaignDesk()) }
    }
}

extension Output {
    /// A state as pages call it.
    func word(_ state: Campaign.State) -> String { texts("page.campaign_state.\(state.rawValue)") }
}

extension SendResult {
    /// What became of it, in a word for machines.
    fileprivate var word: String {
        switch self {
        case .sent: "sent"
        case .deferred: "deferred"
        case .bounced(let bounce, _): "bounced_\(bounce.rawValue)"
        case .refused: "refused"
        case .inDoubt: "in_doubt"
        }
    }

    fileprivate var reason: String? {
        switch self {
        case .sent: nil
        case .deferred(_, let reason), .bounced(_, let reason), .refused(let reason), .inDoubt(let reason): reason
        }
    }
}

extension Output {
    fileprivate func sentence(_ result: SendResult) -> String {
        text("campaigns.tested.\(result.word)", ["reason": result.reason ?? ""])
    }
}

/// Reads `10m`, `7d`.
private func span(_ text: String) throws -> Span {
    guard let span = Span(text) else { throw ValidationError("\"\(text)\" is no length of time such as 90s, 10m, 12h or 7d") }
    return span
}

/// Reads `10%`, `2.5 %`, `0.1`.
private func share(_ text: String) throws -> Int {
    guard let share = HoldOut.share(text) else { throw ValidationError("\"\(text)\" is no share such as 10% or 0.1") }
    return share
}

extension Optional {
    fileprivate func mapAsync<Other>(_ body: (Wrapped) async throws -> Other) async rethrows -> Other? {
        guard let self else { return nil }
        return try await body(self)
    }
}
