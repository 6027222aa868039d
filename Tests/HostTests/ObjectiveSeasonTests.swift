import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage
import RapportTestKit
import Testing

/// Last year's same time, read from the database, and the worker's look once a day.
@Suite("Seasons of objectives")
struct ObjectiveSeasonTests {
    private typealias Said = ObjectiveTests.Said

    /// Orders and answers of 500 days.
    private static let said: [Said] = {
        var chance = SplitMix64(seed: 77)
        return (0..<1_500).map { index in
            let day = Int(chance.next() % 500) - 400
            var one = Said(
                who: Int(chance.next() % 60), kind: index % 3 == 0 ? "survey.answered" : "order.placed",
                at: ObjectiveTests.moment(day: day, Int64(chance.next() % 86_400_000)))
            one.number = 1 + Int(chance.next() % 5)
            one.properties =
                one.kind == "order.placed"
                ? ["order": .string("o\(index)"), "total": .integer(Int64(one.number)), "currency": "EUR"]
                : ["survey": "csat", "score": .integer(Int64(one.number))]
            return one
        }
    }()

    private static func own(_ kind: String, _ from: Timestamp, _ to: Timestamp) -> [Said] {
        said.filter { $0.kind == kind && $0.at >= from && $0.at < to }
    }

    private static func body(_ metric: String, _ more: [(String, JSONValue)] = []) -> JSONValue {
        .object(
            [
                .init("owner", "Ana"), .init("metric", .string(metric)), .init("target", 4), .init("from", "2026-01-01"),
                .init("until", "2026-04-10"),
            ] + more.map { JSONValue.Member($0.0, $0.1) })
    }

    @Test(
        "the same steps of the year before are read, those that are over and what was to come", arguments: DatabaseKind.available)
    func season(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await ObjectiveTests.fill(house, Self.said)
            try await ObjectiveTests.state(
                house,
                [
                    ("orders", Self.body("count(order.placed)")), ("buyers", Self.body("people(order.placed)")),
                    ("brought", Self.body("revenue")), ("csat", Self.body("mean(survey.answered.score)", [("over", "7d")])),
                ])
            let (now, half) = (45, Int64(43_200_000))
            let found = try await house.rapport.objectives(asOf: ObjectiveTests.moment(day: now, half))
            func season(_ name: String) throws -> ObjectiveSeason {
                try #require(found.first { $0.objective.name == name }?.readings.season, "\(name)")
            }
            func moment(_ day: Int, _ offset: Int64 = 0) -> Timestamp { ObjectiveTests.moment(day: day - 364, offset) }
            let weeks = (0..<6).map { (moment(7 * $0), moment(7 * $0 + 7)) }
            let ahead = (moment(now, half), moment(100))
            #expect(try season("orders").before == weeks.map { Double(Self.own("order.placed", $0, $1).count) })
            #expect(try season("orders").coming == Double(Self.own("order.placed", ahead.0, ahead.1).count))
            #expect(
                try season("brought").before
                    == weeks.map { Double(Self.own("order.placed", $0, $1).reduce(0) { $0 + $1.number }) })
            let then = Set(Self.own("order.placed", moment(0), ahead.0).map(\.who))
            let later = Set(Self.own("order.placed", ahead.0, ahead.1).map(\.who))
            #expect(try season("buyers").coming == Double(later.subtracting(then).count))
            // Windows end at the last midnight.
            let csat = try season("csat")
            for (step, window) in csat.before.enumerated() {
                let end = now - 7 * (csat.before.count - 1 - step)
                let answers = Self.own("survey.answered", moment(end - 7), moment(end))
                #expect(
                    window == (answers.isEmpty ? nil : Double(answers.reduce(0) { $0 + $1.number }) / Double(answers.count)))
            }
            // Before the first event there was no house: as on a day of which no step's like is known, nothing is compared.
            try await ObjectiveTests.state(
                house,
                [
                    (
                        "early",
                        .object([
                            .init("owner", "Ana"), .init("metric", "count(order.placed)"), .init("target", 4),
                            .init("from", "2025-01-01"), .init("until", "2025-12-31"),
                        ])
                    )
                ])
            let early = try await house.rapport.objectives(["early"], asOf: ObjectiveTests.moment(day: -100))
            #expect(early.first?.readings.season == nil && early.first?.forecast?.method == .drift)
        }
    }

    @Test(
        "the worker looks once a day, from six in the morning on, and never in a locked database",
        arguments: DatabaseKind.available)
    func daily(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let rapport = house.rapport
            #expect(try await !rapport.isObjectiveLookDue())
            try await ObjectiveTests.state(house, [("orders", Self.body("count(order.placed)"))])
            let day = rapport.clock.now.milliseconds / 86_400_000
            let isMorning = rapport.clock.now.milliseconds - day * 86_400_000 >= 6 * 3_600_000
            #expect(try await rapport.isObjectiveLookDue() == isMorning)
            try await rapport.database.write { try DatabaseLock.lock($0, because: "restored from a backup") }
            #expect(try await !rapport.isObjectiveLookDue())
            try await rapport.database.write { try $0.run("DELETE FROM settings WHERE name = 'locked'") }
            _ = try await rapport.objectiveNews()
            #expect(try await !rapport.isObjectiveLookDue())
        }
    }
}
