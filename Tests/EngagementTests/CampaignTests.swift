import RapportCore
import RapportEngagement
import RapportPluginKit
import RapportStorage
import RapportTestKit
import Synchronization
import Testing

@Suite("Campaigns")
struct CampaignTests {
    @Test("each step is recorded with who and when", arguments: DatabaseKind.available)
    func history(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 3) { house in
            try await house.launch()
            try await house.work()
            let campaign = try await house.desk().report("spring").campaign
            #expect(campaign.history.map(\.step) == [.draft, .approve, .send, .start, .finish])
            #expect(campaign.history.map(\.state) == [.draft, .approved, .scheduled, .sending, .done])
            #expect(campaign.history.map(\.actor) == ["ana", "ben", "ana", "rapport", "rapport"])
            #expect(campaign.templateVersion == 1)
        }
    }

    @Test(
        "a step that the state does not allow is refused, and the refusal says what is possible",
        arguments: DatabaseKind.available)
    func wrongState(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 3) { house in
            let desk = house.desk()
            _ = try await desk.draft("spring", DeliveryHouse.plan, actor: "ana")
            let problem = await #expect(throws: Problem.self) { try await desk.send("spring", actor: "ana") }
            #expect(problem?.code == "campaign.wrong_state")
            #expect(problem?.remedy == "Possible now: draft, approve, stop.")
            let missing = await #expect(throws: Problem.self) { try await desk.send("sprnig", actor: "ana") }
            #expect(missing?.remedy == "Did you mean \"spring\"?")
        }
    }

    @Test(
        "a plan with names that nothing has, or a template that lacks its duty, is refused with all of it",
        arguments: DatabaseKind.available)
    func faultyPlan(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 3) { house in
            var plan = DeliveryHouse.plan
            (plan.segment, plan.channel, plan.template) = ("lapsd", "fax", "receipt")
            do {
                _ = try await house.desk().draft("spring", plan, actor: "ana")
                Issue.record("the plan was taken")
            } catch let problems as Problems {
                #expect(
                    problems.list.map(\.code) == [
                        "campaign.unknown_channel", "campaign.unknown_segment", "template.no_unsubscribe",
                    ])
                #expect(problems.list[1].remedy == "Did you mean \"lapsed\"?")
            }
        }
    }

    @Test("over a size, and for a notice, somebody else must approve", arguments: DatabaseKind.available)
    func secondPerson(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 12) { house in
            let desk = house.desk()
            var plan = DeliveryHouse.plan
            plan.approveOver = 11
            _ = try await desk.draft("spring", plan, actor: "ana")
            let problem = await #expect(throws: Problem.self) { try await desk.approve("spring", actor: "ana") }
            #expect(problem?.code == "campaign.second_person")
            #expect(try await desk.approve("spring", actor: "ben").state == .approved)
            // A new plan is a new draft: the approval is void.
            plan.approveOver = 12
            #expect(try await desk.draft("spring", plan, actor: "ana").state == .draft)
            #expect(try await desk.approve("spring", actor: "ana").state == .approved)
            // And a segment that grew past the limit since needs the second person after all.
            try await house.database.write { db in
                try db.run(
                    """
                    INSERT INTO people (id, public_id, partition, state, anonymous, created_at, last_seen)
                    VALUES (13, 'person-13', 3, 0, 0, 0, 0)
                    """)
            }
            await #expect(throws: Problem.self) { try await desk.send("spring", actor: "ana") }

            (plan.topic, plan.template, plan.approveOver) = ("recalls", "receipt", 1_000)
            _ = try await desk.draft("recall", plan, actor: "ana")
            await #expect(throws: Problem.self) { try await desk.approve("recall", actor: "ana") }
            #expect(try await desk.approve("recall", actor: "ben").state == .approved)
        }
    }

    @Test("the grace passes before the first message leaves, and waves follow each other", arguments: DatabaseKind.available)
    func graceAndWaves(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind) { house in
            var plan = DeliveryHouse.plan
            (plan.grace, plan.waves, plan.waveEvery) = (.minutes(10), 3, .hours(1))
            try await house.launch(plan)
            try await house.work()
            #expect(house.mail.taken.isEmpty)
            house.clock.advance(by: .minutes(10))
            try await house.work()
            let first = house.mail.taken.count
            #expect((5..<40).contains(first))
            house.clock.advance(by: .minutes(59))
            try await house.work()
            #expect(house.mail.taken.count == first)
            house.clock.advance(by: .minutes(1))
            try await house.work()
            #expect(house.mail.taken.count > first)
            house.clock.advance(by: .hours(1))
            try await house.work()
            #expect(house.mail.taken.count == 60)
            #expect(Set(house.mail.taken.map(\.id)).count == 60)
        }
    }

    @Test("a campaign does not begin before the moment it was sent off for", arguments: DatabaseKind.available)
    func sendAt(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 3) { house in
            let desk = house.desk()
            _ = try await desk.draft("spring", DeliveryHouse.plan, actor: "ana")
            _ = try await desk.approve("spring", actor: "ben")
            _ = try await desk.send("spring", at: house.clock.now + .hours(1), actor: "ana")
            house.clock.advance(by: .minutes(59))
            try await house.work()
            #expect(house.mail.taken.isEmpty)
            house.clock.advance(by: .minutes(1))
            try await house.work()
            #expect(house.mail.taken.count == 3)
        }
    }

    @Test("a copy for a colleague does not leave a locked database either", arguments: DatabaseKind.available)
    func lockedSeeds(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 3) { house in
            var plan = DeliveryHouse.plan
            plan.seeds = ["ceo@shop.example"]
            try await house.launch(plan)
            try await house.work(house.leases(), runner: house.runner(), sender: house.sender(locked: true))
            #expect(try await house.proofs(locked: true).run() == 1)
            #expect(house.mail.taken.isEmpty)
            #expect(house.outbox.taken.map(\.to).contains("ceo@shop.example"))
        }
    }

    @Test("a pause stops what has not left, also within a round, and resuming repeats nothing", arguments: DatabaseKind.available)
    func pause(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind) { house in
            try await house.launch()
            let (leases, runner, sender) = (try await house.leases(), house.runner(), try house.sender())
            try await runner.tick()
            for lease in leases { while try await runner.run(lease) {} }
            // The first group is with the channel, the rest of the batch has passed the gate.
            house.mail.behave(.stall)
            let round = Task { try await sender.round(leases[0]) }
            while house.mail.calls == 0 { await Task.yield() }
            _ = try await house.desk().pause("spring", actor: "ana", note: "wrong price")
            house.mail.release()
            _ = try await round.value
            #expect(house.mail.taken.count == 10)
            try await house.work(leases, runner: runner, sender: sender)
            #expect(house.mail.taken.count == 10)
            let paused = try await house.desk().report("spring")
            #expect((paused.campaign.state, paused.sent, paused.waiting) == (.paused, 10, 50))
            _ = try await house.desk().resume("spring", actor: "ana")
            try await house.work(leases, runner: runner, sender: sender)
            #expect(house.mail.taken.count == 60)
            #expect(Set(house.mail.taken.map(\.id)).count == 60)
            #expect(try await house.desk().report("spring").campaign.state == .done)
        }
    }

    @Test("a campaign paused in its grace waits for its start again when it goes on", arguments: DatabaseKind.available)
    func pauseInGrace(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 3) { house in
            var plan = DeliveryHouse.plan
            plan.grace = .minutes(10)
            try await house.launch(plan)
            _ = try await house.desk().pause("spring", actor: "ana")
            house.clock.advance(by: .minutes(20))
            try await house.work()
            #expect(house.mail.taken.isEmpty)
            #expect(try await house.desk().resume("spring", actor: "ana").state == .scheduled)
            try await house.work()
            #expect(house.mail.taken.count == 3)
        }
    }

    @Test("a stop drops what waits, and nothing brings it back", arguments: DatabaseKind.available)
    func stop(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind) { house in
            try await house.launch()
            let (leases, runner) = (try await house.leases(), house.runner())
            try await house.work(leases, runner: runner, sender: house.sender(rate: 10))
            _ = try await house.desk().stop("spring", actor: "ana", note: "recalled")
            house.clock.advance(by: .hours(1))
            try await house.work(leases, runner: runner, sender: house.sender())
            #expect(house.mail.taken.count == 10)
            let report = try await house.desk().report("spring")
            #expect((report.campaign.state, report.sent, report.waiting, report.droppedAtGate) == (.stopped, 10, 0, 50))
            await #expect(throws: Problem.self) { try await house.desk().resume("spring", actor: "ana") }
        }
    }

    @Test("the seed list gets a copy of every real send, in no figure and no history", arguments: DatabaseKind.available)
    func seeds(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 3) { house in
            var plan = DeliveryHouse.plan
            plan.seeds = ["ceo@shop.example", "qa@shop.example"]
            try await house.launch(plan)
            try await house.work()
            let proofs = try house.proofs()
            #expect(try await proofs.run() == 2)
            #expect(try await proofs.run() == 0)
            let copies = house.mail.taken.filter { $0.to.hasSuffix("@shop.example") }
            #expect(copies.map(\.subject) == ["[Seed] Hi neighbour", "[Seed] Hi neighbour"])
            let report = try await house.desk().report("spring")
            #expect((report.asked, report.decided, report.sent) == (3, 3, 3))
            #expect(try await house.events("message.sent").count == 3)
        }
    }

    @Test("a test goes to colleagues as one person would see it, and leaves no trace", arguments: DatabaseKind.available)
    func testSend(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 3) { house in
            _ = try await house.desk().draft("spring", DeliveryHouse.plan, actor: "ana")
            let results = try await house.desk().test("spring", to: ["qa@shop.example"], as: 2, by: house.proofs())
            #expect(results.map(\.address) == ["qa@shop.example"])
            #expect(house.mail.taken.map(\.subject) == ["[Test] Hi Anna"])
            #expect(try await house.desk().report("spring").campaign.state == .draft)
            #expect(try await house.events("message.sent").isEmpty)
        }
    }

    @Test("a forecast counts by reason with samples, writes nothing, and comes true", arguments: DatabaseKind.available)
    func forecast(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 20) { house in
            house.gate.script.withLock { script in
                for person in [2, 3, 5, 8] as [PersonID] { script.proposals[person] = .drop("permission.none") }
                script.proposals[13] = .drop("quiet_hours")
                script.addresses = [10: "home@example.com", 11: "home@example.com"]
            }
            _ = try await house.desk().draft("spring", DeliveryHouse.plan, actor: "ana")
            let forecast = try await house.desk().forecast("spring")
            #expect(forecast.asked == 20)
            #expect(forecast.sending == 14)
            #expect(forecast.lines.map(\.reason) == [nil, "permission.none", "duplicate", "quiet_hours"])
            #expect(forecast.lines[1].count == 4)
            #expect(forecast.lines[1].samples.count == 3)
            #expect(forecast.lines[3].samples.map(\.id) == ["person-13"])
            let rows = try await house.database.read { db in try db.integer("SELECT COUNT(*) FROM messages") }
            #expect(rows == 0)
            _ = try await house.desk().approve("spring", actor: "ben")
            _ = try await house.desk().send("spring", actor: "ana")
            try await house.work()
            #expect(house.mail.taken.count == forecast.sending)
        }
    }
}
