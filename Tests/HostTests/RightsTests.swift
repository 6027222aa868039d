import Foundation
import RapportCore
import RapportEngagement
import RapportHost
import RapportIntegration
import RapportStorage
import RapportTestKit
import Testing

/// Stories of people who ask what is known of them, and to have it put right, kept still, or taken along.
@Suite("A person's rights")
struct RightsTests {
    private static let people = """
        source: crm
        as: people
        at: {column: changed, time: YYYY-MM-DD}
        identifiers: {email: email, phone: phone}
        fields: {first_name: first, last_name: last, city: city, birthday: {column: born, date: YYYY-MM-DD}}
        """

    private func city(_ house: ImportHouse, _ email: String) async throws -> String? {
        try await house.rapport.database.read { db in
            try People.find(email, in: db).flatMap { try People.record(of: $0, in: db)?["city"]?.text }
        }
    }

    @Test(
        "a correction holds against every later file, until the person confirms another value", arguments: DatabaseKind.available)
    func correction(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let rapport = house.rapport
            func file(_ day: String, _ city: String) -> String {
                "email,phone,first,last,city,born,changed\nida@b.example,,Ida,Berg,\(city),1980-02-29,\(day)\n"
            }
            try await house.bring("one.csv", file("2024-01-05", "Bath"), map: Self.people)
            let ida = try #require(try await rapport.database.read { try People.find("ida@b.example", in: $0) })
            let receipt = try await rapport.stepping {
                try await rapport.correct(ida, [("city", "Leeds"), ("last_name", "Bergh")], actor: "test", because: "call")
            }
            #expect(receipt.isUnchanged && receipt.kind == .correction && !receipt.json.text.contains("Leeds"))
            #expect(try await city(house, "ida@b.example") == "Leeds")
            try await house.bring("two.csv", file("2031-03-05", "Bath"), map: Self.people)
            try await house.bring("three.csv", file("2031-04-05", "Hull"), map: Self.people)
            #expect(try await city(house, "ida@b.example") == "Leeds")
            let sayings = try await rapport.database.read { try People.record(of: ida, in: $0)?["city"]?.sayings.map(\.source) }
            #expect(sayings == ["correction", "crm"], "what the source says stays as provenance")
            // No value at all is a correction, too.
            _ = try await rapport.stepping {
                try await rapport.correct(ida, [("birthday", "")], actor: "test", because: "call")
            }
            #expect(try await rapport.database.read { try People.record(of: ida, in: $0)?["birthday"] } == nil)

            let later = rapport.clock.now + .days(1)
            _ = try await rapport.door.accept(
                [
                    NewEvent(
                        kind: "person.identified", source: "form",
                        identifiers: [Identifier(kind: "email", value: "ida@b.example")],
                        occurredAt: later, properties: ["fields": ["city": "York"], "confirmed": true])
                ], in: rapport.database)
            try await rapport.stepping {}
            #expect(try await city(house, "ida@b.example") == "York")
            #expect(try await rapport.logVerifier().verify().differences.isEmpty)
            await #expect(throws: Problem.self) { try await rapport.correct(ida, [("shoe", "9")], actor: "t", because: "c") }
            await #expect(throws: Problem.self) {
                try await rapport.correct(ida, [("birthday", "31/02")], actor: "t", because: "c")
            }
        }
    }

    @Test(
        "whoever is restricted is in no segment and gets nothing, is exported as before, and comes back when released",
        arguments: DatabaseKind.available)
    func restriction(kind: DatabaseKind) async throws {
        try await House.with(kind, "channels: {mail: {plugin: channel.outbox, folder: mail, format: json}}") { house in
            let rapport = house.rapport
            let outreach = try await rapport.outreach(rapport.makeChannels())
            try await house.define()
            try await house.arrives("Ana", consenting: true)
            try await house.arrives("Ben", consenting: true)
            try await house.settle(outreach)
            let ana = try #require(try await rapport.database.read { try People.find("ana@example.org", in: $0) })
            let receipt = try await rapport.take(.restrict, of: ana, actor: "test", evidence: "letter")
            #expect(receipt.kind == .restriction && receipt.isUnchanged)
            try await house.settle(outreach)
            let members: @Sendable (Connection) throws -> Int64 = { db in
                try db.integer("SELECT COUNT(*) FROM membership WHERE person = \(ana)") ?? -1
            }
            #expect(try await rapport.database.read(members) == 0)
            // What comes in meanwhile changes nothing in it.
            try await house.arrives("Ana", consenting: false)
            try await house.settle(outreach)
            #expect(try await rapport.database.read(members) == 0)
            try await house.campaign("first", outreach.desk)
            try await house.settle(outreach)
            #expect(try house.subjects("mail") == ["Hello Ben"])
            let export = try await rapport.accessExport(of: ana)
            #expect(export.sections.contains { $0.name == "restrictions" && $0.rows.count == 1 })

            _ = try await rapport.take(.release, of: ana, actor: "test", evidence: "settled")
            try await house.settle(outreach)
            #expect(try await rapport.database.read(members) > 0)
            try await house.campaign("second", outreach.desk)
            try await house.settle(outreach)
            #expect(try house.subjects("mail").filter { $0 == "Hello Ana" }.count == 1)
            #expect(try await rapport.logVerifier().verify().differences.isEmpty)
        }
    }

    @Test(
        "an access export tells everything: what was said, by whom, when, allowed, sent and decided",
        arguments: DatabaseKind.available)
    func access(kind: DatabaseKind) async throws {
        try await House.with(kind, "channels: {mail: {plugin: channel.outbox, folder: mail, format: json}}") { house in
            let rapport = house.rapport
            let outreach = try await rapport.outreach(rapport.makeChannels())
            try await house.define()
            try await house.arrives("Ana", consenting: true)
            try await house.arrives("Ben", consenting: true)
            try await house.settle(outreach)
            try await house.campaign("first", outreach.desk)
            try await house.settle(outreach)
            let ana = try #require(try await rapport.database.read { try People.find("ana@example.org", in: $0) })
            _ = try await rapport.take(.object(topic: "offers", channel: nil), of: ana, actor: "test", evidence: "call")
            try await house.settle(outreach)
            let export = try await rapport.accessExport(of: ana)
            let names = Set(export.sections.map(\.name))
            for name in [
                "person", "identifiers", "fields", "events", "messages", "decisions", "recipients", "permissions", "objections",
                "membership", "profiles", "totals", "rights_receipts",
            ] {
                #expect(names.contains(name), "\(name) in \(names.sorted())")
            }
            let rows = Dictionary(export.sections.map { ($0.name, $0.rows) }) { $1 }
            #expect(rows["permissions"]?.first?["topic"] == "offers" && rows["permissions"]?.first?["basis"] == "consent")
            #expect(rows["objections"]?.first?["details"]?["evidence"] == "call")
            let said = rows["events"]?.first { $0["kind"] == "person.identified" }
            #expect(said?["properties"]?["fields"]?["first_name"] == "Ana", "personal values stand in their place")
            #expect(rows["messages"]?.first?["content"]?.isNull == false)
            #expect(rows["recipients"]?.first?["recipient"] == "channels.mail")
            #expect(!export.json.text.contains("ben@example.org"))
            // Every table that holds a row of hers is a section, or says why not.
            let html = export.html(rapport.texts, zone: rapport.houseCalendar)
            #expect(html.contains("<html lang=\"en\">") && html.contains("ana@example.org"))
            for section in export.sections { #expect(rapport.texts.has("rights.section.\(section.name)"), "\(section.name)") }
        }
    }

    @Test("what a person gave can be taken to another house, and is the same there", arguments: DatabaseKind.available)
    func portability(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let file = """
                email,phone,first,last,city,born,changed
                ida@b.example,+447400123456,"Ida ""the\nbold"" , Ω",Берг,Bath,1980-02-29,2024-01-05
                ida.b@c.example,+447400123456,,,,,2024-02-05
                """
            try await house.bring("one.csv", file, map: Self.people)
            try await house.say(
                "order.placed", [Identifier(kind: "email", value: "ida@b.example")],
                ["total": .decimal("12.50"), "currency": "GBP", "items": 2, "lines": [["sku": "a"]]])
            let ida = try #require(try await house.rapport.database.read { try People.find("ida@b.example", in: $0) })
            let export = try await house.rapport.portableExport(of: ida)
            #expect(export.identifiers == 3 && export.fields == 4 && export.events == 1)
            let files = Dictionary(export.files.map { ($0.name, $0.text) }) { $1 }
            try await ImportHouse.with(kind) { other in
                let people = try await other.bring(
                    "profile.csv", files["profile.csv"] ?? "", map: files["profile.map.yaml"] ?? "")
                #expect(people.progress.rejected == 0, "\(people.problems)")
                let events = try await other.bring(
                    "events.jsonl", files["events.jsonl"] ?? "", map: files["events.map.yaml"] ?? "")
                #expect(events.progress.rejected == 0 && events.progress.added == 1, "\(events.problems)")
                let there = try #require(try await other.rapport.database.read { try People.find("ida@b.example", in: $0) })
                #expect(try await other.count("SELECT COUNT(*) FROM people WHERE state = 0") == 1)
                let again = try await other.rapport.portableExport(of: there)
                let second = Dictionary(again.files.map { ($0.name, $0.text) }) { $1 }
                #expect(
                    again.fields == 4 && again.events == 1 && again.identifiers == 4, "and the id that held the rows together")
                let (one, two) = (
                    try await house.rapport.database.read { try Self.values(ida, in: $0) },
                    try await other.rapport.database.read { try Self.values(there, in: $0) }
                )
                #expect(one == two)
                let line = try JSONValue(parsing: second["events.jsonl"]?.split(separator: "\n").first.map(String.init) ?? "{}")
                #expect(line["rapport_kind"] == "order.placed" && line["currency"] == "GBP", "\(line.text)")
                #expect(line["items"]?.string == "2" || line["items"] == 2, "\(line.text)")
            }
        }
    }

    private static func values(_ person: PersonID, in db: Connection) throws -> [String] {
        let record = try People.record(of: person, in: db)
        return (record?.fields ?? []).map { "\($0.name)=\($0.text)" }
            + (record?.identifiers ?? []).filter { !$0.identifier.kind.hasPrefix("external.") }.map {
                "\($0.identifier.kind)=\($0.identifier.value)"
            }
    }
}
