import RapportCore
import RapportEngagement
import RapportPluginKit
import RapportStorage
import RapportTestKit
import Synchronization
import Testing

@Suite("Delivery")
struct DeliveryTests {
    @Test("everyone who may have it gets it once, and the log and the figures say so", arguments: DatabaseKind.available)
    func everyoneOnce(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind) { house in
            house.gate.script.withLock { $0.proposals[7] = .drop("permission.none") }
            try await house.launch()
            try await house.work()
            try await house.work()
            #expect(house.mail.taken.count == 59)
            #expect(Set(house.mail.taken.map(\.to)).count == 59)
            #expect(!house.mail.taken.contains { $0.to == "p7@example.com" })
            let message = try #require(house.mail.taken.first)
            #expect(message.subject == "Hi Anna")
            #expect(message.from == "hello@shop.example")
            #expect(message.unsubscribeURL?.hasPrefix("https://news.example.com/u/") == true)
            #expect(message.text.contains(message.unsubscribeURL ?? "-"))
            #expect(MessageKey(wireID: message.id)?.act == 1)
            let report = try await house.desk().report("spring")
            #expect(report.campaign.state == .done)
            #expect((report.asked, report.decided, report.sent, report.waiting) == (60, 59, 59, 0))
            #expect(report.reasons == ["dropped:permission.none": 1])
            let events = try await house.events("message.sent")
            #expect(events.count == 59)
            #expect(events.first?["campaign"] == "spring")
        }
    }

    @Test("an opt-out between decision and gate stops the message", arguments: DatabaseKind.available)
    func optOutAtGate(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind) { house in
            try await house.launch()
            let leases = try await house.leases()
            let (runner, sender) = (house.runner(), try house.sender())
            try await runner.tick()
            for lease in leases { while try await runner.run(lease) {} }
            #expect(try await house.state(of: 9)?.state == MessageState.queued.rawValue)
            house.gate.answer(9, .drop("permission.withdrawn"))
            try await house.work(leases, runner: runner, sender: sender)
            #expect(!house.mail.taken.contains { $0.to == "p9@example.com" })
            #expect(try await house.state(of: 9)?.state == MessageState.dropped.rawValue)
            let report = try await house.desk().report("spring")
            #expect((report.decided, report.sent, report.droppedAtGate) == (60, 59, 1))
            #expect(report.reasons == ["dropped:permission.withdrawn": 1])
        }
    }

    @Test("what the gate holds goes out at its time, through the gate again", arguments: DatabaseKind.available)
    func held(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind) { house in
            let morning = house.clock.now + .hours(9)
            house.gate.answer(4, .hold(until: morning, "quiet_hours"))
            try await house.launch()
            try await house.work()
            #expect(house.mail.taken.count == 59)
            #expect(try await house.desk().report("spring").campaign.state == .sending)
            house.gate.answer(4, nil)
            house.clock.set(morning - .seconds(1))
            try await house.work()
            #expect(house.mail.taken.count == 59)
            house.clock.set(morning)
            try await house.work()
            #expect(house.mail.taken.last?.to == "p4@example.com")
            let report = try await house.desk().report("spring")
            #expect(report.campaign.state == .done)
            #expect(report.reasons == ["deferred:quiet_hours": 1])
        }
    }

    @Test(
        "a hard bounce suppresses the address, a soft one is tried again until it is too often", arguments: DatabaseKind.available
    )
    func bounces(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 9) { house in
            house.mail.behave(
                .answer { message in
                    switch message.to {
                    case "p1@example.com": .bounced(.hard, reason: "550 5.1.1 no such user")
                    case "p2@example.com": .bounced(.blocked, reason: "550 5.7.1 blocked")
                    case "p3@example.com": .bounced(.soft, reason: "452 4.2.2 full")
                    case "p4@example.com": .refused(reason: "too long")
                    default: .sent(providerID: nil)
                    }
                })
            try await house.launch()
            let (leases, runner) = (try await house.leases(), house.runner())
            let sender = try house.sender(policy: DeliveryPolicy(attempts: 3))
            for _ in 0..<6 {
                try await house.work(leases, runner: runner, sender: sender)
                house.clock.advance(by: .hours(4))
            }
            let suppressed = try await house.database.read { db in
                try db.all("SELECT address, kind FROM suppressions ORDER BY address") { [$0.integer(0), $0.integer(1)] }
            }
            #expect(suppressed == [[AddressHash.of(Identifier(kind: "email", value: "p1@example.com")), 0]])
            #expect(house.mail.taken.filter { $0.to == "p3@example.com" }.count == 3)
            #expect(house.mail.taken.filter { $0.to == "p1@example.com" }.count == 1)
            let report = try await house.desk().report("spring")
            #expect((report.sent, report.failed, report.campaign.state) == (5, 4, .done))
            #expect(report.reasons == ["failed:hard": 1, "failed:blocked": 1, "failed:exhausted": 1, "failed:refused": 1])
            #expect(Set(try await house.events("message.bounced").compactMap { $0["bounce"]?.string }) == ["hard", "blocked"])
            #expect(try await house.events("message.failed").count == 2)
        }
    }

    @Test("a message that passed the gate more than a second ago passes it again", arguments: DatabaseKind.available)
    func staleClaim(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind) { house in
            try await house.launch()
            let (leases, runner, sender) = (try await house.leases(), house.runner(), try house.sender())
            try await runner.tick()
            for lease in leases { while try await runner.run(lease) {} }
            // The first ten are with the channel; all others of the partition have passed the gate, too.
            house.mail.behave(.stall)
            let round = Task { try await sender.round(leases[0]) }
            while house.mail.calls == 0 { await Task.yield() }
            for person in 1...Int64(house.people) { house.gate.answer(person, .drop("objection")) }
            house.clock.advance(by: .seconds(2))
            house.mail.release()
            _ = try await round.value
            while try await sender.round(leases[0]).hasMore {}
            #expect(house.mail.taken.count == 10)
        }
    }

    @Test(
        "what did not leave in time, as the process stood still, passes the gate again and leaves once",
        arguments: DatabaseKind.available)
    func stoodStill(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 24) { house in
            try await house.launch()
            let leases = try await house.leases()
            let runner = house.runner()
            try await runner.tick()
            for lease in leases { while try await runner.run(lease) {} }
            let late = try house.sender(policy: DeliveryPolicy(handOverHolds: Span(milliseconds: -1)))
            for lease in leases {
                let round = try await late.round(lease)
                #expect(round.claimed > 0 && round.sent == 0)
            }
            #expect(house.mail.taken.isEmpty)
            // Meanwhile one has opted out.
            house.gate.answer(7, .drop("permission.withdrawn"))
            try await house.work()
            #expect(house.mail.taken.count == 23 && Set(house.mail.taken.map(\.to)).count == 23)
            let report = try await house.desk().report("spring")
            #expect((report.decided, report.sent, report.inDoubt) == (24, 23, 0))
            #expect(report.campaign.state == .done)
        }
    }

    @Test("a deferral waits as long as the channel says", arguments: DatabaseKind.available)
    func deferral(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 3) { house in
            let later = house.clock.now + .minutes(30)
            house.mail.behave(.answer { _ in .deferred(until: later, reason: "450 greylisted") })
            try await house.launch()
            try await house.work()
            try await house.work()
            #expect(house.mail.taken.count == 3)
            house.mail.behave(.accept)
            house.clock.set(later)
            try await house.work()
            #expect(house.mail.taken.count == 6)
            #expect(try await house.desk().report("spring").sent == 3)
        }
    }

    @Test("a channel's rate is kept", arguments: DatabaseKind.available)
    func throttle(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind) { house in
            try await house.launch()
            let (leases, runner, sender) = (try await house.leases(), house.runner(), try house.sender(rate: 5))
            try await house.work(leases, runner: runner, sender: sender)
            #expect(house.mail.taken.count == 5)
            house.clock.advance(by: Span(milliseconds: 400))
            try await house.work(leases, runner: runner, sender: sender)
            #expect(house.mail.taken.count == 7)
            house.clock.advance(by: .hours(1))
            try await house.work(leases, runner: runner, sender: sender)
            #expect(house.mail.taken.count == 12)
        }
    }

    @Test("a locked database sends to the outbox and nowhere else", arguments: DatabaseKind.available)
    func locked(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 6) { house in
            try await house.launch()
            try await house.work(house.leases(), runner: house.runner(), sender: house.sender(locked: true))
            #expect(house.mail.taken.isEmpty)
            #expect(house.outbox.taken.count == 6)
        }
    }

    @Test("whoever lost the lease sends nothing more", arguments: DatabaseKind.available)
    func lostLease(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 6) { house in
            try await house.launch()
            let old = try await house.leases()
            try await house.work(old, runner: house.runner(), sender: house.sender(rate: 1))
            let sent = house.mail.taken.count
            _ = try await house.leases()
            house.clock.advance(by: .hours(1))
            let sender = try house.sender()
            for lease in old { await #expect(throws: LostLease.self) { try await sender.round(lease) } }
            #expect(house.mail.taken.count == sent)
        }
    }

    @Test("a person merged after the decision gets it as the survivor, and only once", arguments: DatabaseKind.available)
    func merged(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 12) { house in
            house.gate.script.withLock { $0.proposals[5] = .drop("permission.none") }
            try await house.launch()
            let (leases, runner, sender) = (try await house.leases(), house.runner(), try house.sender())
            try await runner.tick()
            for lease in leases { while try await runner.run(lease) {} }
            // 1 → 5, who had no message; 2 → 4, who has one. Both survivors live in other partitions.
            try await house.database.write { db in
                try db.run("UPDATE people SET state = 1, survivor = 5 WHERE id = 1")
                try db.run("UPDATE people SET state = 1, survivor = 4 WHERE id = 2")
            }
            for _ in 0..<2 { try await house.work(leases, runner: runner, sender: sender) }
            let sent = house.mail.taken.map(\.to)
            #expect(sent.filter { $0 == "p5@example.com" }.count == 1)
            #expect(sent.filter { $0 == "p4@example.com" }.count == 1)
            #expect(sent.count == 10)
            #expect(try await house.state(of: 2).map(\.reason) == DeliveryReason.duplicate.rawValue)
            #expect(try await house.desk().report("spring").campaign.state == .done)
        }
    }

    @Test("two people with one address get one message", arguments: DatabaseKind.available)
    func sharedAddress(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 6) { house in
            house.gate.script.withLock { $0.addresses = [1: "home@example.com", 2: "home@example.com"] }
            try await house.launch()
            try await house.work()
            #expect(house.mail.taken.filter { $0.to == "home@example.com" }.count == 1)
            let report = try await house.desk().report("spring")
            #expect((report.decided, report.sent) == (5, 5))
            #expect(report.reasons == ["dropped:duplicate": 1])
        }
    }

    @Test("a message that no longer renders fails, and the others go", arguments: DatabaseKind.available)
    func unrenderable(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 6) { house in
            try await house.launch()
            let leases = try await house.leases()
            let writer = MessageWriter(
                signer: try LinkSigner(base: "https://x", keys: [LinkKey(id: 1, secret: Array(1...32))]), brands: [])
            let sender = Sender(
                database: house.database, door: house.door, gatekeeper: house.gate, contents: TestContents(),
                templates: house.templates, writer: writer, channels: house.channels(), ledger: house.ledger, clock: house.clock,
                isLocked: { _ in false })
            try await house.work(leases, runner: house.runner(), sender: sender)
            #expect(house.mail.taken.isEmpty)
            let report = try await house.desk().report("spring")
            #expect((report.failed, report.inDoubt, report.campaign.state) == (6, 0, .done))
        }
    }
}
