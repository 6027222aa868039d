import Foundation
import RapportCore
import RapportHost
import RapportPluginKit
import RapportStorage
import RapportTestKit
import Testing

/// What tells people apart, declared in YAML.
@Suite("Identifiers in YAML")
struct IdentityDefinitionTests {
    private func apply(_ yaml: String, _ house: ImportHouse) async throws -> [DefinitionChange] {
        let path = house.folder.appending(path: "identifiers.yaml").path()
        try Data(yaml.utf8).write(to: URL(filePath: path))
        let store = house.rapport.definitions
        let drafts = try DefinitionFolder(path, handlers: store.handlers).drafts
        let now = house.rapport.clock.now
        return try await house.rapport.database.write { db in try store.apply(drafts, actor: "test", now: now, in: db) }
    }

    @Test(
        "a club's membership number merges nobody until it is declared, and tells members apart from then on",
        arguments: DatabaseKind.available)
    func membership(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            func visits(_ identifiers: [(String, String)]) async throws -> PersonID? {
                let answer = try await house.say("visit.made", identifiers.map { Identifier(kind: $0.0, value: $0.1) }).first
                guard case .accepted(_, let person)? = answer else { return nil }
                return person
            }
            let first = try await visits([("club", "1"), ("device", "d1")])
            #expect(try await visits([("club", "1"), ("device", "d2")]) != nil)
            let changes = try await apply("identifiers:\n  club: {strength: 85, single: true, format: digits}\n", house)
            #expect(changes.filter(\.changesAnything).map(\.name) == ["club"])
            let anna = try await visits([("club", "7"), ("email", "anna@a.example")])
            #expect(try await visits([("club", "7")]) == anna)
            #expect(try await visits([("club", "8"), ("email", "anna@a.example")]) != anna, "one email, two members")
            #expect(first != anna)
            // The mapping writes it as people type it.
            try await house.bring(
                "m.csv", "Member,First\nNo. 7,Anna\n",
                map: "source: club\nas: people\nidentifiers: {club: Member}\nfields: {first_name: First}")
            let name = try await house.rapport.database.read { db in
                try People.record(of: try #require(anna), in: db)?["first_name"]?.text
            }
            #expect(name == "Anna")
        }
    }

    @Test("a shop's own mailbox names and its limit on shared values hold at once")
    func limits() async throws {
        try await ImportHouse.with(.sqlite) { house in
            _ = try await apply("identifiers:\n  email: {roles: [rezeption]}\n  phone: {max_people: 1}\n", house)
            func person(_ identifiers: (String, String)...) async throws -> PersonID? {
                let known = identifiers.map { Identifier(kind: $0.0, value: $0.1) }
                guard case .accepted(_, let person)? = try await house.say("visit.made", known).first else { return nil }
                return person
            }
            let ann = try await person(("external.crm", "1"), ("phone", "+447911123456"))
            let bo = try await person(("external.crm", "2"), ("phone", "+447911123456"))
            #expect(ann != bo)
            let marker = try await house.count("SELECT COUNT(*) FROM identifiers WHERE holder = -1")
            #expect(marker == 1, "said of two people, the number is shared")
            let desk = try await person(("email", "rezeption@hotel.example"))
            let other = try await person(("email", "rezeption@hotel.example"), ("email", "cy@a.example"))
            #expect(other != desk)
        }
    }

    @Test("an unknown key is refused by file, line and column")
    func refused() async throws {
        try await ImportHouse.with(.sqlite) { house in
            let problem = await #expect(throws: Problem.self) {
                try await apply("identifiers:\n  email:\n    strengh: 5\n", house)
            }
            let text = problem?.description ?? ""
            #expect(text.contains("identifiers.yaml:3:"), "\(text)")
            #expect(text.contains("did you mean \"strength\"?"), "\(text)")
        }
    }

    @Test("the sample says what is built in: applying it changes no rule")
    func sample() async throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let node = try YAMLNode(file: root.appending(path: "config/identifiers.yaml").path())
        let definitions = try node.required("identifiers").mapping().map { (name: $0.name, body: $0.node.json) }
        #expect(try IdentityRules.builtIn.declaring(definitions).kinds == IdentityRules.builtIn.kinds)
        let declared = try IdentityRules.builtIn.declaring(definitions)
        #expect(declared.blocked == IdentityRules.builtIn.blocked)
        #expect(declared.roles == IdentityRules.builtIn.roles)
        #expect(declared.sharedOver == IdentityRules.builtIn.sharedOver)
    }
}
