import Testing

@testable import RapportMatching

@Suite("How alike two values are")
struct SimilarityTests {
    private func units<Result>(_ a: String, _ b: String, _ body: (TextSimilarity.Units, TextSimilarity.Units) -> Result) -> Result
    {
        Array(a.utf16).withUnsafeBufferPointer { first in Array(b.utf16).withUnsafeBufferPointer { body(first, $0) } }
    }

    @Test(
        "Jaro-Winkler gives the values that Winkler published",
        arguments: [
            ("martha", "marhta", 0.961), ("dwayne", "duane", 0.840), ("dixon", "dicksonx", 0.813), ("jones", "johnson", 0.832),
            ("abc", "xyz", 0), ("", "", 1), ("", "a", 0),
        ])
    func jaroWinkler(_ a: String, _ b: String, _ expected: Double) {
        #expect(abs(units(a, b, TextSimilarity.jaroWinkler) - expected) < 0.001)
    }

    @Test(
        "edits count letters missed, added, replaced and swapped, up to a limit",
        arguments: [
            ("smith", "smith", 0), ("smith", "smiht", 1), ("smith", "smth", 1), ("smith", "smyth", 1), ("smith", "smithe", 1),
            ("smith", "schmidt", 3), ("ab", "ba", 1), ("", "abc", 3), ("kitten", "sitting", 3),
        ])
    func edits(_ a: String, _ b: String, _ expected: Int) {
        #expect(units(a, b) { TextSimilarity.edits($0, $1, limit: 2) } == min(3, expected))
        #expect(units(b, a) { TextSimilarity.edits($0, $1, limit: 2) } == min(3, expected))
    }

    @Test(
        "a short form stands for the long one",
        arguments: [
            ("ctr", "center", true), ("dev", "development", true), ("st", "street", true), ("cat", "center", false),
            ("eve", "eleven", false),
        ])
    func abbreviations(_ short: String, _ long: String, _ expected: Bool) {
        #expect(units(short, long, TextSimilarity.abbreviates) == expected)
    }

    @Test(
        "names that sound alike have one key",
        arguments: [
            ("smith", "smyth"), ("stephen", "steven"), ("catherine", "katherine"), ("philip", "filip"), ("meyer", "maier"),
            ("schmidt", "shmit"),
        ])
    func sounds(_ a: String, _ b: String) { #expect(key(a) == key(b) && key(a) != 0) }

    @Test("names that sound different have different keys, in other scripts too")
    func differentSounds() {
        #expect(key("smith") != key("jones"))
        #expect(key("иванов") != key("петров"))
        #expect(key("123") != key("456"))
    }

    private func key(_ word: String) -> UInt32 { Array(word.utf16).withUnsafeBufferPointer(PhoneticKey.of) }

    @Test(
        "text is folded to small letters without accents and single spaces",
        arguments: [
            ("  José\tÁLVAREZ ", "jose alvarez"), ("Straße", "strasse"), ("Łódź", "lodz"), ("N/A", ""), ("Ōkubo", "okubo"),
            ("O’Brien", "o'brien"), ("王小明", "王小明"),
        ])
    func folding(_ text: String, _ expected: String) {
        var folder = TextFolder()
        folder.fold(text)
        #expect(String(decoding: folder.units, as: UTF16.self) == expected)
    }

    @Test(
        "dates are read however they are written",
        arguments: [
            ("1980-02-13", 1980, 2, 13), ("13/02/1980", 1980, 2, 13), ("13.2.80", 1980, 2, 13), ("19800213", 1980, 2, 13),
            ("13 feb 1980", 1980, 2, 13), ("1980", 1980, 0, 0), ("31/02/1980", 1980, 2, 31), ("1980-02-13t10:00:00", 1980, 2, 13),
        ])
    func dates(_ text: String, _ year: Int, _ month: Int, _ day: Int) {
        let date = DateValue(text.utf16, dayFirst: true)
        #expect(date?.year == year && date?.month == month && date?.day == day)
    }

    @Test("what is no date is none", arguments: ["", "waller", "12 main street", "555-1234", "1.2.3.4", "99999999"])
    func noDates(_ text: String) { #expect(DateValue(text.utf16, dayFirst: true) == nil) }
}
