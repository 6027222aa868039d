import Foundation
import RapportCore
import RapportHost
import RapportStorage
import RapportTestKit
import Testing

/// Somebody who is erased, and what other people's events say of them.
@Suite("Mentions in other people's events")
struct MentionTests {
    private static let zoe = Identifier(kind: "email", value: "zoe@quince.example")
    private static let phone = Identifier(kind: "phone", value: "+442079460777")

    private func say(_ house: House, _ kind: String, _ identifiers: [Identifier], _ properties: JSONValue) async throws {
        let event = NewEvent(kind: kind, source: "desk", identifiers: identifiers, properties: properties)
        #expect(try await house.rapport.door.accept([event], in: house.rapport.database).allSatisfy { $0.ref != nil })
    }

    private func events(of name: String, _ house: House) async throws -> [String: JSONValue] {
        try await house.rapport.database.read { db in
            let person = try #require(try People.find("\(name)@example.org", in: db))
            return try Dictionary(
                db.all(
                    """
                    SELECT kinds.name, events.properties FROM events JOIN kinds ON kinds.id = events.kind
                    WHERE events.person = \(person) ORDER BY events.partition, events.position
                    """
                ) { ($0.text(0), try JSONValue(parsing: $0.text(1))) }
            ) { $1 }
        }
    }

    @Test(
        "addresses and numbers go out of words, are told where fields and orders say them, and nobody else's are touched",
        arguments: DatabaseKind.available)
    func mentions(kind: DatabaseKind) async throws {
        try await House.with(kind, "house: {country: GB}") { house in
            let rapport = house.rapport
            try await house.define()
            try await house.arrives("Ben", consenting: true)
            try await say(house, "person.identified", [Self.zoe, Self.phone], ["fields": ["first_name": "Zoe"]])
            let ben = [Identifier(kind: "email", value: "ben@example.org")]
            try await say(
                house, "note.added", ben,
                [
                    "text":
                        "Call Zoe@Quince.example or (020) 7946 0777. Not zoe@quince.example.uk, joezoe@quince.example, +44 20 7946 0778.",
                    "tags": ["ben@example.org", "zoe@quince.example"],
                ])
            try await say(
                house, "page.viewed", ben,
                [
                    "url":
                        "https://shop.example/?email=zoe%40quince.example&again=x%20Zoe%40Quince.example&other=joezoe%40quince.example"
                ]
            )
            try await say(
                house, "call.made", ben,
                [
                    "to": 442_079_460_777,
                    "lines": "First\nzoe@quince.example\n+44\u{a0}20\u{a0}7946\u{a0}0777, 0161 496 0000. 12207946077720",
                ])
            try await say(house, "referral.made", ben, ["referred": "zoe@quince.example"])
            try await say(house, "order.placed", ben, ["order": "7", "total": "5", "note": "for zoe@quince.example"])
            _ = try await rapport.runner.drain(house.leases)
            let zoe = try #require(try await rapport.database.read { try People.find("zoe@quince.example", in: $0) })
            let report = try await rapport.erase(zoe, actor: "test", because: "asked")
            #expect(report.outcome.mentions.cleaned == 4 && report.outcome.mentions.left == 1)
            let said = try await events(of: "ben", house)
            #expect(
                said["note.added"]?["text"]
                    == "Call [erased] or [erased]. Not zoe@quince.example.uk, joezoe@quince.example, +44 20 7946 0778.",
                "\(said["note.added"]?.text ?? "")")
            #expect(said["note.added"]?["tags"] == ["ben@example.org", "[erased]"])
            #expect(said["referral.made"]?["referred"] == "[erased]")
            #expect(
                said["page.viewed"]?["url"]
                    == "https://shop.example/?email=[erased]&again=x%20[erased]&other=joezoe%40quince.example",
                "\(said["page.viewed"]?.text ?? "")")
            #expect(said["call.made"] == ["to": "[erased]", "lines": "First\n[erased]\n[erased], 0161 496 0000. 12207946077720"])
            #expect(said["order.placed"]?["note"] == "for zoe@quince.example")
            let told = report.receipt.json["events_of_others"]
            #expect(told?["cleaned"] == 4 && told?["left"] == 1 && told?["places"]?.array?.count == 1)
            #expect(report.receipt.isUnchanged && !report.receipt.json.text.contains("quince"))
            let unseen = (report.receipt.json["not_searched"]?.array ?? []).compactMap(\.string)
            #expect(unseen.contains("names_in_words_of_others") && unseen.contains("postgres_wal") == (kind == .postgres))
            #expect(try await rapport.logVerifier().verify().differences.isEmpty)
        }
    }

    @Test("an address that somebody else has too is not taken from them", arguments: DatabaseKind.available)
    func shared(kind: DatabaseKind) async throws {
        try await House.with(kind, "house: {country: GB}") { house in
            let landline = Identifier(kind: "landline", value: "+442079460999")
            try await house.define()
            try await say(house, "person.identified", [Self.zoe, landline], ["fields": ["first_name": "Zoe"]])
            try await say(
                house, "person.identified", [Identifier(kind: "email", value: "ben@example.org"), landline],
                ["fields": ["first_name": "Ben"]])
            try await say(
                house, "note.added", [Identifier(kind: "email", value: "ben@example.org")], ["text": "ring +442079460999"])
            _ = try await house.rapport.runner.drain(house.leases)
            let zoe = try #require(try await house.rapport.database.read { try People.find("zoe@quince.example", in: $0) })
            let report = try await house.rapport.erase(zoe, actor: "test", because: "asked")
            #expect(report.outcome.mentions.cleaned == 0)
            #expect(try await events(of: "ben", house)["note.added"]?["text"] == "ring +442079460999")
        }
    }

    @Test("a restore takes them out again", arguments: DatabaseKind.available)
    func restored(kind: DatabaseKind) async throws {
        try await House.with(kind, "house: {country: GB}") { house in
            let rapport = house.rapport
            try await house.define()
            try await house.arrives("Ben", consenting: true)
            let said = "met zoe@quince.example and jo@quince.example, who know Jo@Pear.example"
            try await say(house, "note.added", [Identifier(kind: "email", value: "ben@example.org")], ["text": .string(said)])
            for name in ["zoe", "jo"] {
                try await say(
                    house, "person.identified", [Identifier(kind: "email", value: "\(name)@quince.example")],
                    ["fields": ["first_name": .string(name)]])
            }
            _ = try await rapport.runner.drain(house.leases)
            let backup = "\(house.folder)/monday.gz"
            _ = try await Backup.write(rapport.database, to: backup)
            for name in ["zoe", "jo"] {
                let person = try #require(try await rapport.database.read { try People.find("\(name)@quince.example", in: $0) })
                _ = try await rapport.erase(person, actor: "test", because: nil)
            }
            try await TemporaryDatabase.withURL(kind, migrations: []) { url in
                let database = try await DatabaseURL(url).open()
                _ = try await Restore(
                    migrations: Host.migrations, journal: rapport.configuration.wishes, replayers: Host.replayers
                ).run(backup, into: database)
                let notes = try await database.read { db in
                    try db.all(
                        "SELECT properties FROM events JOIN kinds ON kinds.id = events.kind WHERE kinds.name = 'note.added'"
                    ) { $0.text(0) }
                }
                #expect(notes.count == 1 && notes[0].contains("met [erased] and [erased], who know Jo@Pear.example"), "\(notes)")
                try await database.close()
            }
        }
    }
}
