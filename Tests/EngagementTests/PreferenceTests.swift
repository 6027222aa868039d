import RapportCore
import RapportEngagement
import RapportStorage
import RapportTestKit
import Testing

/// The person's own page of choices.
@Suite("Preferences")
struct PreferenceTests {
    private typealias Choice = PreferencesUseCase.Choice

    /// A house whose three people may get offers by email and have phones; person 1 has a message with a link.
    private func with(
        _ kind: DatabaseKind,
        _ body: (RealHouse, PreferencesUseCase, _ token: String) async throws -> Void
    ) async throws {
        try await DeliveryHouse.with(kind, people: 3) { house in
            let real = RealHouse(house: house)
            try await real.prepare(permitted: 3)
            let now = house.clock.now
            try await house.database.write { db in
                try db.run("INSERT INTO identifier_kinds (id, name) VALUES (2, 'phone')")
                for person in Int64(1)...3 {
                    try db.run(
                        """
                        INSERT INTO identifiers (kind, value, holder, profile, person, batch, first_seen)
                        VALUES (2, \("+4416329600\(person)"), 0, \(person), \(person), 0, \(now))
                        """)
                }
            }
            try await real.launch()
            try await house.work(house.leases(), runner: real.runner, sender: real.sender())
            house.clock.advance(by: .minutes(5))
            let token = try real.signer().token(for: .preferences(MessageKey(person: 1, act: 1)))
            try await body(real, try real.preferring(), token)
        }
    }

    private func form(
        _ ticked: [Choice], shown: [Choice]? = nil, quiet: DailyHours? = nil, best: [String] = [], often: Span? = nil
    ) -> PreferencesUseCase.Form {
        let all = ["offers", "events"].flatMap { topic in ["email", "phone"].map { Choice(topic: topic, channel: $0) } }
        return .init(
            shown: Set(shown ?? all), ticked: Set(ticked),
            preference: StatedPreference(quiet: quiet, channels: best, atMostEvery: often),
            wording: "I would like to get what is ticked.", language: "en")
    }

    private func decide(_ real: RealHouse, topic: String, act: Int64 = 77) async throws -> String {
        let (wall, gate) = (real.house.clock.now, real.gate)
        let act = Act(
            id: act, kind: "campaign", name: "next", brand: "shop", topic: topic, topicClass: .marketing, channel: "mail",
            template: "spring", templateVersion: 1, expiresAt: wall + .days(9))
        return try await real.house.database.write { db in
            try gate.forecast([1], for: act, notBefore: nil, wall: wall, in: db).map { $0.reason ?? "send" }.first ?? "-"
        }
    }

    @Test("the page shows what the person may get; looking at it changes nothing", arguments: DatabaseKind.available)
    func looking(kind: DatabaseKind) async throws {
        try await with(kind) { real, useCase, token in
            let page = try #require(try await useCase.page(token))
            #expect(page.topics.map(\.name) == ["events", "offers"])
            #expect(page.channels == ["email", "phone"])
            #expect(page.on == [Choice(topic: "offers", channel: "email")])
            #expect(try await useCase.page(token) == page)
            let events = try await real.house.database.read { db in
                try db.integer(
                    "SELECT COUNT(*) FROM events JOIN kinds ON kinds.id = events.kind WHERE kinds.name <> 'message.sent'")
            }
            #expect(events == 0)
            #expect(try await useCase.page("forged") == nil)
            #expect(try await useCase.save(token + "A", form([])) == nil)
            let copy = try real.signer().token(for: .preferences(MessageKey(person: 0, act: 1 << 20)))
            #expect(try await useCase.page(copy) == nil)
            #expect(useCase.isCopy(copy))
            #expect(!useCase.isCopy(token))
        }
    }

    @Test(
        "what is ticked is a consent with its wording, what is unticked a withdrawal, at once", arguments: DatabaseKind.available)
    func choosing(kind: DatabaseKind) async throws {
        try await with(kind) { real, useCase, token in
            let wanted = [Choice(topic: "events", channel: "email"), Choice(topic: "events", channel: "phone")]
            let page = try #require(try await useCase.save(token, form(wanted)))
            #expect(page.on == Set(wanted))
            // The withdrawal holds before any step; the consent counts once it is folded.
            #expect(try await decide(real, topic: "offers") == "permission.withdrawn")
            #expect(try await useCase.page(token)?.on == Set(wanted))
            try await real.step()
            #expect(try await useCase.page(token)?.on == Set(wanted))
            #expect(try await decide(real, topic: "events") == "send")
            // The link proves the mailbox, not the phone.
            let confirmed = try await real.house.events("permission.confirmed")
            #expect(confirmed.map { $0["channel"]?.string } == ["email"])
            #expect(confirmed.first?["wording"] == "I would like to get what is ticked.")
            #expect(confirmed.first?["where"] == "preference_page")
            #expect(try await real.house.events("permission.granted").map { $0["channel"]?.string } == ["phone"])
            #expect(try await real.house.events("permission.withdrawn").map { $0["topic"]?.string } == ["offers"])
            real.house.clock.advance(by: .minutes(1))
            _ = try await useCase.save(token, form(wanted))
            #expect(try await real.house.events("permission.confirmed").count == 1)
            #expect(try await real.house.events("permission.withdrawn").count == 1)
        }
    }

    @Test("nothing is taken back that the page did not show", arguments: DatabaseKind.available)
    func shownOnly(kind: DatabaseKind) async throws {
        try await with(kind) { real, useCase, token in
            let page = try await useCase.save(token, form([], shown: [Choice(topic: "events", channel: "email")]))
            #expect(page?.on == [Choice(topic: "offers", channel: "email")])
            #expect(try await real.house.events("permission.withdrawn").isEmpty)
        }
    }

    @Test("everything ends at once; ticking one thing later brings back that and no more", arguments: DatabaseKind.available)
    func everything(kind: DatabaseKind) async throws {
        try await with(kind) { real, useCase, token in
            let ended = try #require(try await useCase.endEverything(token))
            #expect(ended.everythingEnded)
            #expect(ended.on.isEmpty)
            _ = try await useCase.endEverything(token)
            #expect(try await real.house.events("objection.made").count == 1)
            #expect(try await decide(real, topic: "offers") == "objection")
            // Saving with nothing ticked leaves the objection.
            _ = try await useCase.save(token, form([]))
            #expect(try await real.house.events("objection.lifted").isEmpty)
            real.house.clock.advance(by: .days(1))
            let back = try #require(try await useCase.save(token, form([Choice(topic: "events", channel: "email")])))
            #expect(!back.everythingEnded)
            #expect(back.on == [Choice(topic: "events", channel: "email")])
            try await real.step()
            #expect(try await decide(real, topic: "events") == "send")
            // The consent of before the objection does not come back by itself.
            #expect(try await decide(real, topic: "offers") == "permission.withdrawn")
        }
    }

    @Test("hours of one's own hold marketing back, and the last statement counts", arguments: DatabaseKind.available)
    func hours(kind: DatabaseKind) async throws {
        try await with(kind) { real, useCase, token in
            let minute = Int(real.house.clock.now.milliseconds / 60_000 % 1_440)
            let now = DailyHours(from: minute, until: (minute + 60) % 1_440)
            let on = [Choice(topic: "offers", channel: "email")]
            let page = try await useCase.save(token, form(on, quiet: now, best: ["phone", "email"]))
            #expect(page?.preference == StatedPreference(quiet: now, channels: ["phone", "email"]))
            try await real.step()
            #expect(try await decide(real, topic: "offers") == "quiet_hours")
            real.house.clock.advance(by: .minutes(1))
            _ = try await useCase.save(token, form(on))
            try await real.step()
            #expect(try await decide(real, topic: "offers") == "send")
            #expect(try await real.house.events("preference.stated").count == 2)
            // Folding again says the same.
            let preferences = try await real.house.database.write { [catalog = real.house.catalog] db in
                let fold = PreferencesFold()
                let before = try fold.fingerprint(of: 1, in: db)
                let step = StepContext(db: db, partition: 4, now: .distantPast, wall: .distantPast, catalog: catalog)
                try fold.refold([1], in: step)
                return (before, try fold.fingerprint(of: 1, in: db))
            }
            #expect(preferences.0 == preferences.1)
            #expect(!preferences.0.isEmpty)
        }
    }

    @Test(
        "who wants at most one message a week waits for the next, though no cap of the house speaks",
        arguments: DatabaseKind.available)
    func often(kind: DatabaseKind) async throws {
        try await with(kind) { real, useCase, token in
            let on = [Choice(topic: "offers", channel: "email")]
            #expect(try await decide(real, topic: "offers") == "send")
            let page = try #require(try await useCase.save(token, form(on, often: .days(7))))
            #expect(page.preference.atMostEvery == .days(7))
            try await real.step()
            #expect(try await useCase.page(token)?.preference.atMostEvery == .days(7))
            // The campaign's own message went out minutes ago.
            #expect(try await decide(real, topic: "offers") == "cap.person")
            real.house.clock.advance(by: .days(7))
            #expect(try await decide(real, topic: "offers") == "send")
            _ = try await useCase.save(token, form(on))
            try await real.step()
            #expect(try await useCase.page(token)?.preference.atMostEvery == nil)
        }
    }

    @Test("a span that nobody can mean is no wish", arguments: ["0d", "5m", "400d", "often", ""])
    func spans(text: String) { #expect(StatedPreference.span(text) == nil) }

    @Test("the best channel is tried first")
    func bestChannel() async throws {
        try await DecisionShop.with(.sqlite) { shop in
            try await shop.accept(
                "permission.granted", "ann@example.org",
                ["brand": "house", "topic": "offers", "channel": "email", "basis": "consent"])
            let ann = [Identifier(kind: "email", value: "ann@example.org"), Identifier(kind: "phone", value: "+441632960961")]
            let phone: JSONValue = ["brand": "house", "topic": "offers", "channel": "phone", "basis": "consent"]
            try await shop.lab.accept(
                NewEvent(kind: "permission.granted", source: "shop", identifiers: ann, properties: phone),
                NewEvent(
                    kind: StatedPreference.kind, source: "shop", identifiers: ann, properties: ["channels": ["phone"]]))
            let person = try await shop.person("ann@example.org")
            try await shop.lab.drain()
            var act = DecisionShop.act()
            act.channels = ["email", "phone"]
            let (asked, wall) = (act, shop.lab.clock.now)
            let answer = try await shop.lab.database.write { [desk = shop.desk] db in
                try desk.decide([person], for: asked, keeping: .nothing, wall: wall, in: db)
            }
            #expect(answer.first?.address?.kind == "phone")
        }
    }

    @Test("times of day are read strictly", arguments: ["7:00", "24:00", "07:60", "0700", "07:00:00", "", "aa:bb", "٠٧:٠٠"])
    func times(text: String) { #expect(StatedPreference.minutes(text) == nil) }
}
