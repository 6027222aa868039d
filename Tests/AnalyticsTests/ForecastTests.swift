import Foundation
import RapportCore
import Testing

@testable import RapportAnalytics

/// What an objective will come to, and what that makes of it.
@Suite("Forecasts of objectives")
struct ForecastTests {
    /// Sums of twelve even numbers less six: mean 0, variance 1.
    private static func normal(_ chance: inout SplitMix64) -> Double {
        (0..<12).reduce(-6.0) { sum, _ in sum + Double(chance.next() >> 11) / Double(1 << 53) }
    }

    @Test("a drift goes on by the mean of its steps, with the interval of the textbook")
    func drift() throws {
        let found = try #require(Forecast.drift(from: 100, increments: [10, 12, 8, 14, 6], ahead: 3))
        #expect(found.value == 130)
        // s² = 10; s² (3 + 9/5) = 48; t of 4 degrees at 97.5 % is 2.776445.
        #expect(abs(found.error - 48.0.squareRoot()) < 1e-12)
        #expect(abs(found.high - (130 + 2.776_445_105 * 48.0.squareRoot())) < 1e-6)
        // It has never fallen in a step.
        #expect(found.low >= 100)
        let falling = try #require(Forecast.drift(from: 100, increments: [10, -12, 8, -14], ahead: 3))
        #expect(falling.low < 100)
    }

    @Test("a trend is the line of least squares, with the interval of a new observation")
    func trend() throws {
        let points: [(x: Double, y: Double)] = [(1, 2), (2, 2.5), (3, 3.5), (4, 3.5), (5, 5)]
        let found = try #require(Forecast.trend(points, at: 8))
        // By hand: slope 0.7, mean 3.3; squares of residuals 0.4, s² a third of it; 1 + 1/5 + 25/10.
        #expect(abs(found.value - (3.3 + 0.7 * 5)) < 1e-12)
        #expect(abs(found.error - (0.4 / 3 * 3.7).squareRoot()) < 1e-12)
        #expect(found.degrees == 3)
    }

    @Test("nothing is foretold from fewer than four steps, and what never varies has no interval")
    func fewAndEven() throws {
        #expect(Forecast.drift(from: 3, increments: [1, 1, 1], ahead: 5) == nil)
        #expect(Forecast.trend([(1, 1), (2, 2), (3, 3)], at: 9) == nil)
        #expect(Forecast.trend([(1, 1), (1, 2), (1, 3), (1, 4)], at: 9) == nil)
        let even = try #require(Forecast.drift(from: 4, increments: [1, 1, 1, 1], ahead: 6))
        #expect((even.low, even.value, even.high) == (10, 10, 10))
        #expect(even.chance(ofAtLeast: 10) == 1 && even.chance(ofAtLeast: 10.1) == 0)
    }

    @Test(
        "more in a step is never foretold to be less, farther is never surer, and chances fall as targets rise", arguments: 1...20
    )
    func monotone(seed: Int) throws {
        var chance = SplitMix64(seed: UInt64(seed))
        let steps = (0..<8).map { _ in Double(chance.next() % 50) }
        let found = try #require(Forecast.drift(from: 40, increments: steps, ahead: 5))
        #expect(found.low <= found.value && found.value <= found.high && found.low >= 40)
        for place in steps.indices {
            var more = steps
            more[place] += 7
            #expect(try #require(Forecast.drift(from: 47, increments: more, ahead: 5)).value > found.value)
        }
        let farther = try #require(Forecast.drift(from: 40, increments: steps, ahead: 9))
        #expect(farther.value >= found.value && farther.error >= found.error)
        var last = 1.0
        for wanted in stride(from: 0.0, through: 600, by: 20) {
            let now = found.chance(ofAtLeast: wanted)
            #expect((0...1).contains(now) && now <= last + 1e-12)
            last = now
        }
        let band = Objective.Target.band(60...120)
        #expect((0...1).contains(found.chance(of: band, .within)))
    }

    @Test("of a thousand totals with even scatter, about 95 in a hundred end within the interval")
    func coverage() throws {
        var chance = SplitMix64(seed: 5)
        var inside = (drift: 0, trend: 0)
        for _ in 0..<1_000 {
            let steps = (0..<18).map { _ in 20 + 4 * Self.normal(&chance) }
            let found = try #require(Forecast.drift(from: steps[..<10].reduce(0, +), increments: Array(steps[..<10]), ahead: 8))
            if (found.low...found.high).contains(steps.reduce(0, +)) { inside.drift += 1 }
            let line = (0..<13).map { (x: Double($0), y: 3 + 0.1 * Double($0) + 0.5 * Self.normal(&chance)) }
            let trend = try #require(Forecast.trend(Array(line[..<10]), at: 12))
            if (trend.low...trend.high).contains(line[12].y) { inside.trend += 1 }
        }
        #expect((930...970).contains(inside.drift) && (930...970).contains(inside.trend), "\(inside)")
    }
}

/// What is made of an objective's readings.
@Suite("Standing of objectives")
struct ObjectiveStandingTests {
    private static func objective(_ more: [(String, JSONValue)] = [], metric: String = "count(order.placed)") throws -> Objective
    {
        var members: [(String, JSONValue)] = [
            ("owner", "Ana"), ("metric", .string(metric)), ("target", 100), ("from", "2026-01-01"), ("until", "2026-01-10"),
        ]
        for (name, value) in more {
            members.removeAll { $0.0 == name }
            members.append((name, value))
        }
        return try Objective(name: "one", json: .object(members.map { .init($0.0, $0.1) }))
    }

    private static let first = CivilDate(year: 2026, month: 1, day: 1)?.daysSince1970 ?? 0

    private static func readings(day: Double, _ steps: [Double?], now: Double?, baseline: Double? = nil, grows: Bool = true)
        -> ObjectiveReadings
    {
        ObjectiveReadings(
            at: Double(first) + day, steps: steps.enumerated().map { .init(end: first + $0.offset + 1, value: $0.element) },
            now: now, baseline: baseline, onlyGrows: grows)
    }

    @Test("a period in the future, at its first step, and over: too early, too early, reached or missed")
    func edges() throws {
        let objective = try Self.objective()
        let before = ObjectiveStanding(objective, Self.readings(day: -3, [], now: nil))
        #expect(before.verdict == .early && !before.isBegun && before.way == nil && before.forecast == nil && before.elapsed == 0)
        let one = ObjectiveStanding(objective, Self.readings(day: 1, [12], now: 12))
        #expect(one.verdict == .early && one.way == 0.12 && one.expected == 10)
        let steps = [Double?](repeating: 9, count: 10)
        #expect(ObjectiveStanding(objective, Self.readings(day: 10, steps, now: 90)).verdict == .missed)
        #expect(ObjectiveStanding(objective, Self.readings(day: 10, steps, now: 100)).verdict == .reached)
        let nothing = ObjectiveStanding(
            try Self.objective(metric: "mean(survey.answered.score)"), Self.readings(day: 10, [], now: nil))
        #expect(nothing.verdict == .unmeasured)
    }

    @Test("a total is reached as soon as it is there, and a limit is missed as soon as it is passed")
    func totals() throws {
        let up = try Self.objective()
        #expect(ObjectiveStanding(up, Self.readings(day: 5, [20, 20, 20, 20, 21], now: 101)).verdict == .reached)
        #expect(ObjectiveStanding(up, Self.readings(day: 5, [11, 10, 11, 10, 11], now: 53)).verdict == .onTrack)
        #expect(ObjectiveStanding(up, Self.readings(day: 5, [9, 8, 9, 8, 9], now: 43)).verdict == .drifting)
        // What may be paid back is not reached before the end.
        #expect(ObjectiveStanding(up, Self.readings(day: 5, [20, 20, 20, 20, 21], now: 101, grows: false)).verdict == .onTrack)
        let down = try Self.objective([("direction", "down")])
        #expect(ObjectiveStanding(down, Self.readings(day: 5, [9, 8, 9, 8, 9], now: 43)).verdict == .onTrack)
        #expect(ObjectiveStanding(down, Self.readings(day: 5, [20, 20, 20, 20, 21], now: 101)).verdict == .missed)
        let within = try Self.objective([("direction", "within"), ("target", [90, 110])])
        #expect(ObjectiveStanding(within, Self.readings(day: 5, [10, 10, 11, 10, 10], now: 51)).verdict == .onTrack)
        #expect(ObjectiveStanding(within, Self.readings(day: 5, [12, 13, 12, 13, 12], now: 62)).verdict == .drifting)
        #expect(ObjectiveStanding(within, Self.readings(day: 5, [30, 30, 30, 30, 1], now: 121)).verdict == .missed)
    }

    @Test("a target that is the baseline has no way, and yet a verdict")
    func noWay() throws {
        let objective = try Self.objective([("target", 4), ("baseline", 4)], metric: "mean(survey.answered.score)")
        let standing = ObjectiveStanding(objective, Self.readings(day: 5, [4, 4.1, 4.2, 4.1, 4.2], now: 4.2, baseline: 4))
        #expect(standing.way == nil && standing.expected == 4 && standing.verdict == .onTrack)
    }

    @Test("windows without anything to measure are left out of the line, not taken for nothing")
    func gaps() throws {
        let objective = try Self.objective([("target", 4)], metric: "mean(survey.answered.score)")
        let standing = ObjectiveStanding(objective, Self.readings(day: 6, [4, nil, 4, 4, nil, 4], now: 4))
        #expect(standing.forecast?.points == 4 && standing.forecast?.value == 4)
    }

    @Test("a programme returns what it gained over what would have come anyway, less its cost, over its cost")
    func programme() throws {
        let objective = try Self.objective([
            ("baseline", 60), ("programme", ["cost": .decimal("200.00"), "currency": "EUR", "value": 25]),
        ])
        let standing = ObjectiveStanding(objective, Self.readings(day: 5, [10, 10, 10, 10, 10], now: 50, baseline: 60))
        // Half of the time would have brought 30 anyway: 20 more, worth 500, for 200.
        #expect(standing.returned?.gain == 20 && standing.returned?.worth == 500 && standing.returned?.rate == 1.5)
        #expect(standing.expectedReturn?.gain == 40 && standing.expectedReturn?.rate == 4)
    }

    @Test(
        "what is stated wrongly is refused with its path and what to do",
        arguments: [
            ("direktion", JSONValue.string("up"), "direktion", "direction"), ("direction", "sideways", "direction", "within"),
            ("until", "2025-12-31", "until", ""), ("from", "2026-02-30", "from", "2026-01-31"), ("target", "much", "target", ""),
            ("over", "30d", "over", ""), ("over", "36h", "over", "28d"),
            ("baseline", ["from": "2026-01-01", "until": "2026-01-05"], "baseline.until", ""),
            ("baseline", ["form": "2025-01-01"], "baseline.form", "from"),
            ("programme", ["cost": 1, "currency": "EUR", "value": 2], "programme", "baseline"),
            ("metric", ["of": "count(a.b)", "two": "count(a.c)"], "metric.two", "to"),
            ("metric", ["of": "mean(a.b.c)", "to": "count(a.c)"], "metric.of", ""),
        ] as [(String, JSONValue, String, String)])
    func refused(key: String, value: JSONValue, path: String, remedy: String) throws {
        let problem = #expect(throws: Problem.self) { try Self.objective([(key, value)]) }
        #expect(problem?.place?.path == path)
        #expect(remedy.isEmpty || problem?.remedy?.contains(remedy) ?? false, "\(problem?.remedy ?? "-")")
    }
}
