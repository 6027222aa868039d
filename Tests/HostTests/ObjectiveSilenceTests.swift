import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage
import RapportTestKit
import RapportWeb
import Testing

/// An objective whose data has stopped is told as that, and one whose data is merely rare is not.
@Suite("Objectives without data")
struct ObjectiveSilenceTests {
    private static let day: Int64 = 86_400_000

    private static func objective(_ metric: JSONValue, _ today: Int, _ more: [JSONValue.Member] = []) -> JSONValue {
        func date(_ offset: Int) -> JSONValue { .string(CivilDate(daysSince1970: today + offset).text) }
        return .object(
            [
                .init("owner", "Ana"), .init("metric", metric), .init("from", date(-84)), .init("until", date(84)),
                .init("over", "7d"),
            ] + more)
    }

    /// A house, and a moment early on a day that is so many days from today.
    private static func with(
        _ kind: DatabaseKind, _ body: (ImportHouse, _ today: Int, _ at: (Int) -> Timestamp) async throws -> Void
    ) async throws {
        try await ImportHouse.with(kind) { house in
            let today = Int(TimeZoneRules.utc.day(of: house.rapport.clock.now.milliseconds))
            try await body(house, today) { Timestamp(milliseconds: Int64(today + $0) * day + 3_600_000) }
        }
    }

    @Test(
        "surveys that stopped three weeks ago leave their objective without data since then, in verdict, JSON, doctor and report",
        arguments: DatabaseKind.available)
    func stopped(kind: DatabaseKind) async throws {
        try await Self.with(kind) { house, today, at in
            // Answers come every other day until three weeks ago; letters go on; of complaints there are none any more either.
            var said = stride(from: -100, through: -22, by: 2).map {
                ObjectiveTests.Said(
                    who: 1, kind: "survey.answered", at: at($0), properties: ["survey": "csat", "score": 5], number: 5)
            }
            for offset in -100..<0 {
                let properties: JSONValue = ["campaign": "c", "channel": "email"]
                said.append(.init(who: 2, kind: "message.sent", at: at(offset), properties: properties))
                if offset < -30 { said.append(.init(who: 2, kind: "message.complained", at: at(offset))) }
            }
            try await ObjectiveTests.fill(house, said)
            let rate: JSONValue = ["of": "count(message.complained)", "to": "count(message.sent)", "per": 1_000]
            try await ObjectiveTests.state(
                house,
                [
                    ("csat", Self.objective("mean(survey.answered.score)", today, [.init("target", 4)])),
                    ("goodwill", Self.objective(rate, today, [.init("target", 5), .init("direction", "down")])),
                    (
                        "few",
                        Self.objective("count(message.complained)", today, [.init("target", 5), .init("direction", "down")])
                    ),
                    ("letters", Self.objective("count(message.sent)", today, [.init("target", 5)])),
                ])
            let news = try await house.rapport.objectiveNews()
            let byName = Dictionary(uniqueKeysWithValues: news.standings.map { ($0.objective.name, $0) })
            let csat = try #require(byName["csat"])
            #expect(csat.verdict == .silent && csat.verdict.isAlarming && csat.forecast == nil)
            let last = CivilDate(daysSince1970: today - 22).text
            #expect(csat.json()["no_data_since"]?.string == last && csat.json()["verdict"]?.string == "no_data")
            // The five that was answered last still stands there, as what it was.
            #expect(csat.readings.now == 5)
            for name in ["goodwill", "few"] {
                #expect(byName[name]?.verdict == .silent, "\(name)")
                #expect(byName[name]?.readings.silence?.lastDay == today - 31, "\(name)")
            }
            #expect(byName["letters"]?.verdict == .onTrack && byName["letters"]?.json()["no_data_since"] == .null)
            #expect(Set(news.changes.map(\.standing.objective.name)) == ["csat", "goodwill", "few"])
            let finding = await house.rapport.checks().first { $0.state == .warning && $0.finding.contains("csat") }?.finding
            #expect(finding?.contains("csat (no data since \(last))") == true)
            let letter = try await house.rapport.letter(house.rapport.monthlyReport(house.rapport.lastMonth))
            #expect(String(describing: letter.parts).contains("csat (no data since \(last))"))
            // It comes again: the verdict does too.
            try await ObjectiveTests.fill(
                house,
                [.init(who: 1, kind: "survey.answered", at: at(-1), properties: ["survey": "csat", "score": 5], number: 5)])
            let after = try await house.rapport.objectiveNews()
            #expect(after.changes.map(\.standing.objective.name) == ["csat"] && after.changes.first?.before == .silent)
            #expect(after.changes.first?.standing.readings.silence == nil)
        }
    }

    @Test(
        "what comes on weekdays, once a month, in bursts or hardly ever is not missed in its usual pauses",
        arguments: DatabaseKind.available)
    func rare(kind: DatabaseKind) async throws {
        try await Self.with(kind) { house, today, at in
            let patterns: [(name: String, days: [Int])] = [
                // All but two days a week, and nothing for a week of holidays, as a year ago.
                ("weekdays", (-300 ..< -8).filter { ($0 + 700) % 7 < 5 && !(-250 ..< -243).contains($0) }),
                ("monthly", Array(stride(from: -340, through: -40, by: 30))),
                ("bursts", Array(-200 ..< -185) + Array(-100 ..< -85) + Array(-50 ..< -45)),
                ("rare", [-310, -290, -200, -190, -188, -150, -100]), ("new", [-20, -18, -17, -15]),
            ]
            let said = patterns.flatMap { name, days in
                days.map { day in
                    ObjectiveTests.Said(
                        who: 1, kind: "order.placed", at: at(day),
                        properties: ["order": .string("\(name)\(day)"), "store": .string(name)])
                }
            }
            try await ObjectiveTests.fill(house, said)
            try await ObjectiveTests.state(
                house,
                patterns.map { name, _ in
                    let metric = JSONValue.string("count(order.placed, store: \"\(name)\")")
                    return (name, Self.objective(metric, today, [.init("target", 9), .init("direction", "down")]))
                })
            for standing in try await house.rapport.objectives() {
                #expect(standing.verdict != .silent, "\(standing.objective.name)")
                #expect(standing.readings.silence == nil, "\(standing.objective.name)")
            }
        }
    }
}
