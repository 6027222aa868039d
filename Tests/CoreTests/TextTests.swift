import RapportCore
import Testing

@Suite("folded text")
struct TextTests {
    @Test(
        "folds as Unicode says, composed",
        arguments: [
            ("Straße", "strasse"), ("STRASSE", "strasse"), ("ΟΔΟΣ", "οδοσ"), ("e\u{301}", "\u{e9}"), ("É", "\u{e9}"),
            ("İ", "i\u{307}"), ("ı", "ı"), ("ﬀ", "ff"), (" A ", " a "), ("Ꭰ", "Ꭰ"), ("", ""),
        ])
    func folds(input: String, folded: String) {
        #expect(Array(Text.folded(input).utf8) == Array(folded.utf8))
    }

    @Test("folding what is folded changes nothing, for every character")
    func idempotent() {
        for value in UInt32(0)..<0x1_1000 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let once = Text.folded(String(Character(scalar)))
            #expect(Array(Text.folded(once).utf8) == Array(once.utf8), "U+\(String(value, radix: 16))")
        }
    }

    @Test(
        "search words have neither case nor accents",
        arguments: [
            ("Zoë Müller-Lüdenscheidt", ["zoe", "muller", "ludenscheidt"]), ("O’Neil & O'Neil", ["oneil"]),
            ("Łódź 7", ["lodz", "7"]), ("Ærøskøbing", ["aeroskobing"]), ("  ", []), ("李 小龍", ["李", "小龍"]),
        ])
    func words(input: String, words: [String]) {
        #expect(Text.searchWords(input) == words)
    }
}
