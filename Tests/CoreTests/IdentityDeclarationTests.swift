import RapportCore
import Testing

@Suite("Declared kinds of identifiers")
struct IdentityDeclarationTests {
    private func rules(_ definitions: [(String, JSONValue)]) throws -> IdentityRules {
        try IdentityRules.builtIn.declaring(definitions.map { (name: $0.0, body: $0.1) })
    }

    private func identifier(_ kind: String, _ value: String) -> Identifier { Identifier(kind: kind, value: value) }

    @Test("a new kind has its strength, its format and its own limits")
    func newKind() throws {
        let rules = try rules([
            ("membership", ["strength": 85, "single": true, "format": "digits", "max_people": 2, "blocked": ["99999"]])
        ])
        #expect(rules.strength(identifier("membership", "17")) == 85)
        #expect(!rules.isShared(identifier("membership", "17")))
        #expect(try rules.normalised(kind: "membership", value: " NR. 0017-4 ").value == "00174")
        #expect(rules.isBlocked(identifier("membership", "99999")))
        #expect(!rules.isBlocked(identifier("loyalty", "99999")))
        #expect(rules.sharedOver(identifier("membership", "17")) == 2)
        #expect(rules.sharedOver(identifier("membership.club", "17")) == 2)
        #expect(rules.sharedOver(identifier("email", "a@x.org")) == 5)
    }

    @Test("a built-in kind keeps what its definition does not say; roles and blocked values are added or allowed")
    func builtInKind() throws {
        let rules = try rules([
            ("email", ["roles": ["Chef"], "blocked": ["spam@*"], "allowed": ["mail", "info@smallshop.example"]]),
            ("any", ["max_people": 3, "allowed": ["x"]]),
        ])
        #expect(rules.strength(identifier("email", "a@x.org")) == 70)
        #expect(rules.isRoleMailbox(identifier("email", "chef@x.org")))
        #expect(!rules.isRoleMailbox(identifier("email", "mail@x.org")))
        #expect(!rules.isRoleMailbox(identifier("email", "info@smallshop.example")))
        #expect(rules.isRoleMailbox(identifier("email", "info@x.org")))
        #expect(rules.isBlocked(identifier("email", "spam@x.org")))
        #expect(!rules.isBlocked(identifier("external.crm", "x")))
        #expect(rules.isBlocked(identifier("external.crm", "null")))
        #expect(rules.sharedOver(identifier("phone", "+441")) == 3)
    }

    @Test(
        "formats bring values into one form",
        arguments: [
            ("text", " AbC d ", "abc d"), ("exact", " AbC d ", "AbC d"), ("compact", "AB-1 2/3.4", "ab1234"),
            ("digits", "A1-2", "12"),
            ("handle", "@Zoe", "zoe"), ("email", "Zoe <ZOE@X.org>", "zoe@x.org"), ("phone", "+44 7911 123456", "+447911123456"),
        ])
    func formats(format: String, typed: String, kept: String) throws {
        let rules = try rules([("thing", ["strength": 20, "format": .string(format)])])
        let made = try rules.normalised(kind: "thing", value: typed)
        #expect(made == identifier("thing", kept))
    }

    @Test("what is wrong is refused, with the place and the nearest key")
    func refused() {
        for (name, body, path, reason) in [
            ("email", ["strenght": 5], "strenght", "unknown key, did you mean \"strength\"?"),
            ("any", ["strength": 5], "strength", "unknown key"),
            ("member", [:], "", "\"strength\" is missing"),
            ("member", ["strength": 0], "strength", "0 is no number from 1 to 100"),
            ("member", ["strength": 5, "format": "roman"], "format", "\"roman\" is no format"),
            ("member", ["strength": 5, "roles": ["info"]], "roles", "only addresses have roles"),
            ("member", ["strength": 5, "shared": "yes"], "shared", "this should be true or false"),
            ("email", ["blocked": [17]], "blocked", "this should be a list of texts"),
            ("Member", ["strength": 5], "", "\"Member\" is no name of a kind"),
        ] as [(String, JSONValue, String, String)] {
            let problem = #expect(throws: Problem.self) { _ = try rules([(name, body)]) }
            #expect(problem?.place?.path == path)
            #expect(problem?.reason == reason)
        }
    }
}
