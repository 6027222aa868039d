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
