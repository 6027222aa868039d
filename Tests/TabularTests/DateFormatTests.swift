import RapportCore
import RapportTabular
import Testing

@Suite("dates as files write them")
struct DateFormatTests {
    @Test(
        "what Python, databases and shops print is one of the usual formats",
        arguments: [
            (["2026-11-24T19:01:11.629340", "2026-11-24T19:01:11"], "ISO 8601"),
            (["2026-11-24 19:01:11.629340", "2026-11-24 19:01:12"], "ISO 8601"),
            (["2026-11-24 19:01:11.62934+00", "2026-11-24 19:01:11+00"], "ISO 8601"),
            (["2026-11-24 19:01:11 UTC"], "ISO 8601"), (["2026-11-24T19:01:11+0100", "2026-11-24"], "ISO 8601"),
            (["2026-11-24 19:01:11"], "YYYY-MM-DD HH:mm:ss"), (["2026-11-24"], "RFC 3339"), (["20261124"], "YYYYMMDD"),
            (["Nov 24, 2026 7:01 PM"], "MMM D, YYYY h:mm A"), (["24 November 2026 19:01"], "D MMM YYYY HH:mm"),
        ])
    func usual(values: [String], format: String) {
        #expect(DateFormat.fitting(values).first?.text == format)
    }

    @Test("a time without an offset is of the zone's clock; a fraction has any number of digits")
    func zones() throws {
        let iso = try #require(DateFormat("ISO 8601"))
        #expect(iso.timestamp("2026-07-01 12:00:00.5", zone: "Europe/Berlin")?.rfc3339 == "2026-07-01T10:00:00.500Z")
        #expect(iso.timestamp("2026-07-01 12:00:00+00", zone: "Europe/Berlin")?.rfc3339 == "2026-07-01T12:00:00.000Z")
        let tokens = try #require(DateFormat("DD.MM.YYYY HH:mm:ss.SSS"))
        #expect(tokens.timestamp("01.07.2026 12:00:00.5", zone: nil)?.rfc3339 == "2026-07-01T12:00:00.500Z")
        #expect(tokens.timestamp("01.07.2026 12:00:00.123456", zone: nil)?.rfc3339 == "2026-07-01T12:00:00.123Z")
    }

    @Test("a day is the day as written, whatever the offset", arguments: ["RFC 3339", "ISO 8601"])
    func days(format: String) throws {
        let format = try #require(DateFormat(format))
        #expect(format.date("1990-05-01T00:00:00+02:00") == "1990-05-01")
        #expect(format.date("1990-05-01") == "1990-05-01")
    }
}
