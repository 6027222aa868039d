import Foundation
import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage
import RapportTestKit
import Testing

/// Of several addresses, the one that is written to.
@Suite("The address that is written to")
struct AddressChoiceTests {
    private static let channel = "channels: {email: {plugin: channel.outbox, folder: mail, format: json}}"
    private static let crm = Identifier(kind: "external.crm", value: "1")

    private func email(_ name: String) -> Identifier { Identifier(kind: "email", value: "ana@\(name).example") }

    private func say(
        _ house: House, _ outreach: Outreach, _ kind: String, _ identifiers: [Identifier], _ properties: JSONValue = [:]
    ) async throws {
        let event = NewEvent(kind: kind, source: "crm", identifiers: identifiers, properties: properties)
        #expect(try await house.rapport.door.accept([event], in: house.rapport.database).allSatisfy { $0.ref != nil })
        try await house.work(outreach)
    }

    private func knows(_ house: House, _ outreach: Outreach, _ address: Identifier, account: String? = nil) async throws {
        let said: [JSONValue.Member] = [.init("fields", [:])] + (account.map { [.init("account", .string($0))] } ?? [])
        try await say(house, outreach, "person.identified", [Self.crm, address], .object(said))
    }

    private func agrees(_ house: House, _ outreach: Outreach) async throws {
        try await say(
            house, outreach, "permission.granted", [Self.crm],
            ["brand": "house", "topic": "offers", "channel": "email", "basis": "consent", "where": "till"])
    }

    /// Drafted, approved and let go; whoever works on it sends it.
    private func launch(_ name: String, _ outreach: Outreach) async throws {
        let plan = CampaignPlan(segment: "everyone", template: "hello", topic: "offers", brand: "house", channel: "email")
        _ = try await outreach.desk.draft(name, plan, actor: "ana")
        _ = try await outreach.desk.approve(name, actor: "ben")
        _ = try await outreach.desk.send(name, actor: "ana")
    }

    /// Where messages went, the newest last.
    private func sentTo(_ house: House) throws -> [String] {
        try house.files("mail").map { file in
            let data = FileManager.default.contents(atPath: "\(house.folder)/mail/\(file)") ?? Data()
            return try JSONValue(parsing: [UInt8](data))["to"]?.string ?? ""
        }
    }

    @Test(
        "the address that proved right last, else the one that became known last, and never one that bounced",
        arguments: DatabaseKind.available)
    func rule(kind: DatabaseKind) async throws {
        try await House.with(kind, Self.channel) { house in
            let rapport = house.rapport
            let outreach = try await rapport.outreach(rapport.makeChannels())
            try await house.define()
            for name in ["first", "second", "third"] {
                try await knows(house, outreach, email(name))
                try await Task.sleep(for: .milliseconds(5))
            }
            try await agrees(house, outreach)
            try await house.settle(outreach)
            func write(_ name: String) async throws -> String? {
                let before = try sentTo(house)
                try await launch(name, outreach)
                try await house.work(outreach)
                var left = try sentTo(house)
                for one in before { if let index = left.firstIndex(of: one) { left.remove(at: index) } }
                return left.first
            }
            #expect(try await write("a") == "ana@third.example", "nothing proved right: the one known last")
            let ana = try #require(try await rapport.database.read { try People.find("external.crm:1", in: $0) })
            try await say(
                house, outreach, "message.replied", [Self.crm],
                ["channel": "email", "address": .integer(AddressHash.of(email("first")))])
            #expect(try await write("b") == "ana@first.example", "she answered from there")
            let now = rapport.clock.now
            let events = try await rapport.database.read { db in
                try RecordEdits(ana, actor: "test", at: now, in: db).confirming(["email"])
            }
            _ = try await rapport.door.accept(events, in: rapport.database)
            try await house.work(outreach)
            #expect(try await write("c") == "ana@third.example", "confirmed by hand, the newest is meant")
            for name in ["third", "first"] {
                try await say(
                    house, outreach, "message.bounced", [Self.crm],
                    ["bounce": "hard", "channel": "email", "address": .integer(AddressHash.of(email(name)))])
            }
            #expect(try await write("d") == "ana@second.example")
            try await say(
                house, outreach, "message.bounced", [Self.crm],
                ["bounce": "hard", "channel": "email", "address": .integer(AddressHash.of(email("second")))])
            #expect(try await write("e") == nil)
            #expect(try await outreach.desk.report("e").reasons.keys.contains { $0.contains("suppressed.bounce") })
            #expect(try await rapport.logVerifier().verify().differences.isEmpty)
        }
    }

    @Test("a complaint about one address keeps marketing from the others", arguments: DatabaseKind.available)
    func complaint(kind: DatabaseKind) async throws {
        try await House.with(kind, Self.channel) { house in
            let outreach = try await house.rapport.outreach(house.rapport.makeChannels())
            try await house.define()
            try await knows(house, outreach, email("first"))
            try await agrees(house, outreach)
            try await say(
                house, outreach, "message.complained", [Self.crm],
                ["channel": "email", "address": .integer(AddressHash.of(email("first")))])
            try await knows(house, outreach, email("second"))
            try await house.settle(outreach)
            try await launch("a", outreach)
            try await house.work(outreach)
            #expect(house.files("mail").isEmpty)
        }
    }

    @Test(
        "a message that waits when the job changes goes to the new address, not to the desk of whoever sits there now",
        arguments: DatabaseKind.available)
    func queued(kind: DatabaseKind) async throws {
        try await House.with(kind, Self.channel) { house in
            let rapport = house.rapport
            let outreach = try await rapport.outreach(rapport.makeChannels())
            // A house whose channel is away: messages are queued and wait.
            let waiting = try await rapport.outreach([])
            try await house.define()
            try await knows(house, outreach, email("north"), account: "N")
            try await agrees(house, outreach)
            try await house.settle(outreach)
            try await launch("a", outreach)
            try await house.work(waiting)
            let old = AddressHash.of(email("north"))
            let queued = try await rapport.database.read { try $0.integer("SELECT address FROM messages WHERE state < 2") }
            #expect(queued == old)
            try await knows(house, waiting, email("south"), account: "S")
            let former = try await rapport.database.read { db in
                try FormerAddresses.of([try People.find("external.crm:1", in: db) ?? 0], in: db)
            }
            #expect(former.values.first == ["ana@north.example"])
            try await house.work(outreach)
            #expect(try sentTo(house) == ["ana@south.example"])
            // The same of one that has bounced meanwhile.
            try await launch("b", outreach)
            try await house.work(waiting)
            try await knows(house, waiting, email("west"), account: "S")
            try await say(
                house, waiting, "message.bounced", [Self.crm],
                ["bounce": "hard", "channel": "email", "address": .integer(AddressHash.of(email("south")))])
            try await house.work(outreach)
            #expect(try sentTo(house).sorted() == ["ana@south.example", "ana@west.example"])
            // What comes back about it is about the address that it went to.
            let noted = try await rapport.database.read {
                try $0.integer("SELECT address FROM messages ORDER BY act, person LIMIT 1")
            }
            #expect(noted == AddressHash.of(email("south")))
            #expect(try await rapport.logVerifier().verify().differences.isEmpty)
        }
    }

    @Test(
        "an address of their own comes before one that others have, too, whenever either became known",
        arguments: DatabaseKind.available)
    func shared(kind: DatabaseKind) async throws {
        try await House.with(kind, Self.channel) { house in
            let outreach = try await house.rapport.outreach(house.rapport.makeChannels())
            try await house.define()
            let mailbox = Identifier(kind: "email", value: "info@firm.example")
            for (key, name) in [("1", "ana"), ("2", "bea")] {
                try await say(
                    house, outreach, "person.identified",
                    [Identifier(kind: "external.crm", value: key), Identifier(kind: "email", value: "\(name)@own.example")],
                    ["fields": [:]])
                try await say(
                    house, outreach, "person.identified", [Identifier(kind: "external.crm", value: key), mailbox], ["fields": [:]]
                )
            }
            try await agrees(house, outreach)
            // A reply from the mailbox may be a colleague's.
            try await say(
                house, outreach, "message.replied", [Self.crm],
                ["channel": "email", "address": .integer(AddressHash.of(mailbox))])
            try await house.settle(outreach)
            try await launch("a", outreach)
            try await house.work(outreach)
            #expect(try sentTo(house) == ["ana@own.example"])
            // What a colleague complains about at the mailbox is not said of everybody's own address.
            try await say(
                house, outreach, "message.complained", [Self.crm],
                ["channel": "email", "address": .integer(AddressHash.of(mailbox))])
            try await launch("b", outreach)
            try await house.work(outreach)
            #expect(try sentTo(house) == ["ana@own.example", "ana@own.example"])
        }
    }

    @Test("merged, the address that either proved right last; apart again, each has their own", arguments: DatabaseKind.available)
    func merged(kind: DatabaseKind) async throws {
        try await House.with(kind, Self.channel) { house in
            let rapport = house.rapport
            let outreach = try await rapport.outreach(rapport.makeChannels())
            try await house.define()
            try await knows(house, outreach, email("first"))
            let other = Identifier(kind: "external.shop", value: "9")
            try await say(house, outreach, "person.identified", [other, email("second")], ["fields": [:]])
            try await say(
                house, outreach, "message.replied", [Self.crm],
                ["channel": "email", "address": .integer(AddressHash.of(email("first")))])
            try await agrees(house, outreach)
            let (ana, second) = try await rapport.database.read { db in
                (try People.find("external.crm:1", in: db) ?? 0, try People.find("external.shop:9", in: db) ?? 0)
            }
            #expect(ana != second)
            let apart = try await rapport.database.read {
                try $0.all("SELECT person, address FROM address_confirmations") { $0.integer(0) }
            }
            let merge = try await rapport.database.write { db in
                try rapport.merger.merge(second, into: ana, actor: "test", reason: "test", wall: db.now(), in: db)
            }
            try await house.settle(outreach)
            try await launch("a", outreach)
            try await house.work(outreach)
            #expect(try sentTo(house) == ["ana@first.example"], "the other became known later, and never proved right")
            _ = try await rapport.database.write { db in try rapport.merger.unmerge(merge.id, wall: db.now(), in: db) }
            try await house.settle(outreach)
            #expect(
                try await rapport.database.read {
                    try $0.all("SELECT person, address FROM address_confirmations") { $0.integer(0) }
                }
                    == apart)
            #expect(try await rapport.logVerifier().verify().differences.isEmpty)
        }
    }
}
