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

    @Test(
        "what somebody wrote cannot steer a terminal: controls are shown, all else stands",
        arguments: [
            ("a\u{1B}[31mred\u{7}", "a\u{FFFD}[31mred\u{FFFD}"), ("two\nlines\tand a tab", "two\nlines\tand a tab"),
            ("over\rwritten", "over\u{FFFD}written"), ("\u{9B}2J", "\u{FFFD}2J"), ("a\u{7F}b\u{0}", "a\u{FFFD}b\u{FFFD}"),
            ("Zo\u{EB} \u{A0}李 👩‍👩‍👧", "Zo\u{EB} \u{A0}李 👩‍👩‍👧"), ("\u{1B}", "\u{FFFD}"), ("", ""),
        ])
    func printable(input: String, shown: String) {
        #expect(Array(Text.printable(input).unicodeScalars) == Array(shown.unicodeScalars))
    }

    @Test("the styles that the caller has set stay, and no others")
    func styles() {
        let text = "\u{1B}[1mNAME\u{1B}[0m \u{1B}[8mhidden\u{1B}[2J\u{1B}[1"
        let shown = "\u{1B}[1mNAME\u{1B}[0m \u{FFFD}[8mhidden\u{FFFD}[2J\u{FFFD}[1"
        #expect(Text.printable(text, keeping: ["0", "1"]) == shown)
        #expect(Text.printable("a\u{202E}gnp.exe\u{2069}") == "a\u{FFFD}gnp.exe\u{FFFD}")
        #expect(Text.printable("“שלום”\u{200F}…") == "“שלום”\u{200F}…")
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
