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

    /// The parts that differ from a scripted house.
    private struct Real {
        let house: DeliveryHouse
        let store = DecisionStore()

        var gate: DeskGatekeeper {
            DeskGatekeeper(
                desk: DecisionDesk(book: PolicyBook(catalog: house.catalog), store: store), catalog: house.catalog,
                channels: house.channels(), templates: house.templates)
        }

        var desk: CampaignDesk {
            CampaignDesk(
                database: house.database, gatekeeper: gate, audience: house.audience, templates: house.templates,
                brands: ["shop"], channels: ["mail"], clock: house.clock)
        }

        var runner: CampaignRunner {
            CampaignRunner(database: house.database, gatekeeper: gate, audience: house.audience, clock: house.clock)
        }

        func sender() throws -> Sender {
            Sender(
                database: house.database, door: house.door, gatekeeper: gate, contents: TestContents(),
                templates: house.templates, writer: try house.writer(), channels: house.channels(), ledger: house.ledger,
                clock: house.clock, isLocked: { _ in false })
        }

        func signer() throws -> LinkSigner {
            try LinkSigner(base: "https://news.example.com", keys: [LinkKey(id: 1, secret: Array(1...32))])
        }

        func unsubscribing() throws -> UnsubscribeUseCase {
            UnsubscribeUseCase(
                database: house.database, signer: try signer(), door: house.door, ledger: house.ledger, clock: house.clock)
        }

        /// Everyone has an address; people up to `permitted` gave consent.
        func prepare(permitted: Int64) async throws {
            let now = house.clock.now
            try await house.database.write { [house] db in
                let numbers = try house.catalog.symbols(["shop", "offers", "email"], in: db)
                try db.run("INSERT INTO identifier_kinds (id, name) VALUES (1, 'email')")
                for person in 1...Int64(house.people) {
                    try db.run(
                        """
                        INSERT INTO identifiers (kind, value, holder, profile, person, batch, first_seen)
                        VALUES (1, \("p\(person)@example.com"), 0, \(person), \(person), 0, \(now))
                        """)
                    guard person <= permitted else { continue }
                    try db.run(
                        """
                        INSERT INTO permissions (person, id, profile, brand, topic, channel, basis, status, proven, imported, at,
                                                 source, details)
                        VALUES (\(person), \(person), \(person), \(numbers["shop"]), \(numbers["offers"]), \(numbers["email"]), 0, 1,
                                1, 0, \(now - .days(9)), 1, '{}')
                        """)
                }
                for (name, topicClass) in [("offers", "marketing"), ("events", "marketing"), ("orders", "service")] {
                    let body: JSONValue = ["class": .string(topicClass), "title": .string("Our \(name)")]
                    try db.run(
                        """
                        INSERT INTO definitions (kind, name, version, body, applied_at, actor)
                        VALUES ('topic', \(name), 1, \(body.text), \(now), 'test')
                        """)
                }
            }
        }

        func launch() async throws {
            _ = try await desk.draft("spring", DeliveryHouse.plan, actor: "ana")
            _ = try await desk.approve("spring", actor: "ben")
            _ = try await desk.send("spring", actor: "ana")
        }

        func token(_ url: String?) -> String { String(url?.split(separator: "/").last ?? "") }
    }

    @Test("consent sends, none drops, and an opt-out after the decision stops it at the gate", arguments: DatabaseKind.available)
    func decided(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 12) { house in
            let real = Real(house: house)
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

    @Test("looking at the page changes nothing; ending one topic leaves the rest on offer", arguments: DatabaseKind.available)
    func unsubscribePage(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 3) { house in
            let real = Real(house: house)
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
            let real = Real(house: house)
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
