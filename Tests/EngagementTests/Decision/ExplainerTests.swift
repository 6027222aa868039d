import RapportCore
import RapportEngagement
import RapportStorage
import RapportTestKit
import Synchronization
import Testing

/// Whether what is said is true, of messages at every stage and of people who were merged, taken apart and erased.
@Suite("Why")
struct ExplainerTests {
    @Test("of a message: waiting, paused, sent, stopped, an address that is gone", arguments: DatabaseKind.available)
    func messages(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 6) { house in
            let real = RealHouse(house: house)
            try await real.prepare(permitted: 6)
            try await real.launch()
            let (leases, runner, sender) = (try await house.leases(), real.runner, try real.sender())
            try await runner.tick()
            for lease in leases { while try await runner.run(lease) {} }
            let ground = "because there is a consent of"
            func said(_ person: Int) async throws -> Explanation {
                let all = try await real.why("p\(person)@example.com")
                guard let first = all.first else { throw Problem("test.nothing", "nothing was said") }
                return first
            }
            #expect(try await said(1).sentence.hasPrefix("P1 is next to be written to by email, since "))
            _ = try await real.desk.pause("spring", actor: "ana")
            #expect(try await said(1).sentence.contains("because campaign spring is paused"))
            #expect(try await said(1).facts["outcome"] == "waiting")
            _ = try await real.desk.resume("spring", actor: "ana")
            try await house.database.write { db in
                _ = try db.run("UPDATE identifiers SET value = 'new@example.com' WHERE value = 'p2@example.com'")
                _ = try db.run("UPDATE messages SET at = 4102444800000 WHERE person = 3")
            }
            try await house.work(leases, runner: runner, sender: sender)
            #expect(try await said(1).sentence.hasPrefix("P1 was written to by email on "))
            #expect(try await said(1).sentence.contains(ground))
            let gone = try #require(try await real.why("new@example.com").first)
            #expect(gone.sentence.hasSuffix("because the address that the message was for was no longer theirs."))
            #expect(gone.facts["outcome"] == "dropped")
            let id = MessageKey(person: 1, act: 1).wireID
            #expect(try await real.why(id).map(\.sentence) == [try await said(1).sentence])
            #expect(try await said(3).sentence.hasPrefix("P3 will be written to by email on "))
            _ = try await real.desk.stop("spring", actor: "ana")
            #expect(try await said(3).sentence.hasPrefix("P3 will not be written to, because campaign spring is stopped"))
            try await house.work(leases, runner: runner, sender: sender)
            #expect(try await said(3).sentence.hasSuffix("it was not sent: the campaign was stopped first."))
        }
    }

    @Test("of a campaign: its state and by whom, and everybody who was asked is in one part", arguments: DatabaseKind.available)
    func campaigns(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 12) { house in
            let real = RealHouse(house: house)
            try await real.prepare(permitted: 9)
            func said() async throws -> Explanation {
                let all = try await real.why("spring")
                guard let first = all.first else { throw Problem("test.nothing", "nothing was said") }
                return first
            }
            var plan = DeliveryHouse.plan
            plan.seeds = ["qa@shop.example"]
            _ = try await real.desk.draft("spring", plan, actor: "ana")
            #expect(try await said().sentence.hasPrefix("Nobody has heard from “spring”: it is a draft by ana of "))
            _ = try await real.desk.approve("spring", actor: "ben")
            #expect(try await said().sentence.contains("ben approved it on"))
            _ = try await real.desk.send("spring", actor: "ana")
            #expect(try await said().sentence.contains("ana sent it off on"))
            let (leases, runner, sender) = (try await house.leases(), real.runner, try real.sender())
            try await runner.tick()
            for lease in leases { while try await runner.run(lease) {} }
            let link = try real.signer().token(
                for: .unsubscribe(MessageKey(person: 4, act: 1), topic: "offers", channel: "email"))
            _ = try await real.unsubscribing().end(link, .topicOnChannel, oneClick: true)
            _ = try await real.desk.pause("spring", actor: "cem", note: "wrong price")
            let paused = try await said()
            #expect(
                paused.sentence.contains(" by cem: of 12 people asked, 0 got it, 9 wait for it, 3 got none (3 no permission)."))
            _ = try await real.desk.resume("spring", actor: "cem")
            try await house.work(leases, runner: runner, sender: sender)
            let done = try await said()
            #expect(done.sentence.hasPrefix("“spring” is done since "))
            #expect(
                done.sentence.hasSuffix(
                    ", sent off by ana: of 12 people asked, 8 got it, 4 got none (3 no permission, 1 unsubscribed)."))
            #expect(done.details.contains { $0.hasSuffix("cem paused it (wrong price)") })
            #expect(done.details.contains("1 colleague gets a copy, which no figure counts."))
            #expect(done.details.contains("3 got none: no permission (permission.none)"))
            #expect(done.json["figures"]?["not_written"] == 4)
            #expect(done.json["reasons"]?["dropped:permission.none"] == 3)
            let nearest = await #expect(throws: Problem.self) { try await real.why("sprnig") }
            #expect(nearest?.remedy?.hasPrefix("Did you mean the campaign \"spring\"?") == true)
        }
    }

    @Test("of a campaign that quiet hours put off, with the count", arguments: DatabaseKind.available)
    func putOff(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 6) { house in
            let morning = house.clock.now + .hours(9)
            house.gate.script.withLock { script in
                script.proposals[2] = .queue(
                    Identifier(kind: "email", value: "p2@example.com"), at: morning, putOff: "quiet_hours")
            }
            house.gate.answer(3, .hold(until: morning, "cap.all"))
            try await house.launch()
            try await house.work()
            let real = RealHouse(house: house)
            let said = try #require(try await real.why("spring").first)
            #expect(said.sentence.hasSuffix("of 6 people asked so far, 4 got it, 2 wait for it."))
            #expect(said.details.contains("1 put off at first: quiet hours where they live (quiet_hours)"))
            #expect(said.details.contains("1 put off at first: heard enough (cap.all)"))
        }
    }

    @Test("of people merged, taken apart and erased, what was decided for them then is said", arguments: DatabaseKind.available)
    func people(kind: DatabaseKind) async throws {
        try await DecisionShop.with(kind) { shop in
            let merger = Merger(folds: shop.lab.folds, catalog: shop.lab.catalog)
            for email in ["ann@example.org", "ben@example.org", "cem@example.org"] { try await shop.consents(email) }
            try await shop.lab.drain()
            let (ann, ben, cem) = (
                try await shop.person("ann@example.org"), try await shop.person("ben@example.org"),
                try await shop.person("cem@example.org")
            )
            let names = [ann: "Ann", ben: "Ben", cem: "Cem"]
            let explainer = Explainer(
                book: shop.book, store: shop.desk.store, texts: .english, naming: { person, _ in names[person] })
            func why(_ person: PersonID) async throws -> [Explanation] {
                try await shop.lab.database.read { db in try explainer.explain(person: person, in: db) }
            }
            func acts(_ person: PersonID) async throws -> [Int64] {
                try await why(person).compactMap { $0.facts["act"]?.integer }
            }
            func decide(_ person: PersonID, _ act: Int64) async throws {
                shop.lab.clock.advance(by: .seconds(1))
                let wall = shop.lab.clock.now
                try await shop.lab.database.write { [desk = shop.desk] db in
                    _ = try desk.decide([person], for: DecisionShop.act(act), keeping: .proposals, wall: wall, in: db)
                }
            }
            func merge(_ loser: PersonID, into survivor: PersonID) async throws -> Int64 {
                shop.lab.clock.advance(by: .seconds(1))
                let wall = shop.lab.clock.now
                return try await shop.lab.database.write { db in
                    try merger.merge(loser, into: survivor, actor: "test", reason: "test", wall: wall, in: db).id
                }
            }
            for (number, person) in [ann, ben, cem].enumerated() { try await decide(person, Int64(number) + 1) }

            let first = try await merge(ben, into: ann)
            try await decide(ann, 4)
            let second = try await merge(ann, into: cem)
            try await decide(cem, 5)
            // A record that was merged says so, and where to ask; the last survivor answers for all.
            let alias = try await why(ben)
            #expect(alias.first?.facts["state"] == "merged")
            let cemsID = try await shop.lab.database.read { db in try People.publicIDs(of: [cem], in: db)[cem] ?? "" }
            #expect(alias.first?.facts["survivor"] == .string(cemsID))
            #expect(try await acts(ben) == [2])
            #expect(try await acts(cem) == [5, 4, 3, 2, 1])
            let ofBen = try #require(try await why(cem).first { $0.facts["act"] == 2 })
            #expect(ofBen.sentence.hasPrefix("Cem will be written to"))
            #expect(ofBen.details.contains { $0.contains("a record that was merged into this one") })

            shop.lab.clock.advance(by: .seconds(1))
            let undone = shop.lab.clock.now
            try await shop.lab.database.write { db in
                _ = try merger.unmerge(second, wall: undone, in: db)
                _ = try merger.unmerge(first, wall: undone + .seconds(1), in: db)
            }
            shop.lab.clock.advance(by: .seconds(2))
            try await decide(ann, 6)
            // What was decided while they were one was about both; what came before and after was not.
            let apart = try await why(ben)
            #expect(apart.first?.facts["state"] == "was_merged")
            #expect(try await acts(ben) == [5, 4, 2])
            #expect(apart.first { $0.facts["act"] == 4 }?.details.contains { $0.contains("the two were one record") } == true)
            #expect(try await acts(ann) == [6, 5, 4, 1])
            #expect(try await acts(cem) == [5, 3])

            try await shop.lab.database.write { db in _ = try Erasure().erase(ben, in: db) }
            let erased = try await why(ben)
            #expect(erased.first?.facts["state"] == "erased")
            #expect(erased.dropFirst().allSatisfy { !$0.sentence.contains("Ben") })
            #expect(try await acts(ben).contains(2))
            _ = try await merge(ann, into: cem)
            try await shop.lab.database.write { db in _ = try Erasure().erase(cem, in: db) }
            #expect(try await why(ann).first?.sentence.contains("that person has been erased since") == true)
        }
    }
}
