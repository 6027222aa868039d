import RapportCore
import RapportEngagement
import RapportPluginKit
import RapportStorage
import RapportTestKit
import Testing

/// From a segment to the log with the real decision, ledger and gate.
@Suite("Delivery with the real decision")
struct DeliveryDecisionTests {
    private static let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"

    @Test("consent sends, none drops, and an opt-out after the decision stops it at the gate", arguments: DatabaseKind.available)
    func decided(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 12) { house in
            let real = RealHouse(house: house)
            try await real.prepare(permitted: 9)
            let forecast = try await {
                _ = try await real.desk.draft("spring", DeliveryHouse.plan, actor: "ana")
                return try await real.desk.forecast("spring")
            }()
            #expect(
                forecast.lines.map { [$0.verdict, $0.reason ?? "-", "\($0.count)"] } == [
                    ["send", "-", "9"], ["drop", "permission.none", "3"],
                ])
            try await real.launch()
            let (leases, runner, sender) = (try await house.leases(), real.runner, try real.sender())
            try await runner.tick()
            for lease in leases { while try await runner.run(lease) {} }
            // Person 4 opts out by the link of an earlier message.
            let link = try real.signer().token(
                for: .unsubscribe(MessageKey(person: 4, act: 1), topic: "offers", channel: "email"))
            #expect(try await real.unsubscribing().end(link, .topicOnChannel, oneClick: true)?.topic.hasEnded == true)
            try await house.work(leases, runner: runner, sender: sender)
            #expect(house.mail.taken.count == 8)
            #expect(!house.mail.taken.contains { $0.to == "p4@example.com" })
            let report = try await real.desk.report("spring")
            #expect((report.asked, report.decided, report.sent, report.droppedAtGate) == (12, 9, 8, 1))
            #expect(report.reasons == ["dropped:permission.none": 3, "dropped:permission.withdrawn": 1])
            let receipts = try await house.database.read { db in
                try [4, 12].map { try real.store.receipts(person: $0, act: 1, in: db).map(\.shape.reason) }
            }
            #expect(receipts == [[nil, .permissionWithdrawn], [.permissionNone]])
        }
    }

    /// One partition's people with a sender that hands over one message at a time, and the first of them with the channel.
    private func stalled(
        _ kind: DatabaseKind, bulk: Int, looksEvery: Span,
        _ body: (_ real: RealHouse, _ waiting: [PersonID], _ finish: () async throws -> Void) async throws -> Void
    ) async throws {
        try await DeliveryHouse.with(kind, people: 60) { house in
            let real = RealHouse(house: house)
            try await real.prepare(permitted: 60)
            try await real.launch()
            let lease = try await house.leases()[0]
            try await real.runner.tick()
            while try await real.runner.run(lease) {}
            let sender = try real.sender(bulk: bulk, policy: DeliveryPolicy(looksEvery: looksEvery))
            house.mail.behave(.stall)
            let round = Task { try await sender.round(lease) }
            while house.mail.calls == 0 { await Task.yield() }
            let first = Set(house.mail.taken.map(\.to))
            let waiting = (1...Int64(60)).filter {
                DeliveryHouse.partition(of: $0) == lease.partition && !first.contains("p\($0)@example.com")
            }
            try await body(real, waiting) {
                house.mail.release()
                _ = try await round.value
                while try await sender.round(lease).hasMore {}
            }
        }
    }

    @Test(
        "who opts out, objects, is restricted, erased or suppressed after the gate is not handed over, nor is one who became another",
        arguments: DatabaseKind.available)
    func refusedAfterTheGate(kind: DatabaseKind) async throws {
        try await stalled(kind, bulk: 10, looksEvery: .hours(1)) { real, waiting, finish in
            let house = real.house
            // The last ten of twenty have passed the gate and wait for the first ten.
            #expect(waiting.count == 10)
            let (clicked, objecting, restricted, erased, bounced) = (
                waiting[0], waiting[1], waiting[2], waiting[3], waiting[4]
            )
            let (loser, elsewhere) = (waiting[5], waiting[6])
            let link = try real.signer().token(
                for: .unsubscribe(MessageKey(person: clicked, act: 1), topic: "offers", channel: "email"))
            _ = try await real.unsubscribing().end(link, .topicOnChannel, oneClick: true)
            try await house.database.write { db in
                let wishes = [(objecting, "objection.made"), (restricted, "processing.restricted")].map { person, kind in
                    NewEvent(kind: kind, source: "rapport", person: person, occurredAt: house.clock.now, properties: [:])
                }
                let answers: [Acceptance] = try house.door.accept(wishes, in: db)
                try house.ledger.record(wishes, answers, in: db)
                try db.run("UPDATE people SET state = 2 WHERE id = \(erased)")
                try house.ledger.suppress(
                    AddressHash.of(Identifier(kind: "email", value: "p\(bounced)@example.com")), .bounce, person: bounced,
                    at: house.clock.now, in: db)
                // Somebody who has been asked to be left alone turns out to be the same person.
                try db.run("UPDATE people SET state = 1, survivor = \(clicked) WHERE id = \(loser)")
                // An opt-out from something else brings it to the gate again, which lets it pass.
                let numbers = try house.catalog.symbols(["shop", "events", "email"], in: db)
                try db.run(
                    """
                    INSERT INTO withdrawals (person, id, profile, brand, topic, channel, at, recorded_at, source, details)
                    VALUES (\(elsewhere), 99, 0, \(numbers["shop"]), \(numbers["events"]), \(numbers["email"]),
                            \(house.clock.now), \(house.clock.now), 1, '{}')
                    """)
            }
            try await finish()
            let reached = Set(house.mail.taken.map(\.to))
            for person in [clicked, objecting, restricted, erased, bounced, loser] {
                #expect(!reached.contains("p\(person)@example.com"), "person \(person) was written to")
            }
            #expect(reached.contains("p\(elsewhere)@example.com"))
            #expect(house.mail.taken.count == 14)
        }
    }

    @Test("an erasure waits for a message that is with its channel, and for no other", arguments: DatabaseKind.available)
    func erasedMeanwhile(kind: DatabaseKind) async throws {
        try await stalled(kind, bulk: 10, looksEvery: .hours(1)) { real, waiting, finish in
            let partition = DeliveryHouse.partition(of: waiting[0])
            let all = (1...Int64(60)).filter { DeliveryHouse.partition(of: $0) == partition }
            func leaving() async throws -> [PersonID] {
                try await real.house.database.write { db in
                    try all.filter { person in
                        let subject = try #require(try DataSubject.read(person, in: db))
                        return try EngagementPersonalData().isLeaving(subject, in: db)
                    }
                }
            }
            #expect(Set(try await leaving()) == Set(all).subtracting(waiting))
            // One that has passed the gate and has not left is taken back.
            try await real.house.database.write { db in
                let subject = try #require(try DataSubject.read(waiting[0], in: db))
                _ = try EngagementPersonalData().erase(subject, in: db)
                try db.run("UPDATE people SET state = 2 WHERE id = \(waiting[0])")
            }
            #expect(try await real.house.state(of: waiting[0])?.state == 0)
            try await finish()
            #expect(try await leaving().isEmpty)
            #expect(real.house.mail.taken.count == 19)
        }
    }

    @Test("who opts out while a slow channel has others of the group is not handed over", arguments: DatabaseKind.available)
    func refusedWithinTheGroup(kind: DatabaseKind) async throws {
        try await stalled(kind, bulk: 1, looksEvery: Span(milliseconds: 0)) { real, waiting, finish in
            #expect(waiting.count == 19)
            for person in waiting {
                let link = try real.signer().token(
                    for: .unsubscribe(MessageKey(person: person, act: 1), topic: "offers", channel: "email"))
                _ = try await real.unsubscribing().end(link, .topicOnChannel, oneClick: true)
            }
            try await finish()
            #expect(real.house.mail.taken.count == 1)
            let report = try await real.desk.report("spring")
            #expect((report.sent, report.inDoubt, report.droppedAtGate) == (1, 0, 19))
        }
    }

    @Test(
        "a hold-out keeps back by chance those who would have got it, as the forecast said, and says why",
        arguments: DatabaseKind.available)
    func holdOut(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 90) { house in
            let real = RealHouse(house: house)
            try await real.prepare(permitted: 80)
            var plan = DeliveryHouse.plan
            plan.holdOut = 2_500
            _ = try await real.desk.draft("spring", plan, actor: "ana")
            let forecast = try await real.desk.forecast("spring", samples: 80)
            let held = try #require(forecast.lines.first { $0.reason == "held_out" })
            #expect(forecast.sending + held.count == 80)
            #expect((8...34).contains(held.count))
            _ = try await real.desk.approve("spring", actor: "ben")
            _ = try await real.desk.send("spring", actor: "ana")
            try await house.work(house.leases(), runner: real.runner, sender: real.sender())
            let report = try await real.desk.report("spring")
            #expect(report.reasons == ["dropped:held_out": Int64(held.count), "dropped:permission.none": 10])
            #expect(house.mail.taken.count == forecast.sending)
            let keptBack = Int64(held.samples[0].id.dropFirst("person-".count)) ?? 0
            #expect(!house.mail.taken.contains { $0.to == "p\(keptBack)@example.com" })
            let said = try await real.why("p\(keptBack)@example.com")
            #expect(said.first?.sentence.contains("25 % of those who would have heard from it do not") == true)
        }
    }

    @Test("service has no hold-out, and a plan that asks for one is refused", arguments: DatabaseKind.available)
    func holdOutOfService(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 3) { house in
            let real = RealHouse(house: house)
            try await real.prepare(permitted: 3)
            var plan = DeliveryHouse.plan
            (plan.topic, plan.template, plan.holdOut) = ("orders", "receipt", 1_000)
            do {
                _ = try await real.desk.draft("shipped", plan, actor: "ana")
                Issue.record("the plan was taken")
            } catch let problems as Problems {
                #expect(problems.list.map(\.code) == ["campaign.hold_out"])
            } catch let problem as Problem {
                #expect(problem.code == "campaign.hold_out")
            }
        }
    }

    @Test("what is put off after the decision waits at the gate, and goes when it is free", arguments: DatabaseKind.available)
    func heldAtGate(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 3) { house in
            let real = RealHouse(house: house)
            try await real.prepare(permitted: 3)
            try await real.launch()
            let (leases, runner, sender) = (try await house.leases(), real.runner, try real.sender())
            try await runner.tick()
            for lease in leases { while try await runner.run(lease) {} }
            let minute = Int64(house.clock.now.milliseconds / 60_000 % 1_440)
            try await house.database.write { db in
                _ = try db.run(
                    """
                    INSERT INTO preferences (person, id, at, quiet_from, quiet_until, channels)
                    VALUES (2, 1, 0, \(minute), \((minute + 30) % 1_440), '')
                    """)
            }
            try await house.work(leases, runner: runner, sender: sender)
            #expect(house.mail.taken.map(\.to).sorted() == ["p1@example.com", "p3@example.com"])
            #expect(try await house.state(of: 2)?.state == MessageState.held.rawValue)
            #expect(try await real.desk.report("spring").reasons == ["deferred:quiet_hours": 1])
            house.clock.advance(by: .minutes(31))
            try await house.work(leases, runner: runner, sender: sender)
            #expect(house.mail.taken.last?.to == "p2@example.com")
        }
    }

    @Test("a message goes to the address that it was decided for, or to none", arguments: DatabaseKind.available)
    func otherAddress(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 3) { house in
            let real = RealHouse(house: house)
            try await real.prepare(permitted: 3)
            try await real.launch()
            let (leases, runner, sender) = (try await house.leases(), real.runner, try real.sender())
            try await runner.tick()
            for lease in leases { while try await runner.run(lease) {} }
            // One has a further address by now, which was seen before the other; one has changed it.
            try await house.database.write { db in
                try db.run(
                    """
                    INSERT INTO identifiers (kind, value, holder, profile, person, batch, first_seen)
                    VALUES (1, 'a-first@example.com', 0, 1, 1, 0, 0)
                    """)
                _ = try db.run("UPDATE identifiers SET value = 'other@example.com' WHERE person = 2")
            }
            try await house.work(leases, runner: runner, sender: sender)
            #expect(house.mail.taken.map(\.to).sorted() == ["p1@example.com", "p3@example.com"])
        }
    }

    @Test("looking at the page changes nothing; ending one topic leaves the rest on offer", arguments: DatabaseKind.available)
    func unsubscribePage(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 3) { house in
            let real = RealHouse(house: house)
            try await real.prepare(permitted: 3)
            try await real.launch()
            try await house.work(house.leases(), runner: real.runner, sender: real.sender())
            let message = try #require(house.mail.taken.first)
            let (token, useCase) = (real.token(message.unsubscribeURL), try real.unsubscribing())
            let page = try #require(try await useCase.page(token))
            #expect((page.brand, page.channel, page.topic.title, page.topic.hasEnded) == ("shop", "email", "Our offers", false))
            #expect(page.others.map(\.topic) == ["events"])
            #expect(try await useCase.page(token) == page)
            #expect(try await house.events("permission.withdrawn").isEmpty)

            let after = try #require(try await useCase.end(token, .topicOnChannel))
            #expect(after.topic.hasEnded)
            #expect(after.others.map(\.topic) == ["events"])
            _ = try await useCase.end(token, .topicOnChannel)
            #expect(try await house.events("permission.withdrawn").count == 1)

            let end = try #require(try await useCase.end(token, .everything))
            #expect(end.everythingEnded)
            #expect(end.others.isEmpty)
            #expect(try await house.events("objection.made").count == 1)
            #expect(try await useCase.page("forged") == nil)
            #expect(try await useCase.end(token + "A", .everything) == nil)
        }
    }

    @Test("a click leads on at once and is judged when a scanner would have shown itself", arguments: DatabaseKind.available)
    func clicks(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 3) { house in
            let real = RealHouse(house: house)
            try await real.prepare(permitted: 3)
            try await real.launch()
            let leases = try await house.leases()
            try await house.work(leases, runner: real.runner, sender: real.sender())
            let useCase = ClickUseCase(database: house.database, signer: try real.signer(), clock: house.clock)
            let settler = ClickSettler(database: house.database, door: house.door, clock: house.clock)
            func click(_ person: PersonID, _ path: String, method: String = "GET") async throws -> String? {
                let url = "https://shop.example.com/\(path)"
                let token = try real.signer().token(for: .click(MessageKey(person: person, act: 1), url: url))
                return await useCase.follow(.init(token: token, method: method, userAgent: Self.firefox))
            }
            house.clock.advance(by: .minutes(1))
            #expect(try await click(1, "a") == "https://shop.example.com/a")
            for path in ["a", "b", "c"] { #expect(try await click(2, path) != nil) }
            #expect(try await click(3, "a", method: "HEAD") != nil)
            #expect(await useCase.follow(.init(token: "forged", method: "GET", userAgent: Self.firefox)) == nil)
            for lease in leases { #expect(try await settler.run(lease) == 0) }
            house.clock.advance(by: .seconds(3))
            var settled = 0
            for _ in 0..<2 { for lease in leases { settled += try await settler.run(lease) } }
            #expect(settled == 5)
            let events = try await house.events("link.clicked")
            #expect(events.compactMap { $0["by"]?.string }.sorted() == ["human", "machine", "machine", "machine", "machine"])
            #expect(events.first { $0["by"] == "human" }?["link"] == "https://shop.example.com/a")
        }
    }
}
