import ArgumentParser
import RapportCore

/// The pure function with the bytes of its receipt, on one core.
struct PureDecisions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pure-decisions", abstract: "Decisions with receipt bytes, in memory, on one thread.")

    @Option(help: "How many.") var count = 300_000

    private static let day: Int64 = 86_400_000
    /// 2026-01-14, ten in the morning.
    private static let wall = Timestamp(milliseconds: 1_768_384_800_000)
    private static let email: ChannelID = 3

    func run() throws {
        let inputs = (0..<1_000).map(Self.input)
        var sends = 0
        var bytes = 0
        let start = ContinuousClock.now
        for number in 0..<count {
            let input = inputs[number % inputs.count]
            let decision = Decider.decide(input)
            let receipt = Receipt(input, decision)
            bytes += receipt.values.count
            if case .send = decision.verdict { sends += 1 }
        }
        let microseconds = max(1, Int((ContinuousClock.now - start) / .microseconds(1)))
        print(
            JSONValue.object([
                .init("per_second", .integer(Int64(count * 1_000_000 / microseconds))),
                .init("decisions", .integer(Int64(count))),
                .init("sends", .integer(Int64(sends))), .init("receipt_bytes", .integer(Int64(bytes / max(1, count)))),
            ]).text)
    }

    /// A shop's usual people: most may be written to; some are at a cap, in quiet hours, unproven, objecting or complaining.
    private static func input(_ number: Int) -> DecisionInput {
        var state = SplitMix64(seed: UInt64(number))
        func dice(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &state) }
        var person = PersonState(country: Country(["GB", "DE", "FR", "US"][dice(4)]) ?? .unknown)
        person.zone = dice(10) == 0 ? ZoneWindow(zone: 1, offset: -8 * 3_600) : .utc
        person.permissions = [
            PermissionEntry(
                id: Int64(number) << 8 | 5, scope: PermissionScope(brand: 1, topic: 0, channel: email), basis: .consent,
                status: dice(20) == 0 ? .pending : .confirmed, isProven: dice(30) != 0, isImported: dice(2) == 0,
                at: ago(Int64(30 + dice(700)) * day))
        ]
        if dice(12) == 0 { person.objections = [OptOutEntry(id: 9, scope: .init(brand: 1, topic: 0, channel: 0), at: ago(day))] }
        if dice(25) == 0 { person.standings = [.init(fact: 40, since: ago(2 * day))] }
        person.contacts = (0..<dice(4)).map { _ in
            .init(
                act: Int64(dice(50)), channel: email, topic: 2, topicClass: .marketing, at: ago(Int64(dice(20)) * day + 3_600_000)
            )
        }
        person.tokens = [.init(token: 11, quality: dice(15) == 0 ? .odd : .good, confidence: 100)]
        let proposal = Proposal(
            act: 77, brand: 1, topic: 2, topicClass: .marketing, offers: [.init(channel: email, hasAddress: dice(40) != 0)],
            expiresAt: wall + .days(7))
        return DecisionInput(proposal: proposal, person: person, policy: policy, wall: wall)
    }

    private static func ago(_ milliseconds: Int64) -> Timestamp { wall - Span(milliseconds: milliseconds) }

    private static let policy = DecisionPolicy(
        version: 4,
        rules: ["", "GB", "DE", "FR"].map { country in
            PermissionRule(
                name: country, countries: [Country(country)].compactMap { $0 }, topicClass: .marketing,
                sufficient: [.init(.consent)])
        },
        quietHours: [.init(hours: DailyHours(from: 21 * 60, until: 8 * 60))], silentDays: [.init(month: 12, day: 25)],
        caps: [
            .init(scope: .channel, limit: 4, window: .days(7)), .init(scope: .topic, limit: 2, window: .days(7)),
            .init(scope: .all, limit: 5, window: .days(7)),
        ], standings: [.init(fact: 40)])
}
