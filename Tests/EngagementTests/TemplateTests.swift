import RapportCore
import RapportEngagement
import Testing

@Suite("Templates")
struct TemplateTests {
    private let spring = MessageTemplate(
        name: "spring",
        bodies: [
            "en": .init(
                subject: "{{first_name}}, spring is here", text: "Dear {{first_name}}\n{{unsubscribe_url}}",
                html: "<p title=\"{{first_name}}\">Dear {{first_name}}</p><a href=\"{{unsubscribe_url}}\">stop</a>"),
            "de": .init(subject: "Frühling, {{first_name}}", text: "Hallo {{first_name}} {{unsubscribe_url}}"),
        ], fallbackLanguage: "en",
        tokens: ["first_name": .init(field: "first_name", fallback: ["": "neighbour", "de": "Nachbar"])])

    private func render(_ name: String?, language: String? = nil) throws -> RenderedMessage {
        try TemplateRenderer(spring).render(
            values: name.map { ["first_name": $0] } ?? [:], house: ["unsubscribe_url": "https://x/u/1?a=1&b=2"],
            language: language)
    }

    @Test("a good name is shown, in text as it is and in HTML escaped")
    func escaping() throws {
        let message = try render("Seán O'Neil")
        #expect(message.subject == "Seán O'Neil, spring is here")
        #expect(message.text == "Dear Seán O'Neil\nhttps://x/u/1?a=1&b=2")
        #expect(
            message.html
                == "<p title=\"Seán O&#39;Neil\">Dear Seán O&#39;Neil</p><a href=\"https://x/u/1?a=1&amp;b=2\">stop</a>")
        #expect(message.fallbacks.isEmpty)
    }

    @Test("a quote that a combining mark hides is escaped all the same")
    func combiningMarks() {
        #expect(HTMLText.escape("x\"\u{308} onclick=\u{201}") == "x&quot;\u{308} onclick=\u{201}")
    }

    @Test(
        "names that no shop assistant would say fall back",
        arguments: [
            nil, "", "  ", "ASDF", "asdfasdf", "Test", "qwert", "X", "xx", "J", "4711", "Anna2", "<b>Eve</b>", "a@b.c",
            "www.evil.example", "https://evil.example", "null", "{{x}}", "Ann\u{202E}moc.live", "\u{2066}Ann\u{2069}", "Ann\u{7}",
            "Ann\nBcc",
            "Ann\u{2028}e", "\u{3164}\u{3164}", "A\u{301}\u{301}\u{301}\u{301}\u{301}nn", "Ann\u{E0041}", "\u{200B}",
            "Ann\u{E000}",
        ])
    func oddNames(name: String?) throws {
        let message = try render(name, language: "de-AT")
        #expect(message.subject == "Frühling, Nachbar")
        #expect(message.fallbacks == ["first_name"])
    }

    @Test(
        "real names are shown, with their case mended",
        arguments: [
            ("ANNA", "Anna"), ("anna-lena", "Anna-Lena"), ("McKenzie", "McKenzie"), ("Bo", "Bo"), ("李", "李"), ("Ng", "Ng"),
            ("千夏", "千夏"), ("三郎", "三郎"), ("Ann\u{200B}\u{FEFF}", "Ann"), ("\u{200F}Dana", "Dana"), ("葛\u{E0100}", "葛\u{E0100}"),
            ("مه\u{200C}سا", "مه\u{200C}سا"), ("Ewa", "Ewa"), ("Were", "Were"), ("Fred", "Fred"), ("Lili", "Lili"),
            ("Jean Paul", "Jean Paul"), ("Åsa", "Åsa"),
        ])
    func realNames(name: String, shown: String) throws {
        #expect(try render(name).subject == "\(shown), spring is here")
    }

    @Test(
        "the language falls back from region to language to house to template",
        arguments: [("de-AT", [], "de"), ("DE_ch", [], "de"), ("fr", ["de"], "de"), ("fr", [], "en"), (nil, [], "en")]
            as [(String?, [String], String)])
    func languages(wanted: String?, house: [String], expected: String) {
        #expect(spring.language(for: wanted, house: house) == expected)
    }

    @Test("a line break in a name does not begin another header")
    func headerInjection() throws {
        var template = spring
        template.tokens = [:]
        template.bodies = ["en": .init(subject: "Hi {{brand}}", text: "-")]
        let message = try TemplateRenderer(template).render(
            values: [:], house: ["brand": "A\r\nBcc: all@example.com"], language: "en")
        #expect(message.subject == "Hi A Bcc: all@example.com")
    }

    @Test("the lint names an unknown token with its place and the nearest one")
    func unknownToken() throws {
        var template = spring
        template.bodies["en"]?.text = "Dear\n  {{frist_name}} {{unsubscribe_url}}"
        let problem = try #require(TemplateLint.check(template, fields: ["first_name"], marketing: true).first)
        #expect(problem.code == "template.unknown_token")
        #expect(problem.place == .init(line: 2, column: 3, path: "spring.en.text"))
        #expect(problem.remedy == "Did you mean \"first_name\"?")
    }

    @Test("marketing without an unsubscribe link in a part is refused, service is not")
    func unsubscribeDuty() {
        var template = spring
        template.bodies["de"]?.text = "Hallo {{first_name}}"
        #expect(TemplateLint.check(template, fields: ["first_name"], marketing: false).isEmpty)
        #expect(TemplateLint.check(template, fields: ["first_name"], marketing: true).map(\.code) == ["template.no_unsubscribe"])
    }

    @Test("a token without words for a language, an unknown field, a missing language and an open section are found")
    func otherFaults() {
        var template = spring
        template.fallbackLanguage = "fr"
        template.tokens["city"] = .init(field: "town", fallback: ["en": "your town"])
        let found = TemplateLint.check(template, fields: ["first_name", "city"], marketing: true).map(\.code)
        #expect(found == ["template.no_fallback_language", "template.unknown_field", "template.no_fallback"])
        template = spring
        template.bodies["de"]?.text += "{{#first_name}}"
        #expect(TemplateLint.check(template, fields: ["first_name"], marketing: true).map(\.code) == ["template.syntax"])
    }
}
