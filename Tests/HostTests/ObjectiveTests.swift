import Foundation
import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage
import RapportTestKit
import RapportWeb
import Testing

/// Objectives from the database, against the same reckoned from the list that was put in.
@Suite("Objectives of a house")
struct ObjectiveTests {
    struct Said {
        var who: Int
        var kind: String
        var at: Timestamp
        var properties: JSONValue = [:]
        var number = 0
        var word = ""
    }

    /// 2026-01-01, in days since 1970.
    static let first = CivilDate(year: 2026, month: 1, day: 1)?.daysSince1970 ?? 0

    static func moment(day: Int, _ offset: Int64 = 0) -> Timestamp {
        Timestamp(milliseconds: Int64(first + day) * 86_400_000 + offset)
    }

    /// From December 2025 to February 2026.
    static let said: [Said] = {
        var chance = SplitMix64(seed: 41)
        return (0..<500).map { index in
            var one = Said(
                who: Int(chance.next() % 25),
                kind: ["order.placed", "survey.answered", "message.sent", "permission.withdrawn"][index % 4],
                at: moment(day: Int(chance.next() % 90) - 31, Int64(chance.next() % 86_400_000)))
            switch one.kind {
            case "order.placed":
                (one.number, one.word) = (100 + Int(chance.next() % 900), ["North", "South"][Int(chance.next() % 2)])
                one.properties = [
                    "order": .string("o\(index)"), "total": .decimal(ScaledInteger.text(Int64(one.number), scale: 2)),
                    "currency": "EUR", "store": .string(one.word),
                ]
            case "survey.answered":
                (one.number, one.word) = (1 + Int(chance.next() % 5), ["csat", "ces"][Int(chance.next() % 2)])
                one.properties = ["survey": .string(one.word), "score": .integer(Int64(one.number))]
            case "permission.withdrawn": one.properties = ["topic": "news"]
            default: one.properties = ["campaign": "c", "channel": "email", "topic": "news"]
            }
            return one
        }
    }()

    static func fill(_ house: ImportHouse, _ said: [Said] = said) async throws {
        let events = said.map { one in
            NewEvent(
                kind: one.kind, source: "shop", identifiers: [Identifier(kind: "email", value: "p\(one.who)@a.example")],
                occurredAt: one.at, properties: one.properties, history: true)
        }
        let door = house.rapport.door
        _ = try await house.rapport.stepping { try await door.accept(events, in: house.rapport.database) }
    }

    static func state(_ house: ImportHouse, of kind: String = "objective", _ bodies: [(String, JSONValue)]) async throws {
        let (store, now) = (house.rapport.definitions, house.rapport.clock.now)
        let drafts = bodies.map { DefinitionDraft(kind: kind, name: $0.0, body: $0.1) }
        _ = try await house.rapport.database.write { db in try store.apply(drafts, actor: "test", now: now, in: db) }
    }

    private static func body(
        _ metric: JSONValue, from: String = "2026-01-01", until: String = "2026-02-28", _ more: [(String, JSONValue)] = []
    ) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("owner", "Ana"), .init("metric", metric), .init("from", .string(from)), .init("until", .string(until)),
        ]
        members += more.map { JSONValue.Member($0.0, $0.1) }
        if !more.contains(where: { $0.0 == "target" }) { members.append(.init("target", 100)) }
        return .object(members)
    }

    private static func own(_ kind: String, _ days: Range<Int>, _ word: String? = nil) -> [Said] {
        said.filter {
            $0.kind == kind && (word == nil || $0.word == word) && $0.at >= moment(day: days.lowerBound)
                && $0.at < moment(day: days.upperBound)
        }
    }

    @Test(
        "totals, sums, people, means and rates equal what was put in, step by step, and so do baselines",
        arguments: DatabaseKind.available)
    func figures(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await Self.fill(house)
            let before: (String, JSONValue) = ("baseline", ["from": "2025-12-02", "until": "2025-12-31"])
            try await Self.state(
                house,
                [
                    ("orders", Self.body("count(order.placed, store: \"North\")", [before])),
                    ("buyers", Self.body("people(order.placed)", [before])),
                    ("taken", Self.body("sum(order.placed.total, EUR)", [before])), ("brought", Self.body("revenue", [before])),
                    (
                        "csat",
                        Self.body("mean(survey.answered.score, survey: \"csat\")", [before, ("over", "7d"), ("target", 4)])
                    ),
                    (
                        "leaving",
                        Self.body(
                            [
                                "of": ["permission.withdrawn", "objection.made"].map { .string("count(\($0))") }.jsonArray,
                                "to": "count(message.sent)", "per": 1_000,
                            ],
                            [before, ("direction", "down")])
                    ),
                    ("weekly", Self.body("count(order.placed)", [("over", "7d"), before])),
                ])
            // As on the morning of 12 February: 42 days are over, six whole weeks.
            let standings = try await house.rapport.objectives(asOf: Self.moment(day: 42))
            let byName = Dictionary(uniqueKeysWithValues: standings.map { ($0.objective.name, $0) })
            func steps(_ name: String) throws -> [Double?] { try #require(byName[name]).readings.steps.map(\.value) }
            let weeks = (0..<6).map { 7 * $0..<7 * $0 + 7 }
            #expect(try steps("orders") == weeks.map { Double(Self.own("order.placed", $0, "North").count) })
            #expect(try steps("weekly") == weeks.map { Double(Self.own("order.placed", $0).count) })
            #expect(byName["orders"]?.readings.now == Double(Self.own("order.placed", 0..<42, "North").count))
            // 59 days against 30.
            #expect(byName["orders"]?.readings.baseline == Double(Self.own("order.placed", -30..<0, "North").count) * 59 / 30)
            #expect(byName["weekly"]?.readings.baseline == Double(Self.own("order.placed", -30..<0).count) * 7 / 30)
            var known: Set<Int> = []
            #expect(
                try steps("buyers")
                    == weeks.map { week in
                        let new = Set(Self.own("order.placed", week).map(\.who)).subtracting(known)
                        known.formUnion(new)
                        return Double(new.count)
                    })
            #expect(byName["buyers"]?.readings.now == Double(Set(Self.own("order.placed", 0..<42).map(\.who)).count))
            for name in ["taken", "brought"] {
                for (found, week) in zip(try steps(name), weeks) {
                    let wanted = Double(Self.own("order.placed", week).reduce(0) { $0 + $1.number }) / 100
                    #expect(abs((found ?? -1) - wanted) < 1e-9, "\(name)")
                }
            }
            #expect(byName["brought"]?.readings.currency == "EUR")
            for (found, week) in zip(try steps("csat"), weeks) {
                let own = Self.own("survey.answered", week, "csat")
                let wanted = own.isEmpty ? nil : Double(own.reduce(0) { $0 + $1.number }) / Double(own.count)
                #expect(found == wanted)
            }
            for (found, week) in zip(try steps("leaving"), weeks) {
                let (left, sent) = (Self.own("permission.withdrawn", week).count, Self.own("message.sent", week).count)
                #expect(found == (sent == 0 ? nil : Double(left) / Double(sent) * 1_000))
            }
            #expect(byName["leaving"]?.forecast?.method == .trend && byName["orders"]?.forecast?.method == .drift)
            // In the middle of a day what has happened counts, and is in no step.
            let later = try await house.rapport.objectives(["weekly", "orders"], asOf: Self.moment(day: 44, 43_200_000))
            let part = Self.said.count {
                $0.kind == "order.placed" && $0.word == "North" && $0.at >= Self.moment(day: 0)
                    && $0.at < Self.moment(day: 44, 43_200_000)
            }
            #expect(later.first { $0.objective.name == "orders" }?.readings.now == Double(part))
            #expect(later.first { $0.objective.name == "orders" }?.readings.steps.count == 6)
            // Windows end at the last midnight.
            #expect(later.first { $0.objective.name == "weekly" }?.readings.steps.last?.end == Self.first + 44)
            await #expect(throws: Problem.self) { _ = try await house.rapport.objectives(["oders"]) }
        }
    }

    @Test(
        "the size of a segment at earlier moments is told from who has entered and left since", arguments: DatabaseKind.available)
    func sizes(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            // As if they had been defined in November.
            let (store, past) = (house.rapport.definitions, Self.moment(day: -40))
            let drafts = [("many", "count(order.placed) >= 1000"), ("some", "count(order.placed) >= 1")].map {
                DefinitionDraft(kind: "segment", name: $0.0, body: ["expression": .string($0.1)])
            }
            _ = try await house.rapport.database.write { db in
                try store.apply(drafts, actor: "test", now: past, in: db)
            }
            try await house.rapport.fillSegments()
            var chance = SplitMix64(seed: 3)
            var said: [Self.Said] = []
            for who in 0..<20 {
                var at = Int64(chance.next() % 1_000_000_000)
                for step in 0..<(2 * Int(chance.next() % 4)) {
                    said.append(
                        Said(
                            who: who, kind: step % 2 == 0 ? "segment.entered" : "segment.left", at: Self.moment(day: 0, at),
                            properties: ["segment": "many", "cause": "event"]))
                    at += 1 + Int64(chance.next() % 900_000_000)
                }
            }
            try await Self.fill(house, said)
            try await Self.state(house, [("size", Self.body("segment(\"many\")", [("target", 10), ("baseline", 2)]))])
            let found = try await house.rapport.objectives(asOf: Self.moment(day: 58))
            let standing = try #require(found.first)
            func size(_ day: Int) -> Double {
                Double(
                    Dictionary(grouping: said, by: \.who).values.count { events in
                        events.filter { $0.at < Self.moment(day: day) }.max { $0.at < $1.at }?.kind == "segment.entered"
                    })
            }
            #expect(standing.readings.first == size(0) && standing.readings.now == size(58))
            #expect(standing.readings.steps.map(\.value) == (0..<8).map { size(7 * $0 + 7) - size(7 * $0) })
            // A live one, now.
            try await Self.fill(house)
            try await Self.state(house, [("live", Self.body("segment(\"some\")", until: "2035-12-31"))])
            let alive = try await house.rapport.objectives(["live"])
            let live = try #require(alive.first)
            #expect(live.readings.now == Double(Set(Self.said.filter { $0.kind == "order.placed" }.map(\.who)).count))
        }
    }

    @Test(
        "erased people and those known by a device only count in no figure, merged people as one",
        arguments: DatabaseKind.available)
    func people(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await Self.fill(house)
            try await house.say("order.placed", [Identifier(kind: "device", value: "d-1")], ["total": 1, "currency": "EUR"])
            try await Self.state(
                house,
                [
                    ("orders", Self.body("count(order.placed)", from: "2025-12-01", until: "2034-12-31")),
                    ("buyers", Self.body("people(order.placed)", from: "2025-12-01", until: "2034-12-31")),
                ])
            func now() async throws -> [String: Double?] {
                Dictionary(
                    uniqueKeysWithValues: try await house.rapport.objectives().map { ($0.objective.name, $0.readings.now) })
            }
            let orders = Self.said.filter { $0.kind == "order.placed" }
            #expect(try await now() == ["orders": Double(orders.count), "buyers": Double(Set(orders.map(\.who)).count)])
            let (rapport, wall) = (house.rapport, house.rapport.clock.now)
            let ids = try await rapport.database.read { db in
                try (1...3).map { try #require(try People.find("p\($0)@a.example", in: db)) }
            }
            _ = try await rapport.database.write { db in
                try rapport.merger.merge(ids[1], into: ids[0], actor: "test", reason: "test", wall: wall, in: db)
            }
            _ = try await rapport.eraser.erase(ids[2], actor: "test", at: wall)
            try await rapport.stepping {}
            let left = orders.filter { $0.who != 3 }
            let whose = Set(left.map { $0.who == 2 ? 1 : $0.who })
            #expect(try await now() == ["orders": Double(left.count), "buyers": Double(whose.count)])
        }
    }

    @Test("a change of verdict is told once, and is in backups", arguments: DatabaseKind.available)
    func news(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let today = Int(house.rapport.clock.now.milliseconds / 86_400_000)
            func day(_ offset: Int) -> String { CivilDate(daysSince1970: today + offset).text }
            let said = (0..<8).map {
                Said(who: $0, kind: "order.placed", at: Timestamp(milliseconds: Int64(today - $0) * 86_400_000 - 3_600_000))
            }
            try await Self.fill(house, said)
            try await Self.state(
                house, [("orders", Self.body("count(order.placed)", from: day(-9), until: day(20), [("target", 500)]))])
            let first = try await house.rapport.objectiveNews()
            #expect(first.changes.map(\.standing.verdict) == [.drifting] && first.changes.first?.before == nil)
            #expect(try await house.rapport.objectiveNews().changes.isEmpty)
            #expect(await house.rapport.checks().contains { $0.state == .warning && $0.finding.contains("orders") })
            try await Self.state(
                house, [("orders", Self.body("count(order.placed)", from: day(-9), until: day(20), [("target", 9)]))])
            let second = try await house.rapport.objectiveNews()
            #expect(second.changes.map(\.standing.verdict) == [.onTrack] && second.changes.first?.before == .drifting)
            #expect(
                try await house.rapport.database.read { try ObjectiveStore.told("orders", in: $0) }.map(\.verdict) == [
                    .drifting, .onTrack,
                ])
            // Who takes it out of force forgets what was told of it.
            let (store, now) = (house.rapport.definitions, house.rapport.clock.now)
            let other = DefinitionDraft(kind: "objective", name: "other", body: Self.body("count(order.placed)"))
            _ = try await house.rapport.database.write { db in
                try store.apply([other], removingMissing: true, actor: "test", now: now, in: db)
            }
            #expect(try await house.count("SELECT COUNT(*) FROM objective_verdicts") == 0)
        }
    }

    @Test(
        "figures that speak of what is not there are refused where they stand, with the nearest",
        arguments: DatabaseKind.available)
    func refused(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            for (metric, path, remedy) in [
                ("count(order.plced)", "metric", "order.placed"), ("sum(order.placed.totl, EUR)", "metric", "total"),
                ("segment(\"nobody\")", "metric", ""), ("cuont(order.placed)", "metric", "count"),
                ("count(order.placed, last 30 days)", "metric", "time"),
            ] {
                let problem = await #expect(throws: Problem.self) {
                    try await Self.state(house, [("one", Self.body(.string(metric)))])
                }
                #expect(problem?.place?.path == path, "\(metric): \(problem?.description ?? "-")")
                #expect(remedy.isEmpty || problem?.remedy?.contains(remedy) ?? false, "\(metric): \(problem?.description ?? "-")")
            }
        }
    }
}

extension [JSONValue] {
    fileprivate var jsonArray: JSONValue { .array(self) }
}
