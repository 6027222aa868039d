import Foundation
import RapportCore
import RapportEngagement
import RapportHost
import RapportIntegration
import RapportPluginKit
import RapportStorage
import RapportTestKit
import Testing

/// Stories of people who ask to be forgotten.
/// One at a time: PostgreSQL's write-ahead log is searched, in which all databases of the server stand.
@Suite("Erasure", .serialized)
struct ErasureTests {
    private static let outbox =
        "channels: {mail: {plugin: channel.outbox, folder: mail, format: eml}}\nhouse: {country: GB}"

    /// Values that nobody but the person has, in every place that takes one.
    private static let values = [
        "zenobia", "quartermaine", "zenobia@quartermaine.example", "zq.second@other.example", "+442079460321", "ZQ-LOYAL-88121",
        "crm-zq-5512", "17 wyvern passage", "w1a zq9", "oddmaker guild", "1971-03-09", "quartermaine-household", "zqnote-secret",
        "zqstore-unique", "zqmarker-undeclared", "zqwording of consent",
    ]

    @Test(
        "after an erasure and one VACUUM no file of the house holds anything of the person; everybody else is as before",
        arguments: DatabaseKind.available)
    func nothingIsLeft(kind: DatabaseKind) async throws {
        try await House.with(kind, Self.outbox) { house in
            let rapport = house.rapport
            let outreach = try await rapport.outreach(rapport.makeChannels())
            try await house.define()
            try await house.arrives("Ben", consenting: true)
            try await house.arrives("Carla", consenting: true)
            let zenobia = try await Self.zenobia(house)
            try await house.settle(outreach)
            try await house.campaign("first", outreach.desk)
            try await house.settle(outreach)
            #expect(house.files("mail").count == 3)

            // One event that no step has seen, one line that an import rejected, one request that waits, one file of rejects.
            try await Self.unhandled(house)
            let rejects = "\(house.folder)/rejects.csv"
            try await Self.leftAround(house, rejects)
            let others = try await Self.everything(of: ["ben@example.org", "carla@example.org"], rapport)
            let before = try await rapport.database.read { try DataSubject.read(zenobia, in: $0) }
            let hashes = try #require(before).identifiers.map { HashedIdentifier($0).hash }

            let report = try await rapport.erase(zenobia, actor: "test", because: "letter of 3 May")
            #expect(report.outcome.isDone && report.receipt.isUnchanged)
            try await house.settle(outreach)

            let touched = Set((report.outcome.places + report.files).filter { $0.count > 0 }.map(\.name))
            for name in [
                "identifiers", "personal_values", "provenance", "golden", "words", "events", "timeline", "permissions",
                "import_rejects", "callbacks", "dedupe", "messages", "lines of rejected records", "symbols",
            ] {
                #expect(touched.contains(name), "\(name) in \(touched.sorted())")
            }
            #expect(report.systems.map(\.state) == [.done], "the outbox forgets, too")
            #expect(house.files("mail").count == 2)
            #expect(try String(contentsOfFile: rejects, encoding: .utf8).split(separator: "\n").count == 2)

            #expect(try await Self.everything(of: ["ben@example.org", "carla@example.org"], rapport) == others)
            #expect(try await rapport.logVerifier().verify().differences.isEmpty)
            let why = try await rapport.database.read { [rapport] in try rapport.explainer.explain(person: zenobia, in: $0) }
            #expect(why.contains { $0.facts["state"] == "erased" })

            try await DatabaseFiles.vacuum(rapport.database, kind, at: rapport.configuration.database)
            let found = try DatabaseFiles.search(
                Self.values, in: house.folder, and: rapport.configuration.database, except: ["rapport.journal.jsonl"])
            #expect(found.isEmpty, "\(found)")
            if case .postgres(let address) = rapport.configuration.database {
                // Their own values may be overwritten already: a server begins its files anew.
                let probe = "a-probe-of-the-servers-log"
                try DatabaseFiles.note(probe, in: address)
                #expect(try !DatabaseFiles.searchLog([probe], of: address).isEmpty, "what was written lately stands there")
                try DatabaseFiles.scrubLog(of: address)
                let left = try DatabaseFiles.searchLog(Self.values + [probe], of: address)
                #expect(left.isEmpty, "\(left)")
            }
            // The journal holds hashes, on purpose; the receipt says so.
            let journal = try String(contentsOfFile: rapport.configuration.wishes.path, encoding: .utf8)
            #expect(hashes.contains(where: journal.contains))
        }
    }

    /// Somebody known by two sources, merged of two people, with consent, an order, a household and free words.
    private static func zenobia(_ house: House) async throws -> PersonID {
        let door = house.rapport.door
        let email = Identifier(kind: "email", value: "zenobia@quartermaine.example")
        let second = Identifier(kind: "email", value: "zq.second@other.example")
        let events = [
            NewEvent(
                kind: "person.identified", source: "shop",
                identifiers: [email, Identifier(kind: "phone", value: "+442079460321")],
                properties: ["fields": ["company": "Oddmaker Guild", "household": "quartermaine-household", "country": "GB"]],
                personal: [
                    "fields": [
                        "first_name": "Zenobia", "last_name": "Quartermaine", "street": "17 Wyvern Passage",
                        "postcode": "W1A ZQ9",
                        "birthday": "1971-03-09",
                    ]
                ], dedupeKey: [UInt8](repeating: 7, count: 16)),
            NewEvent(
                kind: "permission.granted", source: "shop", identifiers: [email],
                properties: [
                    "brand": "house", "topic": "offers", "channel": "email", "basis": "consent", "where": "till",
                    "wording": "zqwording of consent",
                ]),
            NewEvent(
                kind: "order.placed", source: "shop", identifiers: [email],
                properties: [
                    "total": .decimal("12.50"), "currency": "GBP", "items": 1, "store": "zqstore-unique", "number": "ZQ-9912",
                    "note": "zqmarker-undeclared",
                ]),
            NewEvent(
                kind: "person.identified", source: "crm",
                identifiers: [
                    second, Identifier(kind: "loyalty", value: "zq-loyal-88121"),
                    Identifier(kind: "external.crm", value: "crm-zq-5512"),
                ], personal: ["fields": ["first_name": "Zenobia", "last_name": "Quartermaine"]]),
        ]
        let answers = try await door.accept(events, in: house.rapport.database)
        #expect(answers.allSatisfy { $0.ref != nil }, "\(answers)")
        _ = try await house.rapport.runner.drain(house.leases)
        let people = try await house.rapport.database.read { db in
            try ["zenobia@quartermaine.example", "zq.second@other.example"].map { try People.find($0, in: db) ?? 0 }
        }
        #expect(people[0] != people[1])
        let merger = house.rapport.merger
        _ = try await house.rapport.database.write { db in
            try merger.merge(
                people[1], into: people[0], actor: "ben", reason: "both are Zenobia Quartermaine", wall: db.now(), in: db)
        }
        return people[0]
    }

    private static func unhandled(_ house: House) async throws {
        let email = Identifier(kind: "email", value: "zenobia@quartermaine.example")
        let answers = try await house.rapport.door.accept(
            [
                NewEvent(
                    kind: "note.added", source: "desk", identifiers: [email], properties: ["text": "zqnote-secret"],
                    dedupeKey: [UInt8](repeating: 9, count: 16)),
                NewEvent(
                    kind: "order.placed", source: "desk", identifiers: [email],
                    properties: ["total": "x", "lines": ["zqnote-secret"]]),
                NewEvent(
                    kind: "person.identified", source: "desk", identifiers: [email],
                    properties: ["fields": ["city": "zqmarker-undeclared"]]),
            ], in: house.rapport.database)
        #expect(answers.allSatisfy { $0.ref != nil })
    }

    private static func leftAround(_ house: House, _ rejects: String) async throws {
        let line = "Zenobia;Quartermaine;not-an-address"
        try Data("line,field,reason,record\n3,email,\"no address: zenobia@quartermaine.example\",x\n4,email,bad,Ben\n".utf8)
            .write(to: URL(filePath: rejects))
        try await house.rapport.database.write { db in
            let id: Int64 = 1
            try db.run(
                """
                INSERT INTO imports (id, name, source, plan, mapping, state, started_at, updated_at, ordinal, bookmark_ordinal,
                    added, duplicates, rejected, omitted, slices)
                VALUES (\(id), 'list.csv', 'list', 'p', 'm', 1, 1, 1, 1, 1, 0, 0, 1, 0, 0)
                """)
            try db.run(
                """
                INSERT INTO import_rejects (import, number, line, field, code, reason, raw)
                VALUES (\(id), 1, 3, 'email', 'import.bad_email', 'no address', \(line))
                """)
            let body = Array(#"{"email":"ZENOBIA%40quartermaine.example","event":"open"}"#.utf8)
            try db.run(
                """
                INSERT INTO callbacks (instance, path, method, query, headers, body, received_at, state, attempts, due_at, reason)
                VALUES ('channels.mail', 'x', 'POST', '', '{}', \(body), 1, 1, 9, 1, 'no such plugin')
                """)
            try HouseFile.note(.rejects, rejects, at: db.now(), in: db)
        }
    }

    /// All that is kept of others.
    private static func everything(of names: [String], _ rapport: Rapport) async throws -> [String] {
        var out: [String] = []
        for name in names {
            let person = try #require(try await rapport.database.read { try People.find(name, in: $0) })
            let export = try await rapport.accessExport(of: person)
            out.append(JSONValue.array(export.sections.map { .array([.string($0.name), .array($0.rows)]) }).text)
        }
        return out
    }

    @Test(
        "whoever was erased comes back with the next list as somebody new, without permission", arguments: DatabaseKind.available)
    func comesBack(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let map = """
                source: list
                records:
                  - as: people
                    identifiers: {email: email}
                    fields: {first_name: first}
                  - as: permissions
                    identifiers: {email: email}
                    at: {column: date, time: YYYY-MM-DD}
                    brand: {constant: house}
                    topic: {constant: offers}
                    channel: {constant: email}
                    where: {constant: shop}
                    wording: {constant: yes please}
                """
            let text = "email,first,date\nmara@vane.example,Mara,2024-01-05\nben@x.example,Ben,2024-01-05\n"
            try await house.bring("list.csv", text, map: map)
            let mara = try #require(try await house.rapport.database.read { try People.find("mara@vane.example", in: $0) })
            _ = try await house.rapport.erase(mara, actor: "test", because: nil)
            try await house.rapport.stepping {}
            let report = try await house.bring("list.csv", text, map: map)
            #expect(report.progress.added == 2, "what an erasure takes away is new again, and nothing else")
            let again = try #require(try await house.rapport.database.read { try People.find("mara@vane.example", in: $0) })
            #expect(again != mara)
            let (ended, of) = try await house.rapport.database.read { db in
                (
                    try db.all("SELECT person, details FROM withdrawals ORDER BY person, id") { ($0.integer(0), $0.text(1)) },
                    try db.integer("SELECT COUNT(*) FROM permissions WHERE person = \(again)")
                )
            }
            #expect(ended.map(\.0) == [again] && ended.first?.1.contains("erasure") == true && of == 1)
            let permitted = try await Self.permitted(house.rapport)
            #expect(permitted == 1, "Ben alone")
            #expect(try await house.rapport.logVerifier().verify().differences.isEmpty)

            // A consent of her own, later, counts.
            let door = house.rapport.door
            let consent = NewEvent(
                kind: "permission.granted", source: "web", identifiers: [Identifier(kind: "email", value: "mara@vane.example")],
                properties: ["brand": "house", "topic": "offers", "channel": "email", "basis": "consent"])
            _ = try await door.accept([consent], in: house.rapport.database)
            try await house.rapport.stepping {}
            #expect(try await Self.permitted(house.rapport) == 2)
        }
    }

    private static func permitted(_ rapport: Rapport) async throws -> Int {
        let permits = FoldedPermits(catalog: rapport.catalog)
        let wanted: Set<SegmentPermit> = [SegmentPermit(topic: "offers", channel: "email")]
        return try await rapport.database.read { db in
            let people = try db.all("SELECT id FROM people WHERE state = 0 ORDER BY id") { $0.integer(0) }
            return try permits.permits(of: people, among: wanted, in: db).count
        }
    }

    @Test("a restore erases again, and learns under which addresses nobody may be written to", arguments: DatabaseKind.available)
    func restored(kind: DatabaseKind) async throws {
        try await House.with(kind, Self.outbox) { house in
            let rapport = house.rapport
            let zenobia = try await Self.zenobia(house)
            _ = try await rapport.runner.drain(house.leases)
            let backup = "\(house.folder)/monday.gz"
            _ = try await Backup.write(rapport.database, to: backup)
            try await rapport.database.write { db in
                try HouseFile.note(.backup, backup, at: Timestamp(milliseconds: 1_000), in: db)
            }
            let report = try await rapport.erase(zenobia, actor: "test", because: nil)
            let named = try #require(report.receipt.json["backups"]?.array?.first)
            #expect(
                named["past_window"] == true && named["is_here"] == true && named["path"]?.string?.hasSuffix("monday.gz") == true)
            try await TemporaryDatabase.withURL(kind, migrations: []) { url in
                let database = try await DatabaseURL(url).open()
                _ = try await Restore(
                    migrations: Host.migrations, journal: rapport.configuration.wishes, replayers: Host.replayers
                ).run(backup, into: database)
                let (names, addresses) = try await database.read { db in
                    (
                        try db.integer("SELECT COUNT(*) FROM identifiers") ?? -1,
                        try db.integer("SELECT COUNT(*) FROM erased_addresses") ?? -1
                    )
                }
                #expect(names == 0 && addresses == 5)
                try await DatabaseFiles.vacuum(database, kind, at: try DatabaseURL(url))
                try await database.close()
                let found = try DatabaseFiles.search(Self.values, in: nil, and: try DatabaseURL(url), except: [])
                #expect(found.isEmpty, "\(found)")
            }
        }
    }

    @Test("a receipt that somebody has changed is not the house's", arguments: [DatabaseKind.sqlite])
    func receipts(kind: DatabaseKind) async throws {
        try await House.with(kind, Self.outbox) { house in
            let zenobia = try await Self.zenobia(house)
            let receipt = try await house.rapport.erase(zenobia, actor: "test", because: "asked").receipt
            #expect(receipt.isUnchanged)
            for value in Self.values { #expect(!receipt.json.text.lowercased().contains(value.lowercased())) }
            // The order of members is no part of what is signed; every value is.
            let members = try #require(receipt.json.object)
            #expect(RightsReceipt(json: .object(members.reversed())).isUnchanged)
            for index in members.indices where !["signature"].contains(members[index].name) {
                var forged = members
                forged[index].value = .string("x")
                #expect(!RightsReceipt(json: .object(forged)).isUnchanged, "\(members[index].name)")
            }
            let kept = try await house.rapport.database.read { db in try RightsReceipt.all(of: receipt.person, in: db) }
            #expect(kept == [receipt])
        }
    }
}
