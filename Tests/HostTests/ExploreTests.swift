import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage
import RapportTestKit
import Testing

/// Any event over time from the database, against the same reckoned from the list that was put in.
@Suite("Exploring a house")
struct ExploreTests {
    private struct Said {
        var who: Int
        var at: Timestamp
        var total: Int
        var store: String
        var till: String
    }

    private static let new = TimeZoneRules("America/New_York") ?? .utc

    private static let said: [Said] = {
        var chance = SplitMix64(seed: 11)
        return (0..<400).map { _ in
            Said(
                who: Int(chance.next() % 30),
                at: Timestamp(milliseconds: 1_740_000_000_000 + Int64(chance.next() % 5_184_000_000)),
                total: 100 + Int(chance.next() % 900), store: ["North", "South", "Élan"][Int(chance.next() % 3)],
                till: ["t1", "t2"][Int(chance.next() % 2)])
        }
    }()

    private static func fill(_ house: ImportHouse) async throws {
        var events = (0..<30).map { who in
            NewEvent(
                kind: "person.identified", source: "shop", identifiers: [Identifier(kind: "email", value: "p\(who)@a.example")],
                occurredAt: Timestamp(milliseconds: 1_730_000_000_000),
                properties: ["fields": ["city": .string(who % 2 == 0 ? "Paris" : "Rome")]], history: true)
        }
        events += said.map { one in
            NewEvent(
                kind: "order.placed", source: "shop", identifiers: [Identifier(kind: "email", value: "p\(one.who)@a.example")],
                occurredAt: one.at,
                properties: [
                    "total": .decimal(ScaledInteger.text(Int64(one.total), scale: 2)), "currency": "EUR",
                    "store": .string(one.store),
                    "till": .string(one.till), "tip": .decimal("0.50"),
                ], history: true)
        }
        let (door, all) = (house.rapport.door, events)
        _ = try await house.rapport.stepping { try await door.accept(all, in: house.rapport.database) }
    }

    private static func ask(_ house: ImportHouse, _ change: (inout Exploration.Question) -> Void = { _ in }) async throws
        -> Exploration
    {
        let days = said.map { Int(new.day(of: $0.at.milliseconds)) }
        var question = Exploration.Question(kind: "order.placed", days: (days.min() ?? 0)...(days.max() ?? 0))
        change(&question)
        let (asked, catalog) = (question, house.rapport.catalog)
        return try await house.rapport.database.read { try Exploration(asked, zone: new, catalog, in: $0) }
    }

    private static func day(_ one: Said) -> Int { Int(new.day(of: one.at.milliseconds)) }

    @Test("minus one is a value, and not none", arguments: DatabaseKind.available)
    func minusOne(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let scores: [JSONValue] = [.integer(-1), .integer(-1), .integer(3), .null]
            let events = scores.enumerated().map { place, score in
                NewEvent(
                    kind: "survey.answered", source: "site", identifiers: [Identifier(kind: "email", value: "p@a.example")],
                    occurredAt: Timestamp(milliseconds: 1_740_000_000_000 + Int64(place)),
                    properties: ["survey": "csat", "score": score], history: true)
            }
            let door = house.rapport.door
            _ = try await house.rapport.stepping { try await door.accept(events, in: house.rapport.database) }
            for measure in [Exploration.Measure.count, .people] {
                let found = try await Self.ask(house) {
                    ($0.kind, $0.by, $0.measure) = ("survey.answered", "score", measure)
                    $0.days = 20_138...20_140
                }
                let counts = Dictionary(uniqueKeysWithValues: found.groups.map { ($0.name ?? "none", $0.total) })
                #expect(counts == (measure == .count ? ["-1": 2, "3": 1, "none": 1] : ["-1": 1, "3": 1, "none": 1]))
            }
        }
    }

    @Test(
        "counts, people and sums a day, week and month, by declared and undeclared properties, fields, weekday and hour",
        arguments: DatabaseKind.available)
    func everyWay(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await Self.fill(house)
            for every in CalendarPeriod.allCases {
                let counted = try await Self.ask(house) { $0.every = every }
                let people = try await Self.ask(house) { ($0.every, $0.measure) = (every, .people) }
                let sums = try await Self.ask(house) { ($0.every, $0.measure) = (every, .sum("total")) }
                for (index, period) in counted.periods.enumerated() {
                    let own = Self.said.filter { every.number(of: Self.day($0)) == period }
                    #expect(counted.all.values[index] == Double(own.count))
                    #expect(people.all.values[index] == Double(Set(own.map(\.who)).count))
                    #expect(abs(sums.all.values[index] - Double(own.reduce(0) { $0 + $1.total }) / 100) < 1e-9)
                }
                #expect(counted.all.total == 400 && people.all.total == Double(Set(Self.said.map(\.who)).count))
                #expect(sums.currency == "EUR")
            }
            func check(_ by: String, _ measure: Exploration.Measure, _ group: (Said) -> String) async throws {
                let found = try await Self.ask(house) { ($0.by, $0.measure, $0.limit) = (by, measure, 50) }
                let groups = Dictionary(grouping: Self.said, by: group)
                #expect(found.groups.count == groups.count, "\(by)")
                for series in found.groups {
                    let own = groups[series.name ?? ""] ?? []
                    let total: Double =
                        switch measure {
                        case .count: Double(own.count)
                        case .people: Double(Set(own.map(\.who)).count)
                        case .sum: Double(own.reduce(0) { $0 + $1.total }) / 100
                        }
                    #expect(abs(series.total - total) < 1e-6, "\(by) \(series.name ?? "-")")
                }
            }
            for measure in [Exploration.Measure.count, .people, .sum("total")] {
                try await check("store", measure) { $0.store.lowercased() }
                try await check("till", measure) { $0.till }
                try await check("city", measure) { $0.who % 2 == 0 ? "paris" : "rome" }
                try await check("weekday", measure) { "\(CivilDate(daysSince1970: Self.day($0)).weekday)" }
            }
            let tips = try await Self.ask(house) { $0.measure = .sum("tip") }
            #expect(abs(tips.all.total - 200) < 1e-9)
            let few = try await Self.ask(house) { ($0.by, $0.limit) = ("store", 1) }
            #expect(few.groups.count == 1 && few.otherGroups == 2)
            #expect((few.others?.total ?? 0) + few.groups[0].total == 400)
            await #expect(throws: Problem.self) { _ = try await Self.ask(house) { $0.by = "stroe" } }
            await #expect(throws: Problem.self) { _ = try await Self.ask(house) { $0.kind = "order.place" } }
        }
    }

    @Test("erased people and people known by a device only are in no answer", arguments: DatabaseKind.available)
    func absent(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await Self.fill(house)
            let device = [Identifier(kind: "device", value: "d-1")]
            try await house.say("order.placed", device, ["total": 1, "currency": "EUR"])
            let one = try await house.rapport.database.read { db in try People.find("p3@a.example", in: db) }
            _ = try await house.rapport.eraser.erase(try #require(one), actor: "test", at: house.rapport.clock.now)
            try await house.rapport.stepping {}
            let left = Self.said.count { $0.who != 3 }
            #expect(try await Self.ask(house).all.total == Double(left))
            let catalog = house.rapport.catalog
            let happenings = try await house.rapport.database.read { db in
                try HouseHappenings.read([try .init("order.placed")], catalog, in: db)
            }
            #expect(happenings.count == left)
            let north = try await house.rapport.database.read { db in
                try HouseHappenings.read([try .init("order.placed:store=north")], catalog, in: db)
            }
            #expect(north.count == Self.said.count { $0.who != 3 && $0.store == "North" })
        }
    }

    @Test(
        "amounts in several currencies need to be told which, and what is without a rate is left out",
        arguments: DatabaseKind.available)
    func currencies(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let ann = [Identifier(kind: "email", value: "ann@a.example")]
            for (total, currency) in [("10.00", "EUR"), ("1000", "JPY"), ("4.00", "USD")] {
                try await house.say("order.placed", ann, ["total": .string(total), "currency": .string(currency)])
            }
            let today = Int(house.rapport.clock.now.milliseconds / 86_400_000)
            let catalog = house.rapport.catalog
            func ask(_ currency: String?, _ rates: [String: Double]) async throws -> Exploration {
                var question = Exploration.Question(kind: "order.placed", days: (today - 2)...(today + 1))
                (question.measure, question.currency, question.rates) = (.sum("total"), currency, rates)
                let asked = question
                return try await house.rapport.database.read { try Exploration(asked, zone: .utc, catalog, in: $0) }
            }
            await #expect(throws: Problem.self) { _ = try await ask(nil, [:]) }
            let found = try await ask("EUR", ["JPY": 0.006])
            #expect(abs(found.all.total - 16) < 1e-9 && found.leftOut == 1)
        }
    }
}
