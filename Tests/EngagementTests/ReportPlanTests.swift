import Foundation
import RapportCore
import RapportEngagement
import Testing

@Suite("When monthly reports are due")
struct ReportPlanTests {
    static let zones = [
        "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "America/Sao_Paulo", "Australia/Lord_Howe",
    ]

    @Test(
        "over two years each month has exactly one, on its day or its last, at the time that clocks show",
        arguments: ReportPlanTests.zones,
        [1, 15, 29, 30, 31])
    func everyMonthOnce(zone: String, day: Int) throws {
        let rules = try #require(TimeZoneRules(zone))
        for minute in [0, 150, 420, 1_439] {
            let plan = ReportPlan(name: "m", to: ["a@b.example"], channel: "mail", day: day, minute: Int64(minute), zone: zone)
            var moment = try #require(Timestamp(rfc3339: "2023-12-31T12:00:00Z"))
            var month: CalendarMonth?
            for _ in 0..<26 {
                let next = plan.next(after: moment, house: .utc)
                #expect(next > moment)
                var calendar = Calendar(identifier: .gregorian)
                calendar.timeZone = rules.zone
                let date = Date(timeIntervalSince1970: Double(next.milliseconds) / 1_000)
                let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
                let due = try #require(CalendarMonth(year: parts.year ?? 0, month: parts.month ?? 0))
                if let month { #expect(due == month.adding(1), "\(zone) \(day) after \(month.text)") }
                month = due
                #expect(parts.day == min(day, CivilDate.days(in: due.month, of: due.year)))
                let shown = (parts.hour ?? 0) * 60 + (parts.minute ?? 0)
                // What the clocks skip comes as much later as they skip.
                #expect(shown == minute || (shown - minute == 60 || shown - minute == 30), "\(zone) \(date)")
                // Whoever looks at any time until the next one finds this one, and no other.
                let after = plan.next(after: next, house: .utc)
                for look in [next, next + .seconds(1), next + .days(9), after - Span(milliseconds: 1)] {
                    let (last, told) = plan.last(by: look, house: .utc)
                    #expect(last == next && told == due.adding(-1))
                }
                moment = next
            }
        }
    }

    @Test("a report is read from YAML's values, and what is wrong is named")
    func reading() throws {
        let plan = try ReportPlan(
            name: "monthly",
            json: [
                "to": ["ana@grocer.example", "ben@grocer.example"], "channel": "mail", "on": "1st", "at": "07:30",
                "zone": "Europe/Paris",
            ])
        #expect((plan.day, plan.minute, plan.to.count, plan.zone) == (1, 450, 2, "Europe/Paris"))
        #expect(try ReportPlan(name: "monthly", json: plan.json) == plan)
        #expect(try ReportPlan(name: "m", json: ["to": "ana@grocer.example", "channel": "mail"]).day == 1)
        #expect(["1", "2nd", "3RD", "22nd", "31st", "last"].map(ReportPlan.day) == [1, 2, 3, 22, 31, 31])
        #expect(["0", "32", "first", ""].allSatisfy { ReportPlan.day($0) == nil })
        let bad: [(JSONValue, String)] = [
            ("x", ""), (["channel": "mail"], "to"), (["to": [], "channel": "mail"], "to"), (["to": ["a@b.example"]], "channel"),
            (["to": ["a@b.example", "a@b.example"], "channel": "mail"], "to"),
            (["to": ["a@b.example"], "channel": "mail", "on": 32], "on"),
            (["to": ["a@b.example"], "channel": "mail", "at": "7 am"], "at"),
            (["to": ["a@b.example"], "channel": "mail", "zone": "Nowhere/Else"], "zone"),
            (["to": ["a@b.example"], "channel": "mail", "chanel": "x"], "chanel"),
        ]
        for (json, path) in bad {
            let problem = #expect(throws: Problem.self) { try ReportPlan(name: "monthly", json: json) }
            #expect(problem?.place?.path == path)
        }
    }

    @Test("months are counted over the ends of years, and have their moments in the house's zone")
    func months() throws {
        let january = try #require(CalendarMonth(text: "2026-01"))
        #expect(january.adding(-1).text == "2025-12" && january.adding(25).text == "2028-02")
        #expect(january.adding(25).day(31).text == "2028-02-29")
        #expect(["2026-13", "2026-1", "26-01", "2026-00", ""].allSatisfy { CalendarMonth(text: $0) == nil })
        let berlin = try #require(TimeZoneRules("Europe/Berlin"))
        let march = try #require(CalendarMonth(text: "2026-03")).range(in: berlin)
        #expect(march.lowerBound.rfc3339 == "2026-02-28T23:00:00.000Z" && march.upperBound.rfc3339 == "2026-03-31T22:00:00.000Z")
    }
}

extension CivilDate {
    fileprivate var text: String { "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)" }
}
