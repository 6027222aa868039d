import Foundation
import RapportCore
import Testing

@testable import RapportAnalytics

/// Forecasts by the same time of the last year.
@Suite("Forecasts with seasons")
struct SeasonalForecastTests {
    private static func pairs(_ now: [Double], _ before: [Double]) -> [ForecastPair] {
        zip(now, before).map { ForecastPair(now: $0, before: $1) }
    }

    /// As the mean of a drift would have said.
    private static func mean(_ now: [Double]) -> (Int) -> Double? { { now.prefix($0).reduce(0, +) / Double($0) } }

    @Test("what differs from last year by as much each time is last year's and the mean difference, with the drift's interval")
    func drift() throws {
        let now: [Double] = [11, 31, 14, 52, 23]
        let before: [Double] = [10, 30, 10, 50, 20]
        let found = try #require(
            Forecast.season(from: 131, Self.pairs(now, before), coming: 300, ahead: 3, plain: Self.mean(now)))
        #expect(found.method == .seasonalDrift)
        // Differences 1, 1, 4, 2, 3: mean 2.2, squares of deviations 6.8, s² 1.7; 3 + 9/5 steps.
        #expect(abs(found.value - (131 + 300 + 6.6)) < 1e-9)
        #expect(abs(found.error - (1.7 * 4.8).squareRoot()) < 1e-9)
        #expect(found.degrees == 4 && found.points == 5)
    }

    @Test("what grows in proportion is last year's by the ratio, with the interval of the ratio's best linear prediction")
    func ratio() throws {
        let now: [Double] = [22, 58, 21, 104, 40]
        let before: [Double] = [10, 30, 10, 50, 20]
        let found = try #require(
            Forecast.season(from: 245, Self.pairs(now, before), coming: 300, ahead: 3, plain: Self.mean(now)))
        #expect(found.method == .seasonalRatio)
        let ratio = 245.0 / 120
        #expect(abs(found.value - (245 + 300 * ratio)) < 1e-9)
        let squares = zip(now, before).reduce(0.0) { $0 + pow($1.0 - ratio * $1.1, 2) / $1.1 }
        #expect(abs(found.error - (squares / 4 * (300 + 300.0 * 300 / 120)).squareRoot()) < 1e-9)
    }

    @Test("where this year is not like the last, or too little is known, last year says nothing")
    func unlike() {
        let even: [Double] = [100, 101, 99, 100, 100, 101]
        // A house that had only just begun.
        let rising: [Double] = [1, 20, 60, 200, 500, 1_000]
        #expect(
            Forecast.season(from: 600, Self.pairs(even, rising), coming: 9_000, ahead: 6, plain: Self.mean(even)) == nil)
        #expect(Forecast.season(from: 3, Self.pairs([1, 1, 1], [1, 1, 1]), coming: 3, ahead: 3, plain: { _ in 1 }) == nil)
    }

    @Test("a shop with a Christmas is foretold its Christmas, and without last year's is not")
    func christmas() throws {
        let objective = try Objective(
            name: "orders",
            json: [
                "owner": "Ana", "metric": "count(order.placed)", "target": 6_500, "from": "2026-01-01", "until": "2026-12-30",
            ])
        // 52 weeks: 100 each, and 400 in the last four; this year a fifth more.
        let last = (0..<52).map { $0 < 48 ? 100.0 : 400 }
        let over = 40
        let first = objective.days.lowerBound
        var readings = ObjectiveReadings(
            at: Double(first + 7 * over),
            steps: (0..<over).map { (week: Int) in .init(end: first + 7 * week + 7, value: 119 + Double(week % 3)) },
            now: 120 * Double(over), onlyGrows: true)
        let plain = ObjectiveStanding(objective, readings)
        #expect(plain.forecast?.method == .drift && plain.verdict == .drifting)
        readings.season = ObjectiveSeason(
            before: last[..<over].map { $0 }, coming: last[over...].reduce(0, +))
        let standing = ObjectiveStanding(objective, readings)
        let found = try #require(standing.forecast)
        // Eight weeks of 120 and four of 480 or, by the difference, 420.
        #expect(found.method == .seasonalRatio || found.method == .seasonalDrift)
        let (least, most): (Double, Double) = (4_800 + 960 + 1_680 - 60, 4_800 + 960 + 1_920 + 60)
        #expect(found.value > least && found.value < most, "\(found.value)")
        #expect(standing.verdict == .onTrack)
    }

    @Test("of a thousand years with even scatter about a season, about 95 in a hundred end within the interval")
    func coverage() throws {
        var chance = SplitMix64(seed: 11)
        func normal() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + Double(chance.next() >> 11) / Double(1 << 53) } }
        var inside = 0
        for _ in 0..<1_000 {
            let before = (0..<20).map { (week: Int) -> Double in 100 + 40 * sin(Double(week)) + 3 * normal() }
            let now = before.map { (then: Double) -> Double in then + 10 + 3 * normal() }
            let told = now[..<12].reduce(0, +)
            let found = try #require(
                Forecast.season(
                    from: told, Self.pairs(Array(now[..<12]), before), coming: before[12...].reduce(0, +), ahead: 8,
                    plain: Self.mean(now)))
            if (found.low...found.high).contains(now.reduce(0, +)) { inside += 1 }
        }
        #expect((925...975).contains(inside), "\(inside)")
    }
}
