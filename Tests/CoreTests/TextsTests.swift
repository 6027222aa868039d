import RapportCore
import Testing

@Suite("Texts that people read")
struct TextsTests {
    let texts = Texts(
        language: "en", entries: ["hello": "Hello {name}!", "n.one": "{count} person", "n.other": "{count} people"])

    @Test("placeholders are filled in once, and one that has no value stays visible")
    func placeholders() {
        #expect(texts("hello", ["name": "{x}"]) == "Hello {x}!")
        #expect(texts("hello", ["other": "x"]) == "Hello {name}!")
    }

    @Test("a number chooses its form")
    func plural() {
        #expect(texts("n", count: 1) == "1 person")
        #expect(texts("n", count: 0) == "0 people")
    }

    @Test("a missing text shows its key, and another language falls back")
    func missing() {
        #expect(texts("absent") == "absent")
        let german = Texts(language: "de", entries: ["hello": "Hallo {name}!"]).over(texts)
        #expect(german("hello", ["name": "Ada"]) == "Hallo Ada!")
        #expect(german("n", count: 2) == "2 people")
    }

    @Test("the built-in English texts can be read")
    func english() { #expect(Texts.english.keys.count > 2) }

    @Test("texts are read bare and in quotes, with escapes, and with line ends of either kind")
    func reading() throws {
        let lines = [
            "# a remark", "", "a: bare text: with a colon", "  b:  padded  ", #"c: "in {quotes}""#,
            #"d: "a \"word\" and \u00e9""#, "e: Zoë",
        ]
        for end in ["\n", "\r\n"] {
            let read = try Texts(language: "en", reading: lines.joined(separator: end))
            #expect(
                ["a", "b", "c", "d", "e"].map { read($0) } == [
                    "bare text: with a colon", "padded", "in {quotes}", "a \"word\" and é", "Zoë",
                ])
            #expect(read.keys.count == 5)
        }
    }

    @Test("a locale file that is wrong is refused with its line", arguments: ["a: b\nnonsense", "a: b\na: c", "a: b\nc: \"x"])
    func invalid(content: String) {
        let problem = #expect(throws: Problem.self) { try Texts(language: "en", reading: content, file: "en.yaml") }
        #expect(problem?.place?.line == 2)
    }
}

@Suite("Lengths of time as text")
struct SpanTextTests {
    @Test(
        "a span is read and written in its largest unit",
        arguments: [("30s", 30_000), ("5m", 300_000), ("180d", 15_552_000_000), ("250ms", 250), ("90m", 5_400_000), ("0s", 0)])
    func round(text: String, milliseconds: Int64) {
        #expect(Span(text)?.milliseconds == milliseconds)
        #expect(Span(milliseconds: milliseconds).text == text)
    }

    @Test("anything else is refused", arguments: ["", "5", "d", "5 m", "-5m", "5min", "99999999999999999d", "٣s"])
    func refused(text: String) { #expect(Span(text) == nil) }
}

@Suite("Did you mean")
struct SpellingTests {
    @Test(
        "the nearest word within one slip for three characters is proposed",
        arguments: [("hosst", "host"), ("pasword", "password"), ("prot", "port")])
    func nearest(word: String, meant: String) {
        #expect(Spelling.nearest(to: word, in: ["host", "port", "password"]) == meant)
    }

    @Test("a word that is near to none proposes nothing")
    func none() { #expect(Spelling.nearest(to: "weather", in: ["host", "port"]) == nil) }

    @Test("swapping neighbours is one slip")
    func swap() { #expect(Spelling.distance("abcd", "acbd") == 1) }
}
