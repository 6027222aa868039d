import RapportCore
import Testing

@Suite("identifiers")
struct IdentifierTests {
    @Test(
        "come into one form",
        arguments: [
            ("email", " Anna.Smith@Example.COM ", "email", "anna.smith@example.com"),
            ("email", "Anna <mailto:a@B.org>", "email", "a@b.org"),
            ("email", "jo@bücher.example", "email", "jo@xn--bcher-kva.example"),
            ("email", "jo@правда.рф", "email", "jo@xn--80aafi6cg.xn--p1ai"),
            ("phone", "0171 2345678", "phone", "+491712345678"),
            ("phone", "+49 (0)30 901820", "landline", "+4930901820"),
            ("landline", "0171 2345678", "phone", "+491712345678"),
            ("phone", "+1 212 555 0123", "phone", "+12125550123"),
            ("social.mastodon", "@Anna@Social.example", "social.mastodon", "anna@social.example"),
            ("loyalty", "12-34 AB", "loyalty", "1234ab"),
            ("external.shop", " C-0017 ", "external.shop", "c-0017"),
        ])
    func normalise(kind: String, value: String, expectedKind: String, expected: String) throws {
        let identifier = try Identifier.normalised(kind: kind, value: value, region: "DE")
        #expect(identifier == Identifier(kind: expectedKind, value: expected))
        #expect(try Identifier.normalised(kind: identifier.kind, value: identifier.value) == identifier)
    }

    @Test(
        "that cannot be are refused",
        arguments: [
            ("email", "anna"), ("email", "a b@c.de"), ("email", "@c.de"), ("email", "a@c"), ("email", "a@-c.de"),
            ("email", "a..b@c.de"), ("email", "a@1.2.3.4"), ("email", String(repeating: "a", count: 65) + "@c.de"),
            ("phone", "12"), ("phone", "call me"), ("external.shop", "  "), ("device", "a\u{0}b"),
        ])
    func refuse(kind: String, value: String) {
        #expect(throws: Problem.self) { try Identifier.normalised(kind: kind, value: value, region: "DE") }
    }

    @Test(
        "that say nothing are blocked",
        arguments: [
            ("external.shop", "null", true), ("external.shop", "000", true), ("email", "test@example.com", true),
            ("external.shop", "test@", false), ("device", "N/A", true), ("phone", "+491712345678", false),
        ])
    func block(kind: String, value: String, blocked: Bool) {
        #expect(IdentityRules.builtIn.isBlocked(Identifier(kind: kind, value: value)) == blocked)
    }

    @Test("a role mailbox is shared, its neighbour is not")
    func roles() {
        let rules = IdentityRules.builtIn
        #expect(rules.isShared(Identifier(kind: "email", value: "info@example.com")))
        #expect(!rules.isShared(Identifier(kind: "email", value: "ines@example.com")))
        #expect(rules.isShared(Identifier(kind: "device", value: "d1")))
        #expect(!rules.isShared(Identifier(kind: "external.shop", value: "info")))
    }
}
