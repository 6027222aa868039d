import Foundation
import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage
import RapportTestKit
import Testing

/// When, on which channel and with what messages are answered best, from the log.
@Suite("Next best")
struct NextBestTests {
    private static let zones = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Nowhere/Else", nil]
    /// A Wednesday, two days before the clocks of New York go back.
    private static let start = Timestamp(rfc3339: "2025-10-29T00:00:00Z") ?? .distantPast

    private struct Sent {
        var person: Int
        var at: Timestamp
        var campaign: String
        var channel: String
        var topic: String
    }

    private static func email(_ person: Int) -> [Identifier] { [Identifier(kind: "email", value: "p\(person)@a.example")] }

    private static func event(_ kind: String, _ person: Int, _ at: Timestamp, _ properties: JSONValue = [:]) -> NewEvent {
        NewEvent(
            kind: kind, source: "shop", identifiers: email(person), occurredAt: at, properties: properties, history: true)
    }

    private static func happen(_ house: ImportHouse, _ events: [NewEvent]) async throws {
        let door = house.rapport.door
        _ = try await house.rapport.database.write { db in try door.accept(events, in: db) as [Acceptance] }
        try await house.rapport.stepping {}
    }

    private static func ask(
        _ house: ImportHouse, _ question: NextBest.Question, until: Timestamp, within: Span? = .days(7), topic: String? = nil,
        of person: PersonID? = nil, draws: [String: NextBest.Draw] = [:]
    ) async throws -> NextBest {
        let catalog = house.rapport.catalog
        return try await house.rapport.database.read { db in
            var asked = NextBest.Asked(question, zone: "UTC")
            asked.topic = topic
            asked.person = person
            asked.draws = draws
            let responses = try HouseResponses(
                since: start, until: until, within: within, person: person, catalog, in: db)
            return try NextBest.read(asked, responses, catalog, in: db)
        }
    }

    @Test(
        "every count is the one that a recount of what happened gives, hour by hour where people live",
        arguments: DatabaseKind.available)
    func recount(kind: DatabaseKind) async throws {
        var generator = SplitMix64(seed: 11)
        func below(_ limit: Int) -> Int { Int(generator.next() % UInt64(limit)) }
        let end = Self.start + .days(60)
        var sent: [Sent] = []
        var answers: [(person: Int, at: Timestamp, campaign: String?)] = []
        var bounces: [(person: Int, at: Timestamp, campaign: String)] = []
        var events: [NewEvent] = []
        for person in 0..<30 {
            var fields: [JSONValue.Member] = [.init("language", person % 2 == 0 ? "de" : "en")]
            if let zone = Self.zones[person % 5] { fields.append(.init("time_zone", .string(zone))) }
            events.append(Self.event("person.identified", person, Self.start, ["fields": .object(fields)]))
        }
        for _ in 0..<700 {
            let (person, at) = (below(30), Self.start + .minutes(Int64(below(60 * 24 * 60))))
            let campaign = "c\(below(4))"
            switch below(9) {
            case 0...4:
                let one = Sent(
                    person: person, at: at, campaign: campaign, channel: below(3) == 0 ? "letter" : "email",
                    topic: below(2) == 0 ? "news" : "offers")
                sent.append(one)
                events.append(
                    Self.event(
                        "message.sent", person, at,
                        ["campaign": .string(campaign), "channel": .string(one.channel), "topic": .string(one.topic)]))
            case 5:
                let human = below(3) > 0
                if human { answers.append((person, at, campaign)) }
                events.append(
                    Self.event("link.clicked", person, at, ["campaign": .string(campaign), "human": .bool(human)]))
            case 6:
                answers.append((person, at, nil))
                events.append(
                    Self.event("order.placed", person, at, ["order": .string("\(events.count)"), "total": 5, "currency": "EUR"]))
            case 7:
                if below(2) == 0 {
                    events.append(Self.event("message.opened", person, at, ["campaign": .string(campaign)]))
                    events.append(Self.event("page.viewed", person, at, ["path": "/"]))
                } else {
                    answers.append((person, at, campaign))
                    events.append(Self.event("page.viewed", person, at, ["path": "/", "campaign": .string(campaign)]))
                }
            default:
                if below(6) == 0 {
                    bounces.append((person, at, campaign))
                    events.append(Self.event("message.bounced", person, at, ["campaign": .string(campaign), "bounce": "hard"]))
                }
            }
        }
        // The recount: message by message, by the plain words of the guide.
        sent.sort { $0.at < $1.at }
        var back: Set<Int> = []
        for bounce in bounces {
            if let last = sent.indices.last(where: {
                sent[$0].person == bounce.person && sent[$0].campaign == bounce.campaign && sent[$0].at <= bounce.at
            }) {
                back.insert(last)
            }
        }
        var good: Set<Int> = []
        for answer in answers {
            let last = sent.indices.last { index in
                let one = sent[index]
                return one.person == answer.person && one.at <= answer.at && answer.at <= one.at + .days(7)
                    && !back.contains(index)
                    && (answer.campaign == nil || answer.campaign == one.campaign)
            }
            if let last { good.insert(last) }
        }
        let counted = sent.indices.filter { !back.contains($0) && sent[$0].at + .days(7) <= end }
        func tally(_ key: (Sent) -> String) -> [String: ResponseCount] {
            var out: [String: ResponseCount] = [:]
            for index in counted {
                out[key(sent[index]), default: ResponseCount()].messages += 1
                if good.contains(index) { out[key(sent[index]), default: ResponseCount()].responses += 1 }
            }
            return out
        }
        try await ImportHouse.with(kind) { house in
            let store = house.rapport.definitions
            _ = try await house.rapport.database.write { db in
                try store.apply(
                    ["time_zone", "language"].map {
                        DefinitionDraft(kind: "field", name: $0, body: ["type": "text", "purpose": "to write at a good hour"])
                    }, actor: "test", now: Self.start, in: db)
            }
            try await Self.happen(house, events)
            func found(_ answer: NextBest, _ dimension: NextBest.Dimension) -> [String: ResponseCount] {
                let part = answer.parts.first { $0.dimension == dimension }
                return Dictionary(uniqueKeysWithValues: part?.contest.candidates.map { ($0.choice, $0.count) } ?? [])
            }
            let time = try await Self.ask(house, .time, until: end)
            #expect(time.house == ResponseCount(messages: counted.count, responses: Set(counted).intersection(good).count))
            #expect(time.bounced == back.count && time.young == sent.count - counted.count - back.count)
            func clock(_ one: Sent) -> (weekday: Int, hour: Int) {
                var calendar = Calendar(identifier: .gregorian)
                calendar.timeZone = Self.zones[one.person % 5].flatMap { TimeZone(identifier: $0) } ?? .gmt
                let date = Date(timeIntervalSince1970: Double(one.at.milliseconds) / 1_000)
                let parts = calendar.dateComponents([.weekday, .hour], from: date)
                return (((parts.weekday ?? 0) + 5) % 7 + 1, parts.hour ?? -1)
            }
            #expect(found(time, .weekday) == tally { "\(clock($0).weekday)" })
            #expect(found(time, .hour) == tally { "\(clock($0).hour)" })
            #expect(found(time, .cell) == tally { "\((clock($0).weekday - 1) * 24 + clock($0).hour)" })
            #expect(found(try await Self.ask(house, .channel, until: end), .channel) == tally(\.channel))
            let content = try await Self.ask(house, .content, until: end)
            #expect(found(content, .campaign) == tally(\.campaign))
            #expect(found(content, .topic) == tally(\.topic))
            #expect(found(content, .language) == tally { $0.person % 2 == 0 ? "de" : "en" })
            let news = try await Self.ask(house, .channel, until: end, topic: "news")
            #expect(news.house.messages == counted.count { sent[$0].topic == "news" })
            for part in time.parts + content.parts {
                #expect(part.contest.total == time.house || part.dimension == .template)
                #expect(part.contest.candidates.isEmpty || abs(part.contest.candidates.reduce(0) { $0 + $1.chance } - 1) < 1e-9)
            }
            await #expect(throws: Problem.self) { _ = try await Self.ask(house, .channel, until: end, topic: "nws") }
        }
    }

    @Test(
        "one person is believed as the house until they have answered; merged people are one, erased ones are gone",
        arguments: DatabaseKind.available)
    func person(kind: DatabaseKind) async throws {
        let end = Self.start + .days(40)
        var events: [NewEvent] = []
        for person in 0..<60 {
            for day in 0..<4 {
                let at = Self.start + .days(Int64(day)) + .hours(Int64(9 + person % 3))
                let channel: JSONValue = day % 2 == 0 ? "email" : "letter"
                events.append(
                    Self.event("message.sent", person, at, ["campaign": .string("c\(day)"), "channel": channel, "topic": "news"]))
                // Letters are answered by a third, mails by a tenth; number 7 answers every mail and no letter.
                let answers = person == 7 ? day % 2 == 0 : day % 2 == 1 ? (person + day) % 3 == 0 : (person + day) % 10 == 0
                if answers {
                    events.append(Self.event("message.replied", person, at + .hours(2), ["campaign": .string("c\(day)")]))
                }
            }
        }
        events.append(Self.event("form.submitted", 99, Self.start, ["form": "news"]))
        try await ImportHouse.with(kind) { house in
            try await Self.happen(house, events)
            let (seven, eight, unseen) = try await house.rapport.database.read { db in
                (
                    try People.find("p7@a.example", in: db) ?? 0, try People.find("p8@a.example", in: db) ?? 0,
                    try People.find("p99@a.example", in: db) ?? 0
                )
            }
            func believed(_ answer: NextBest) -> [String: Double] {
                Dictionary(
                    uniqueKeysWithValues: answer.parts[0].contest.candidates.map { ($0.choice, $0.rate.mean) })
            }
            let house0 = try await Self.ask(house, .channel, until: end)
            #expect(house0.parts[0].contest.candidates.first?.choice == "letter")
            let stranger = try await Self.ask(house, .channel, until: end, of: unseen)
            #expect(stranger.own.messages == 0 && stranger.isOfPerson)
            for (channel, rate) in believed(house0) { #expect(abs((believed(stranger)[channel] ?? 0) - rate) < 1e-9) }
            let own = try await Self.ask(house, .channel, until: end, of: seven)
            #expect(own.own == ResponseCount(messages: 4, responses: 2) && own.house == house0.house)
            #expect((believed(own)["email"] ?? 0) > (believed(house0)["email"] ?? 1))
            #expect((believed(own)["letter"] ?? 1) < (believed(house0)["letter"] ?? 0))
            let merger = house.rapport.merger
            try await house.rapport.database.write { db in
                _ = try merger.merge(eight, into: seven, actor: "ben", reason: "one person", wall: db.now(), in: db)
            }
            try await house.rapport.stepping {}
            let merged = try await Self.ask(house, .channel, until: end, of: seven)
            #expect(merged.own.messages == 8 && merged.house.messages == 240 && merged.people == 59)
            _ = try await house.rapport.erase(seven, actor: "test", because: nil)
            try await house.rapport.stepping {}
            let erased = try await Self.ask(house, .channel, until: end)
            #expect(erased.house.messages == 232 && erased.people == 58)
        }
    }

    @Test(
        "of several messages of one moment the last on the log is the one that is answered", arguments: DatabaseKind.available)
    func ties(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            var chance = SplitMix64(seed: 5)
            var (events, last): ([NewEvent], [String: Int]) = ([], [:])
            for person in 0..<60 {
                let campaigns = ["c1", "c2", "c3"].shuffled(using: &chance)
                for campaign in campaigns {
                    events.append(
                        Self.event(
                            "message.sent", person, Self.start + .hours(9),
                            ["campaign": .string(campaign), "channel": "email", "topic": "news"]))
                }
                guard person % 3 > 0, let answered = campaigns.last else { continue }
                last[answered, default: 0] += 1
                events.append(
                    Self.event(
                        "order.placed", person, Self.start + .hours(20),
                        ["order": .string("\(person)"), "total": 5, "currency": "EUR"]))
            }
            try await Self.happen(house, events)
            let content = try await Self.ask(house, .content, until: Self.start + .days(30))
            let found = try #require(content.parts.first { $0.dimension == .campaign }).contest.candidates
            #expect(Dictionary(uniqueKeysWithValues: found.map { ($0.choice, $0.count.responses) }) == last)
            #expect(found.allSatisfy { $0.count.messages == 60 })
        }
    }

    @Test("no message, one message, one channel: each is said, and waves that chance drew are compared by themselves")
    func edges() async throws {
        try await ImportHouse.with(.sqlite) { house in
            let end = Self.start + .days(40)
            for question in NextBest.Question.allCases {
                let nothing = try await Self.ask(house, question, until: end)
                #expect(nothing.house.messages == 0 && nothing.parts.allSatisfy { $0.contest.verdict == .nothing })
            }
            func sent(_ person: Int, _ hours: Int64) -> NewEvent {
                Self.event(
                    "message.sent", person, Self.start + .hours(hours),
                    ["campaign": "spring", "channel": "email", "topic": "news"])
            }
            try await Self.happen(house, [sent(0, 9)])
            let one = try await Self.ask(house, .channel, until: end)
            #expect(one.house == ResponseCount(messages: 1) && one.parts[0].contest.verdict == .only)
            let early = try await Self.ask(house, .channel, until: Self.start + .days(2))
            #expect(early.house.messages == 0 && early.young == 1)
            try await Self.happen(house, (1..<200).map { sent($0, $0 % 2 == 0 ? 9 : 21) })
            try await Self.happen(
                house,
                (0..<200).filter { $0 % 2 == 0 }.map {
                    Self.event("message.replied", $0, Self.start + .hours(30), ["campaign": "spring"])
                })
            let numbers = try await house.rapport.database.read { db in
                try (0..<200).map { try People.find("p\($0)@a.example", in: db) ?? 0 }
            }
            let first = Set(numbers.enumerated().filter { $0.offset % 2 == 0 }.map(\.element))
            let draw = NextBest.Draw(waves: 2) { first.contains($0) ? 0 : 1 }
            let time = try await Self.ask(house, .time, until: end, draws: ["spring": draw])
            let waves = try #require(time.parts.first(where: { $0.isRandomised }))
            #expect(waves.of == "spring" && waves.contest.verdict == .best && waves.contest.candidates[0].choice == "1")
            #expect(waves.contest.total.messages == 200 && time.parts.count == 4)
        }
    }
}
