import RapportCore
import RapportEngagement
import RapportStorage
import RapportTestKit
import Testing

@Suite("The decision desk")
struct DecisionDeskTests {
    @Test("a complaint, here or in the helpdesk, keeps marketing back until it is closed", arguments: DatabaseKind.available)
    func complaint(kind: DatabaseKind) async throws {
        try await DecisionShop.with(kind) { shop in
            try await shop.consents("ann@example.org")
            try await shop.accept("zendesk.ticket.created", "ann@example.org", ["case": "7"], source: "zendesk")
            try await shop.accept("zendesk.ticket.created", "ann@example.org", ["case": "8"], source: "zendesk")
            try await shop.lab.drain()
            #expect(try await shop.decide("ann@example.org") == ["standing.complaint_open"])
            #expect(try await shop.decide("ann@example.org", act: DecisionShop.act(2, .service)) == ["send"])
            try await shop.accept("zendesk.ticket.solved", "ann@example.org", ["case": "7"], source: "zendesk")
            try await shop.lab.drain()
            #expect(try await shop.decide("ann@example.org") == ["standing.complaint_open"])
            try await shop.accept("zendesk.ticket.solved", "ann@example.org", ["case": "8"], source: "zendesk")
            try await shop.lab.drain()
            #expect(try await shop.decide("ann@example.org") == ["send"])
        }
    }

    @Test("messages sent elsewhere count towards caps", arguments: DatabaseKind.available)
    func elsewhere(kind: DatabaseKind) async throws {
        try await DecisionShop.with(kind) { shop in
            try await shop.consents("ben@example.org")
            for hours in [Int64(5), 20] {
                try await shop.accept(
                    "message.sent", "ben@example.org", ["channel": "email", "topic": "offers"],
                    at: DecisionShop.noon - .hours(hours), source: "agency")
            }
            try await shop.lab.drain()
            #expect(try await shop.decide("ben@example.org") == ["cap.channel"])
        }
    }

    @Test("messages of our own count towards caps, those of records merged since too", arguments: DatabaseKind.available)
    func ownMessages(kind: DatabaseKind) async throws {
        try await DecisionShop.with(kind) { shop in
            for email in ["ann@example.org", "ben@example.org"] { try await shop.consents(email) }
            try await shop.lab.drain()
            let (ann, ben) = (try await shop.person("ann@example.org"), try await shop.person("ben@example.org"))
            try await shop.lab.database.write { db in
                for (act, person) in [(Int64(101), ann), (102, ben)] {
                    try db.run(
                        """
                        INSERT INTO acts (id, kind, reference, name, brand, topic, class, channel, template, template_version,
                                          expires_at, state, made_at)
                        VALUES (\(act), 'campaign', 0, 'a', 'house', 'offers', 0, 'email', 't', 1, 0, 3, 0)
                        """)
                    try db.run(
                        """
                        INSERT INTO messages (person, act, partition, address, state, at, attempts, epoch, reason)
                        VALUES (\(person), \(act), 0, \(act), 4, \(DecisionShop.noon - .hours(5)), 1, 0, 0)
                        """)
                }
            }
            // Two in seven days is the cap: each has had one.
            #expect(try await shop.decide("ann@example.org", "ben@example.org") == ["send", "send"])
            let wall = shop.lab.clock.now
            try await shop.lab.database.write { [lab = shop.lab] db in
                _ = try Merger(folds: lab.folds, catalog: lab.catalog)
                    .merge(ben, into: ann, actor: "test", reason: "test", wall: wall, in: db)
            }
            #expect(try await shop.decide("ann@example.org") == ["cap.channel"])
        }
    }

    @Test("of one household the first gets the message, in one batch and after", arguments: DatabaseKind.available)
    func household(kind: DatabaseKind) async throws {
        try await DecisionShop.with(kind) { shop in
            for email in ["a@example.org", "b@example.org", "c@example.org"] { try await shop.consents(email) }
            try await shop.lab.drain()
            let people = [try await shop.person("a@example.org"), try await shop.person("b@example.org")]
            try await shop.lab.database.write { db in
                _ = try db.run("UPDATE people SET household = 77 WHERE id IN \(list: people)")
            }
            let answers = try await shop.decide("a@example.org", "b@example.org", "c@example.org")
            #expect(answers == ["send", "household.duplicate", "send"])
        }
    }

    @Test("a receipt is kept for each, replays to the same bytes, and a drop takes at most 40", arguments: DatabaseKind.available)
    func receipts(kind: DatabaseKind) async throws {
        try await DecisionShop.with(kind) { shop in
            try await shop.consents("ann@example.org")
            try await shop.consents("ben@example.org")
            try await shop.accept("objection.made", "ben@example.org")
            try await shop.lab.drain()
            #expect(try await shop.decide("ann@example.org", "ben@example.org", keeping: .proposals) == ["send", "objection"])
            for email in ["ann@example.org", "ben@example.org"] {
                let person = try await shop.person(email)
                try await shop.lab.database.read { [shop] db in
                    let receipt = try #require(try shop.desk.store.receipts(person: person, act: 1, in: db).first)
                    let policy = try shop.book.version(receipt.shape.policy, in: db).decision
                    #expect(try receipt.replayed(under: policy) == receipt)
                    if email.hasPrefix("ben") { #expect(receipt.values.count <= 40) }
                }
            }
        }
    }

    @Test(
        "why answers in one true sentence, for what was sent, what waits and what was not sent", arguments: DatabaseKind.available
    )
    func why(kind: DatabaseKind) async throws {
        try await DecisionShop.with(kind) { shop in
            let names = ["ann@example.org": "Ann Lee", "ben@example.org": "Ben Roe", "cem@example.org": "Cem Kaya"]
            for email in names.keys.sorted() { try await shop.consents(email) }
            try await shop.accept(
                "zendesk.ticket.created", "ann@example.org", ["case": "7"], at: DecisionShop.noon - .hours(49), source: "zendesk")
            try await shop.accept("permission.withdrawn", "ben@example.org", at: DecisionShop.noon - .hours(3))
            try await shop.lab.drain()
            _ = try await shop.decide("ann@example.org", "ben@example.org", "cem@example.org", keeping: .proposals)
            shop.lab.clock.set(DecisionShop.noon + .hours(10))
            _ = try await shop.decide("cem@example.org", act: DecisionShop.act(2), keeping: .proposals)

            var people: [PersonID: String] = [:]
            for (email, name) in names { people[try await shop.person(email)] = name }
            let known = people
            let explainer = Explainer(
                book: shop.book, store: shop.desk.store, texts: .english, naming: { person, _ in known[person] })
            func sentences(_ email: String) async throws -> [String] {
                try await shop.lab.database.read { db in try explainer.explain(subject: email, in: db).map(\.sentence) }
            }
            #expect(
                try await sentences("ann@example.org") == [
                    "Ann Lee was not written to on 3 May 2026 because there is an open complaint (since 1 May 2026, from zendesk)."
                ])
            #expect(
                try await sentences("ben@example.org") == [
                    "Ben Roe was not written to on 3 May 2026 because the person unsubscribed from everything on 3 May 2026."
                ])
            #expect(
                try await sentences("cem@example.org") == [
                    "Cem Kaya has not been written to yet, on 3 May 2026, because it was 22:00 there, within quiet hours; email is "
                        + "free on 4 May 2026, 08:00.",
                    "Cem Kaya will be written to by email on 3 May 2026 because there is a consent of 2 May 2026.",
                ])
            await #expect(throws: Problem.self) { try await sentences("nobody@example.org") }
        }
    }
}
