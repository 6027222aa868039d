import RapportCore
import Testing

@Suite("moments as ISO 8601 and programs write them")
struct ISOMomentTests {
    @Test(
        "with an offset and without, with separators and without",
        arguments: [
            ("2026-11-24T19:01:11.629340", "2026-11-24T19:01:11.629Z"),
            ("2026-11-24 19:01:11.62934+00", "2026-11-24T19:01:11.629Z"),
            ("2026-11-24T19:01:11+0100", "2026-11-24T18:01:11.000Z"), ("2026-11-24 19:01:11 -0500", "2026-11-25T00:01:11.000Z"),
            ("2026-11-24 19:01:11 UTC", "2026-11-24T19:01:11.000Z"), ("20261124T190111Z", "2026-11-24T19:01:11.000Z"),
            ("2026-11-24T19:01", "2026-11-24T19:01:00.000Z"), ("2026-11-24T19", "2026-11-24T19:00:00.000Z"),
            ("2026-11-24", "2026-11-24T00:00:00.000Z"), ("20261124", "2026-11-24T00:00:00.000Z"),
            ("2026-11-24T19:01:11,5Z", "2026-11-24T19:01:11.500Z"), ("2026-11-24T24:00:00Z", "2026-11-25T00:00:00.000Z"),
            ("2024-02-29t23:59:60z", "2024-03-01T00:00:00.000Z"), ("2026-11-24T19:01:11+05:45", "2026-11-24T13:16:11.000Z"),
        ])
    func read(text: String, moment: String) throws {
        #expect(try #require(ISOMoment(text)).inUTC.rfc3339 == moment)
    }

    @Test(
        "what is none is none",
        arguments: [
            "", "2026", "2026-11", "2026-02-30", "2026-13-01", "2026-11-24T", "2026-11-24T25:00", "2026-11-24T19:61",
            "2026-11-24T19:01:11.", "2026-11-24T24:00:01", "2026-11-24T19:01:11 CET", "2026-11-24T19:01:11+", "2026-1124",
            "202611-24", "2026-11-24  19:01", "2026-11-24T1901", "20261124T19:01", "2026-W48-2", "1764012071", "yesterday",
            "２０２６-11-24",
        ])
    func refused(text: String) {
        #expect(ISOMoment(text) == nil)
    }

    @Test("a day is the day as written, whatever the offset")
    func day() throws {
        #expect(try FieldType.date.value(of: "1990-05-01T00:00:00+02:00") == FieldType.date.value(of: "1990-05-01"))
    }

    @Test(
        "half a surrogate pair is a replacement character, and the rest of the text stays",
        arguments: [
            (#""a\ud83d""#, "a\u{FFFD}"), (#""\udc00\ud800""#, "\u{FFFD}\u{FFFD}"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
            (#""\ud83dx""#, "\u{FFFD}x"), (#""\ud83d\ude00""#, "😀"), (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"),
        ])
    func halves(text: String, read: String) throws {
        #expect(try JSONValue(parsing: text) == .string(read))
    }
}
