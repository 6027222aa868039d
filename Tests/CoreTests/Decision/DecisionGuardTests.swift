import RapportCore
import Testing

/// Ann may be written to: each case takes one thing away, or gives it back, right at the boundary of one guard.
private let ann: DecisionInput = {
    let wall = Timestamp(milliseconds: 1_777_809_600_000)  // 2026-05-03T12:00:00Z, a Sunday
    let policy = DecisionPolicy(
        version: 1,
        rules: [
            PermissionRule(
                name: "any", topicClass: .marketing,
                sufficient: [.init(.consent), .init(.existingCustomer, needsConfirmation: true, lasts: .days(30))]),
            PermissionRule(name: "served", topicClass: .service, sufficient: [], needsNothing: true),
        ],
        quietHours: [.init(hours: DailyHours(from: 21 * 60, until: 8 * 60))], silentDays: [.init(month: 12, day: 25)],
        caps: [
            .init(scope: .channel, id: 1, limit: 2, window: .days(7)), .init(scope: .topic, limit: 3, window: .days(7)),
            .init(scope: .all, limit: 4, window: .days(7)),
        ], standings: [.init(fact: 5), .init(fact: 6, reason: .standing)])
    let person = PersonState(
        permissions: [
            PermissionEntry(
                id: 11, scope: .init(brand: 1, topic: 2, channel: 1), basis: .consent, status: .granted, at: wall - .days(90))
        ])
    let proposal = Proposal(
        act: 9, brand: 1, topic: 2, topicClass: .marketing, offers: [.init(channel: 1, hasAddress: true)],
        expiresAt: wall + .days(20))
    return DecisionInput(proposal: proposal, person: person, policy: policy, wall: wall)
}()

struct GuardCase: Sendable, CustomTestStringConvertible {
    let name: String
    /// `send`, `drop CODE` or `wait CODE SECONDS`.
    let expected: String
    let change: @Sendable (inout DecisionInput) -> Void

    init(_ name: String, _ expected: String, _ change: @escaping @Sendable (inout DecisionInput) -> Void) {
        self.name = name
        self.expected = expected
        self.change = change
    }

    var testDescription: String { name }
}

@Suite("The guards of the decision")
struct DecisionGuardTests {
    @Test("each guard speaks at its boundary and is silent beside it", arguments: cases)
    func boundary(_ one: GuardCase) {
        var input = ann
        one.change(&input)
        let decision = Decider.decide(input)
        let said =
            switch decision.verdict {
            case .send: "send"
            case .drop(let reason): "drop \(reason.code)"
            case .wait(let until, let reason, _): "wait \(reason.code) \((until - input.wall).milliseconds / 1_000)"
            }
        #expect(said == one.expected)
    }

    @Test("every reason is the outcome of some case")
    func completeness() {
        let reasons = Set(Self.cases.map(\.expected).filter { $0 != "send" }.map { String($0.split(separator: " ")[1]) })
        #expect(reasons == Set(Reason.allCases.map(\.code)))
    }

    @Test("the second channel is taken when the first is refused, and not when the first only has to wait")
    func switching() {
        var input = ann
        input.person.permissions.append(
            PermissionEntry(id: 12, scope: .init(brand: 1), basis: .consent, status: .granted, at: input.wall - .days(80)))
        input.proposal.offers = [.init(channel: 3, hasAddress: false), .init(channel: 2, hasAddress: true)]
        let switched = Decider.decide(input)
        #expect(switched.verdict == .send(2, at: input.wall))
        #expect(switched.refusals == [.init(channel: 3, reason: .noAddress)])
        #expect(switched.permission == 12)

        input.proposal.offers = [.init(channel: 1, hasAddress: true), .init(channel: 2, hasAddress: true)]
        input.person.contacts = contacts(2, channel: 1, topic: 8)
        #expect(Decider.decide(input).verdict == .wait(until: input.wall + .days(5), .capChannel, 1))

        input.person.preferences.channels = [7, 2]
        #expect(Decider.decide(input).verdict == .send(2, at: input.wall))
    }

    @Test("quiet hours keep to wall clocks where an hour is skipped and where it comes twice")
    func clockChanges() throws {
        let tables = ZoneTables()
        func freed(_ from: String, _ hours: DailyHours) throws -> String {
            var input = ann
            input.wall = try #require(Timestamp(rfc3339: from))
            input.proposal.expiresAt = input.wall + .days(20)
            input.policy.quietHours = [.init(hours: hours)]
            input.person.zone = try #require(
                tables.window("Europe/Berlin", number: 1, from: input.wall, until: input.wall + .days(15)))
            guard case .wait(let until, .quietHours, _) = Decider.decide(input).verdict else { return "send" }
            return until.rfc3339
        }
        let night = DailyHours(from: 1 * 60, until: 2 * 60 + 30)
        // 02:30 does not exist on 29 March 2026: the jump to 03:00 ends the window.
        #expect(try freed("2026-03-29T00:10:00Z", night) == Timestamp(rfc3339: "2026-03-29T01:00:00Z")?.rfc3339)
        // 02:30 comes twice on 25 October 2026: outside from the first, inside again when the clock goes back.
        #expect(try freed("2026-10-24T23:30:00Z", night) == Timestamp(rfc3339: "2026-10-25T00:30:00Z")?.rfc3339)
        #expect(try freed("2026-10-25T00:59:59.999Z", night) == "send")
        #expect(try freed("2026-10-25T01:00:00Z", night) == Timestamp(rfc3339: "2026-10-25T01:30:00Z")?.rfc3339)
    }

    static let cases: [GuardCase] = [
        GuardCase("Ann as she is", "send") { _ in },
        GuardCase("erased", "drop erased") { $0.person.isErased = true },
        GuardCase("expired at the very moment", "drop expired") { $0.proposal.expiresAt = $0.wall },
        GuardCase("expiring a millisecond later", "send") { $0.proposal.expiresAt = $0.wall + Span(milliseconds: 1) },
        GuardCase("expired before its own start", "drop expired") { $0.proposal.notBefore = $0.proposal.expiresAt },
        GuardCase("restricted", "drop restricted") { $0.person.restrictedSince = $0.wall },
        GuardCase("restricted, service", "drop restricted") {
            $0.person.restrictedSince = $0.wall
            $0.proposal.topicClass = .service
        },
        GuardCase("restricted, security", "send") {
            $0.person.restrictedSince = $0.wall
            $0.proposal.topicClass = .security
        },
        GuardCase("no address", "drop no_address") { $0.proposal.offers = [.init(channel: 1, hasAddress: false)] },
        GuardCase("no offers", "drop no_address") { $0.proposal.offers = [] },
        GuardCase("a notice without address", "drop no_address") {
            $0.proposal.topicClass = .notice
            $0.proposal.offers = [.init(channel: 1, hasAddress: false)]
        },
        GuardCase("a bounce", "drop suppressed.bounce") { suppress(&$0, .bounce) },
        GuardCase("a bounce, security", "drop suppressed.bounce") {
            suppress(&$0, .bounce)
            $0.proposal.topicClass = .security
        },
        GuardCase("a bounce, notice", "send") {
            suppress(&$0, .bounce)
            $0.proposal.topicClass = .notice
        },
        GuardCase("a manual suppression", "drop suppressed.manual") { suppress(&$0, .manual) },
        GuardCase("a manual suppression, security", "drop suppressed.manual") {
            suppress(&$0, .manual)
            $0.proposal.topicClass = .security
        },
        GuardCase("a complaint of spam", "drop suppressed.complaint") { suppress(&$0, .complaint) },
        GuardCase("a complaint of spam, service", "send") {
            suppress(&$0, .complaint)
            $0.proposal.topicClass = .service
        },
        GuardCase("an objection to everything", "drop objection") { $0.person.objections = [optOut(.everything)] },
        GuardCase("an objection to another topic", "send") { $0.person.objections = [optOut(.init(topic: 3))] },
        GuardCase("an objection, service", "send") {
            $0.person.objections = [optOut(.everything)]
            $0.proposal.topicClass = .service
        },
        GuardCase("no permission", "drop permission.none") { $0.person.permissions = [] },
        GuardCase("a permission for another brand", "drop permission.none") { $0.person.permissions[0].scope.brand = 2 },
        GuardCase("a permission for every brand", "drop permission.none") { $0.person.permissions[0].scope.brand = 0 },
        GuardCase("a permission for another topic", "drop permission.none") { $0.person.permissions[0].scope.topic = 3 },
        GuardCase("a permission for another channel", "drop permission.none") { $0.person.permissions[0].scope.channel = 2 },
        GuardCase("a permission for all topics and channels", "send") { $0.person.permissions[0].scope = .init(brand: 1) },
        GuardCase("withdrawn at the permission's moment", "drop permission.withdrawn") { withdraw(&$0, after: 0) },
        GuardCase("withdrawn a millisecond before the permission", "send") { withdraw(&$0, after: -1) },
        GuardCase("withdrawn long before an import claims permission", "drop permission.withdrawn") {
            withdraw(&$0, after: -1)
            $0.person.permissions[0].isImported = true
        },
        GuardCase("withdrawn from another topic", "send") {
            $0.person.withdrawals = [optOut(.init(topic: 3), at: $0.wall)]
        },
        GuardCase("withdrawn without ever a permission", "drop permission.withdrawn") {
            withdraw(&$0, after: 0)
            $0.person.permissions = []
        },
        GuardCase("unproven", "drop permission.unproven") { $0.person.permissions[0].isProven = false },
        GuardCase("a basis that does not suffice", "drop permission.insufficient") { $0.person.permissions[0].basis = .contract },
        GuardCase("a basis that suffices where no rule speaks", "send") { $0.policy.rules = [] },
        GuardCase("a basis that does not where no rule speaks", "drop permission.insufficient") {
            $0.policy.rules = []
            $0.person.permissions[0].basis = .existingCustomer
        },
        GuardCase("double opt-in never confirmed", "drop permission.pending") { $0.person.permissions[0].status = .pending },
        GuardCase("granted where confirmation is needed", "drop permission.pending") { customer(&$0, .granted, days: 10) },
        GuardCase("confirmed where confirmation is needed", "send") { customer(&$0, .confirmed, days: 10) },
        GuardCase("lasting 30 days, 30 days ago", "drop permission.lapsed") { customer(&$0, .confirmed, days: 30) },
        GuardCase("lasting 30 days, a millisecond less ago", "send") {
            customer(&$0, .confirmed, days: 30)
            $0.person.permissions[0].at = $0.person.permissions[0].at + Span(milliseconds: 1)
        },
        GuardCase("the service message of someone without permission", "send") {
            $0.person.permissions = []
            $0.proposal.topicClass = .service
        },
        GuardCase("service, withdrawn from everything", "send") {
            withdraw(&$0, after: 0)
            $0.proposal.topicClass = .service
        },
        GuardCase("service, withdrawn from this topic", "drop permission.withdrawn") {
            $0.person.withdrawals = [optOut(.init(topic: 2), at: $0.wall)]
            $0.proposal.topicClass = .service
        },
        GuardCase("an open complaint, from this moment", "drop standing.complaint_open") { stand(&$0, fact: 5, since: 0) },
        GuardCase("a complaint opened a millisecond later", "send") { stand(&$0, fact: 5, since: 1) },
        GuardCase("a complaint closed at this moment", "send") { stand(&$0, fact: 5, since: -9, until: 0) },
        GuardCase("a complaint closed a millisecond later", "drop standing.complaint_open") {
            stand(&$0, fact: 5, since: -9, until: 1)
        },
        GuardCase("an open complaint, service", "send") {
            stand(&$0, fact: 5, since: 0)
            $0.proposal.topicClass = .service
        },
        GuardCase("another standing that is guarded", "drop standing.other") { stand(&$0, fact: 6, since: 0) },
        GuardCase("a standing that nothing guards", "send") { stand(&$0, fact: 7, since: 0) },
        GuardCase("another of the household got it", "drop household.duplicate") {
            $0.person.household = .init(person: 2, at: $0.wall)
        },
        GuardCase("another of the household got it, and the policy does not mind", "send") {
            $0.person.household = .init(person: 2, at: $0.wall)
            $0.policy.onePerHousehold = false
        },
        GuardCase("another of the household got it, service", "send") {
            $0.person.household = .init(person: 2, at: $0.wall)
            $0.proposal.topicClass = .service
        },
        GuardCase("a silent day", "wait silent_day 72000") { $0.policy.silentDays = [.init(month: 5, day: 3)] },
        GuardCase("a silent day of another year", "send") { $0.policy.silentDays = [.init(year: 2_025, month: 5, day: 3)] },
        GuardCase("a silent day of another country", "send") {
            $0.policy.silentDays = [.init(country: Country(packed: 9), month: 5, day: 3)]
        },
        GuardCase("a silent day, service", "send") {
            $0.policy.silentDays = [.init(month: 5, day: 3)]
            $0.proposal.topicClass = .service
        },
        GuardCase("the first minute of quiet hours", "wait quiet_hours 39600") { $0.person.zone.offset = 9 * 3_600 },
        GuardCase("the last second before quiet hours", "send") { $0.person.zone.offset = 9 * 3_600 - 1 },
        GuardCase("the last second of quiet hours", "wait quiet_hours 1") { $0.person.zone.offset = -4 * 3_600 - 1 },
        GuardCase("the first moment after quiet hours", "send") { $0.person.zone.offset = -4 * 3_600 },
        GuardCase("the person's own quiet hours", "wait quiet_hours 3600") {
            $0.person.preferences.quiet = DailyHours(from: 12 * 60, until: 13 * 60)
        },
        GuardCase("quiet hours, service", "send") {
            $0.person.zone.offset = 9 * 3_600
            $0.proposal.topicClass = .service
        },
        GuardCase("quiet hours that outlast the message", "drop quiet_hours") {
            $0.person.zone.offset = 9 * 3_600
            $0.proposal.expiresAt = $0.wall + .hours(11)
        },
        GuardCase("quiet hours that end just before the message does", "wait quiet_hours 39600") {
            $0.person.zone.offset = 9 * 3_600
            $0.proposal.expiresAt = $0.wall + .hours(11) + Span(milliseconds: 1)
        },
        GuardCase("quiet hours longer than we put off", "drop quiet_hours") {
            $0.person.zone.offset = 9 * 3_600
            $0.policy.maximumDeferral = .hours(11)
        },
        GuardCase("at the cap of the channel", "wait cap.channel 432000") {
            $0.person.contacts = contacts(2, channel: 1, topic: 8)
        },
        GuardCase("one under the cap of the channel", "send") { $0.person.contacts = contacts(1, channel: 1, topic: 8) },
        GuardCase("at the cap by a contact exactly a window ago", "send") {
            $0.person.contacts = contacts(2, channel: 1, topic: 8)
            $0.person.contacts[1].at = $0.wall - .days(7)
        },
        GuardCase("at the cap by a contact almost a window ago", "wait cap.channel 1") {
            $0.person.contacts = contacts(2, channel: 1, topic: 8)
            $0.person.contacts[1].at = $0.wall - .days(7) + .seconds(1)
        },
        GuardCase("at the cap by the act itself", "send") {
            $0.person.contacts = contacts(2, channel: 1, topic: 8)
            $0.person.contacts[0].act = 9
        },
        GuardCase("at the cap by service messages", "send") {
            $0.person.contacts = contacts(2, channel: 1, topic: 8)
            $0.person.contacts[0].topicClass = .service
        },
        GuardCase("at the cap of the topic", "wait cap.topic 345600") { $0.person.contacts = contacts(3, channel: 7, topic: 2) },
        GuardCase("one under the cap of the topic", "send") { $0.person.contacts = contacts(2, channel: 7, topic: 2) },
        GuardCase("at the cap of all", "wait cap.all 259200") { $0.person.contacts = contacts(4, channel: 7, topic: 8) },
        GuardCase("one under the cap of all", "send") { $0.person.contacts = contacts(3, channel: 7, topic: 8) },
        GuardCase("at a cap, service", "send") {
            $0.person.contacts = contacts(4, channel: 1, topic: 2)
            $0.proposal.topicClass = .service
        },
        GuardCase("kept back by chance", "drop held_out") { $0.proposal.holdOut = HoldOut(share: 1_000, draw: 999) },
        GuardCase("drawn beside the share that is kept back", "send") {
            $0.proposal.holdOut = HoldOut(share: 1_000, draw: 1_000)
        },
        GuardCase("kept back by chance while it would wait", "drop held_out") {
            $0.proposal.holdOut = HoldOut(share: 1_000, draw: 0)
            $0.person.contacts = contacts(4, channel: 7, topic: 8)
        },
        GuardCase("kept back by chance, of those who would not have got it", "drop cap.all") {
            $0.proposal.holdOut = HoldOut(share: 1_000, draw: 0)
            $0.policy.caps = [.init(scope: .all, limit: 0, window: .days(1))]
        },
        GuardCase("kept back by chance, service", "send") {
            $0.proposal.holdOut = HoldOut(share: 1_000, draw: 0)
            $0.proposal.topicClass = .service
        },
        GuardCase("at the cap of all, by chance not asked of", "send") {
            $0.person.contacts = contacts(4, channel: 7, topic: 8)
            $0.person.exempt = [.capAll]
        },
        GuardCase("at the cap of all, by chance not asked another guard", "wait cap.all 259200") {
            $0.person.contacts = contacts(4, channel: 7, topic: 8)
            $0.person.exempt = [.householdDuplicate, .capChannel, .capTopic]
        },
        GuardCase("another of the household got it, by chance not asked of", "send") {
            $0.person.household = .init(person: 9, at: $0.wall - .hours(1))
            $0.person.exempt = [.householdDuplicate]
        },
        GuardCase("a cap of nothing", "drop cap.all") { $0.policy.caps = [.init(scope: .all, limit: 0, window: .days(1))] },
        GuardCase("more often than the person asked for", "wait cap.person 518400") {
            $0.person.contacts = contacts(1, channel: 7, topic: 8)
            $0.person.preferences.atMostEvery = .days(7)
        },
        GuardCase("exactly as often as the person asked for", "send") {
            $0.person.contacts = contacts(1, channel: 7, topic: 8)
            $0.person.preferences.atMostEvery = .days(1)
        },
        GuardCase("hardly more often than the person asked for", "wait cap.person 1") {
            $0.person.contacts = contacts(1, channel: 7, topic: 8)
            $0.person.preferences.atMostEvery = Span(milliseconds: 86_401_000)
        },
        GuardCase("more often than the person asked for, and than we put off", "drop cap.person") {
            $0.person.contacts = contacts(1, channel: 7, topic: 8)
            $0.person.preferences.atMostEvery = .days(366)
        },
        GuardCase("more often than the person asked for, service", "send") {
            $0.person.contacts = contacts(1, channel: 7, topic: 8)
            $0.person.preferences.atMostEvery = .days(7)
            $0.proposal.topicClass = .service
        },
        GuardCase("more often than the person asked for, by the act itself", "send") {
            $0.person.contacts = contacts(1, channel: 7, topic: 8)
            $0.person.contacts[0].act = 9
            $0.person.preferences.atMostEvery = .days(7)
        },
        GuardCase("a notice against everything", "send") {
            $0.proposal.topicClass = .notice
            $0.person.restrictedSince = $0.wall
            $0.person.permissions = []
            $0.person.objections = [optOut(.everything)]
            $0.person.contacts = contacts(4, channel: 1, topic: 2)
            $0.person.zone.offset = 9 * 3_600
            stand(&$0, fact: 5, since: 0)
        },
    ]
}

/// One contact a day, the newest one day ago.
private func contacts(_ count: Int, channel: ChannelID, topic: TopicID) -> [PersonState.Contact] {
    (1...count).map { .init(channel: channel, topic: topic, topicClass: .marketing, at: ann.wall - .days(Int64($0))) }
}

private func suppress(_ input: inout DecisionInput, _ kind: SuppressionKind) {
    input.proposal.offers[0].suppressions = [Suppression(id: 1, kind: kind, at: input.wall - .days(1))]
}

private func optOut(_ scope: PermissionScope, at: Timestamp = ann.wall) -> OptOutEntry {
    OptOutEntry(id: 21, scope: scope, at: at)
}

private func withdraw(_ input: inout DecisionInput, after milliseconds: Int64) {
    let at = input.person.permissions[0].at + Span(milliseconds: milliseconds)
    input.person.withdrawals = [optOut(.everything, at: at)]
}

private func customer(_ input: inout DecisionInput, _ status: PermissionEntry.Status, days: Int64) {
    input.person.permissions[0].basis = .existingCustomer
    input.person.permissions[0].status = status
    input.person.permissions[0].at = input.wall - .days(days)
}

private func stand(_ input: inout DecisionInput, fact: Int64, since: Int64, until: Int64? = nil) {
    input.person.standings = [
        .init(
            fact: fact, since: input.wall + Span(milliseconds: since), until: until.map { input.wall + Span(milliseconds: $0) })
    ]
}
