import RapportCore
import Testing

@Suite("Schedules")
struct ScheduleTests {
    private func at(_ text: String) -> Timestamp { Timestamp(rfc3339: text) ?? .distantPast }

    private func next(_ times: [String], _ moment: String, _ zone: String = "Europe/Berlin") throws -> [String] {
        let moments = try times.map { try #require(Schedule.Moment($0), "\($0)") }
        let rules = try #require(TimeZoneRules(zone))
        var moment = at(moment)
        return (0..<3).map { _ in
            moment = Schedule.at(moments).next(after: moment, in: rules)
            return moment.rfc3339
        }
    }

    @Test("a rhythm counts from the last beginning")
    func every() {
        let next = Schedule.every(.hours(1)).next(after: at("2026-03-01T10:20:30Z"), in: .utc)
        #expect(next == at("2026-03-01T11:20:30Z"))
    }

    @Test("times are those of the zone's clock, also where it changes: skipped ones come later, repeated ones once")
    func clockChanges() throws {
        // On 29 March 2026 clocks in Berlin go from 2:00 to 3:00, on 25 October from 3:00 to 2:00.
        #expect(
            try next(["02:30"], "2026-03-28T00:00:00Z")
                == ["2026-03-28T01:30:00.000Z", "2026-03-29T01:30:00.000Z", "2026-03-30T00:30:00.000Z"])
        #expect(
            try next(["02:30"], "2026-10-24T01:00:00Z")
                == ["2026-10-25T00:30:00.000Z", "2026-10-26T01:30:00.000Z", "2026-10-27T01:30:00.000Z"])
    }

    @Test("days of the week, of the month and several times")
    func days() throws {
        // 2026-01-30 is a Friday.
        #expect(
            try next(["mon-fri 06:00"], "2026-01-30T05:00:00Z", "UTC")
                == ["2026-01-30T06:00:00.000Z", "2026-02-02T06:00:00.000Z", "2026-02-03T06:00:00.000Z"])
        #expect(
            try next(["sat-mon 6:00"], "2026-01-30T05:00:00Z", "UTC")
                == ["2026-01-31T06:00:00.000Z", "2026-02-01T06:00:00.000Z", "2026-02-02T06:00:00.000Z"])
        #expect(
            try next(["31 22:00", "tue 01:00"], "2026-01-30T05:00:00Z", "UTC")
                == ["2026-01-31T22:00:00.000Z", "2026-02-03T01:00:00.000Z", "2026-02-10T01:00:00.000Z"])
        #expect(
            try next(["31 22:00"], "2026-01-31T23:00:00Z", "UTC")
                == ["2026-02-28T22:00:00.000Z", "2026-03-31T22:00:00.000Z", "2026-04-30T22:00:00.000Z"])
    }

    @Test(
        "what is no time is refused",
        arguments: ["", "6", "24:00", "06:60", "0 06:00", "32 06:00", "mo 06:00", "mon- 06:00", "mon 06:00 x", "-1:00", "6:0"])
    func refused(text: String) {
        #expect(Schedule.Moment(text) == nil)
    }
}
