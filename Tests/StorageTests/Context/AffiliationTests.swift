import RapportCore
import Testing

@Suite("where people work, worked out from what was said")
struct AffiliationTests {
    private let north = Affiliation.Account(source: 1, external: "north")
    private let south = Affiliation.Account(source: 1, external: "south")

    private func day(_ number: Int64) -> Timestamp { Timestamp(milliseconds: number * 86_400_000) }

    private func said(
        _ said: AffiliationHistory.Said, _ on: Int64, holding: Int64? = nil, _ position: Int64 = 0
    ) -> AffiliationHistory.Statement {
        .init(
            said,
            time: StatementTime(
                at: day(holding ?? on), occurredAt: day(on), receivedAt: day(on), ref: EventRef(partition: 1, position: position)),
            isDated: holding != nil)
    }

    private func lines(_ statements: [AffiliationHistory.Statement]) -> [String] {
        AffiliationHistory.affiliations(of: statements).map { one in
            "\(one.account.external) \(one.role) \(one.since.milliseconds / 86_400_000)-"
                + (one.until.map { String($0.milliseconds / 86_400_000) } ?? "")
        }
    }

    @Test("a record that names another account is a move, and one that names the same again is no news")
    func moving() {
        let statements = [
            said(.named(profile: 1, north, name: ""), 1), said(.named(profile: 1, north, name: ""), 5),
            said(.named(profile: 1, south, name: ""), 9), said(.named(profile: 1, south, name: ""), 12),
        ]
        #expect(lines(statements) == ["north  1-9", "south  9-"])
        for seed in 1...20 as ClosedRange<UInt64> {
            var generator = SplitMix64(seed: seed)
            #expect(
                lines(statements.shuffled(using: &generator)) == ["north  1-9", "south  9-"], "whatever the order of arrival")
        }
    }

    @Test("who left by hand does not come back because an old record still names the account")
    func staysAway() {
        let statements = [
            said(.named(profile: 1, north, name: ""), 1), said(.left(north, role: nil), 4),
            said(.named(profile: 1, north, name: ""), 8),
        ]
        #expect(lines(statements) == ["north  1-4"])
    }

    @Test("several roles at once end one by one, and leaving the account ends them all")
    func roles() {
        let joined = [
            said(.joined(north, name: "", role: "buyer", title: nil, isPrimary: nil), 1),
            said(.joined(north, name: "", role: "billing_contact", title: nil, isPrimary: true), 2),
            said(.joined(south, name: "", role: "advisor", title: nil, isPrimary: nil), 3),
        ]
        #expect(
            lines(joined + [said(.left(north, role: "buyer"), 5)]) == [
                "north buyer 1-5", "north billing_contact 2-", "south advisor 3-",
            ])
        #expect(
            lines(joined + [said(.left(north, role: nil), 5)]) == [
                "north buyer 1-5", "north billing_contact 2-5", "south advisor 3-",
            ])
    }

    @Test("an end before a beginning that was only heard of moves the beginning back; a stated one stands")
    func backdated() {
        #expect(
            lines([said(.named(profile: 1, north, name: ""), 10), said(.left(north, role: nil), 11, holding: 4)]) == [
                "north  4-4"
            ])
        let joined = said(.joined(north, name: "", role: "", title: nil, isPrimary: nil), 10, holding: 6)
        #expect(lines([joined, said(.left(north, role: nil), 11, holding: 4)]) == ["north  6-6"])
        #expect(lines([joined, said(.left(north, role: nil), 11, holding: 9)]) == ["north  6-9"])
        #expect(lines([said(.left(north, role: nil), 3)]) == ["north  3-3"], "that it is over is known all the same")
    }

    @Test("two sources that name one company by its name: the person is there as long as one of them says so")
    func twoSources() {
        let company = Affiliation.Account(named: "North Wind")
        let other = Affiliation.Account(named: "SOUTH works")
        #expect(other.external == "south works")
        let both = [
            said(.named(profile: 1, company, name: "North Wind"), 1), said(.named(profile: 2, company, name: "NORTH WIND"), 2),
            said(.named(profile: 1, other, name: "South"), 5),
        ]
        #expect(lines(both) == ["north wind  1-", "south works  5-"])
        #expect(lines(both + [said(.named(profile: 2, nil, name: ""), 7)]) == ["north wind  1-7", "south works  5-"])
    }

    @Test(
        "an address of the old firm's domain is the former job's, a private one never, and without a domain a newer one tells",
        arguments: [
            (["north.example"], ["ann@north.example", "ann@south.example"], ["ann@north.example"]),
            (["north.example"], ["ann@mail.north.example", "ann@gmail.com"], ["ann@mail.north.example"]),
            ([], ["ann@north.example", "ann@south.example"], ["ann@north.example"]),
            ([], ["ann@gmail.com", "ann@south.example"], []), ([], ["ann@north.example", "ann@gmail.com"], []),
            (["other.example"], ["ann@north.example", "ann@south.example"], []),
        ] as [([String], [String], Set<String>)])
    func addresses(domains: [String], addresses: [String], former: Set<String>) {
        let known = addresses.enumerated().map { WorkAddress.Known($1, firstSeen: day(Int64($0) * 10)) }
        #expect(WorkAddress.former(known, jobs: [.init(domains: Set(domains), until: day(5))]) == former)
        #expect(WorkAddress.former(known, jobs: [.init(domains: Set(domains), until: nil)]).isEmpty, "while the job goes on")
    }

    @Test("purchases around an event tell its phase, unless its kind always has one")
    func phases() {
        let bought = [day(10), day(100)]
        let visit = TouchpointRule.builtIn("page.viewed")
        #expect(visit.phase(at: day(3), purchases: bought) == .before)
        #expect(visit.phase(at: day(10) - .minutes(20), purchases: bought) == .at)
        #expect(visit.phase(at: day(20), purchases: bought) == .after)
        #expect(visit.phase(at: day(60), purchases: bought) == .before)
        #expect(visit.phase(at: day(101), purchases: bought) == .after)
        #expect(TouchpointRule.builtIn("statement.sent").phase(at: day(3), purchases: []) == .after)
        #expect(TouchpointRule.builtIn("segment.entered").phase(at: day(20), purchases: bought) == nil)
        let call = TouchpointRule.builtIn("call.held")
        #expect(call.initiator(of: ["direction": "inbound"]) == .them)
        #expect(call.initiator(of: [:]) == .us)
        #expect(TouchpointRule.builtIn("invoice.sent").initiator(of: [:]) == .us)
        #expect(TouchpointRule.builtIn("track.demo_booked").initiator(of: [:]) == .them)
    }
}
