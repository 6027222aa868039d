import Foundation
import RapportCore
import RapportEngagement
import RapportHost
import RapportIntegration
import RapportStorage
import RapportTestKit
import Testing

/// The contact who changes firms.
@Suite("A job change keeps history")
struct JobChangeTests {
    private static let companies = "source: crm\nas: accounts\nkey: Id\nfields: {name: Company, domain: Domain}"
    private static let people = """
        source: crm
        as: people
        key: Id
        account: Company
        identifiers: {external.crm: Id, email: Email}
        fields: {first_name: First}
        """
    private static let firms = "Id,Company,Domain\nN,North Wind Ltd,north.example\nS,South Works,south.example\n"

    private func ann(_ house: ImportHouse) async throws -> PersonID {
        try await house.rapport.database.read { db in try #require(try People.find("external.crm:1", in: db)) }
    }

    private func begin(_ house: ImportHouse) async throws {
        try await house.bring("firms.csv", Self.firms, map: Self.companies)
        try await house.bring(
            "spring.csv", "Id,Company,Email,First\n1,N,ann@north.example,Ann\n2,N,bo@north.example,Bo\n3,S,cy@south.example,Cy\n",
            map: Self.people)
        try await house.say(
            "order.placed", [Identifier(kind: "email", value: "ann@north.example")],
            ["order": "100", "total": "30", "currency": "EUR"], source: "shop")
    }

    private func autumn(_ house: ImportHouse) async throws -> ImportReport {
        try await house.bring(
            "autumn.csv", "Id,Company,Email,First\n1,S,ann@south.example,Ann\n2,N,bo@north.example,Bo\n", map: Self.people)
    }

    @Test(
        "Ann goes from North Wind to South Works: Bo stays her former colleague, North Wind keeps what happened, and nothing is lost",
        arguments: DatabaseKind.available)
    func story(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await begin(house)
            let before = try await house.everything()
            let report = try await autumn(house)
            try await house.say(
                "order.placed", [Identifier(kind: "email", value: "ann@south.example")],
                ["order": "200", "total": "50", "currency": "EUR"], source: "shop")
            let ann = try await ann(house)
            let now = house.rapport.clock.now
            try await house.rapport.database.read { db in
                let jobs = try People.affiliations(of: ann, in: db)
                #expect(jobs.map(\.name) == ["North Wind Ltd", "South Works"])
                #expect(jobs.map { $0.affiliation.until == nil } == [false, true])
                #expect(jobs.current(at: now).map(\.key) == ["S"])

                // Colleagues keep the link.
                let colleagues = try People.colleagues(of: ann, in: db)
                #expect(colleagues.map(\.name) == ["Bo", "Cy"])
                #expect(colleagues.map(\.account) == ["North Wind Ltd", "South Works"])
                #expect(colleagues.map { $0.until == nil } == [false, true])

                // The old account keeps its history, and no more.
                let north = try #require(try HouseRecord.find(.account, "crm:N", in: db))
                let south = try #require(try HouseRecord.find(.account, "crm:S", in: db))
                #expect(
                    try north.members(in: db).map { "\($0.name) \($0.affiliation.until == nil)" } == ["Ann false", "Bo true"])
                #expect(try south.members(in: db).map(\.name).sorted() == ["Ann", "Cy"])
                func orders(_ account: HouseRecord) throws -> [String?] {
                    try account.timeline(in: db).filter { $0.entry.kind == "order.placed" }.map {
                        $0.entry.properties["order"]?.string
                    }
                }
                #expect(try orders(north) == ["100"])
                #expect(try orders(south) == ["200"])

                // The move itself is told, and the old address is kept, but not as one to write to.
                let told = try People.timeline(of: ann, in: db).entries.first { $0.kind == "job.changed" }
                #expect(told?.properties["from"] == "N")
                #expect(told?.properties["to"] == "S")
                let addresses = try People.identifiers(of: ann, in: db).filter { $0.identifier.kind == "email" }
                #expect(addresses.map(\.identifier.value).sorted() == ["ann@north.example", "ann@south.example"])
                #expect(try FormerAddresses.of([ann], in: db) == [ann: ["ann@north.example"]])
                #expect(try Order.of(ann, in: db).map(\.number).sorted() == ["100", "200"])
            }
            #expect(try await house.rapport.logVerifier().verify().differences.isEmpty)

            // The same file again is no second move; taken back, she has never left.
            _ = try await autumn(house)
            #expect(try await house.count("SELECT COUNT(*) FROM affiliations WHERE person = \(ann)") == 2)
            try await house.revert(report.id)
            let after = try await house.rapport.database.read { db in try People.affiliations(of: ann, in: db) }
            #expect(after.map(\.key) == ["N"])
            #expect(after.first?.affiliation.until == nil)
            let jobLines = { (lines: [String]) in lines.filter { $0.hasPrefix("affiliations") } }
            #expect(jobLines(try await house.everything()) == jobLines(before))
            #expect(
                try await house.count(
                    "SELECT COUNT(*) FROM events JOIN kinds ON kinds.id = events.kind WHERE kinds.name = 'job.changed'") == 0)
            #expect(try await house.rapport.logVerifier().verify().differences.isEmpty)
        }
    }

    @Test(
        "moved by hand, with a role and a date; what she is to others goes along, and an erasure of the other leaves a dated line",
        arguments: DatabaseKind.available)
    func byHand(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await begin(house)
            let ann = try await ann(house)
            let rapport = house.rapport
            let desk = ContextDesk(door: rapport.door, actor: "test")
            func say(_ body: @escaping @Sendable (Connection) throws -> Void) async throws {
                try await rapport.stepping { try await rapport.database.write { try body($0) } }
            }
            let now = rapport.clock.now
            let bo = try await rapport.database.read { db in try #require(try People.find("bo@north.example", in: db)) }
            try await say { db in try desk.relate(ann, to: bo, as: "assistant", since: nil, at: now, in: db) }
            try await say { db in try desk.liveTogether([ann, bo], since: now - .days(400), at: now, in: db) }
            try await say { db in
                let south = try #require(try HouseRecord.find(.account, "South Works", in: db))
                let move = try desk.move(
                    ann, from: nil, to: .record(south), .init(role: "buyer", title: "Head of tea", date: now - .days(90)),
                    at: now,
                    in: db)
                #expect(move.from == ["North Wind Ltd"])
                #expect(move.to == "South Works")
            }
            try await rapport.database.read { db in
                let jobs = try People.affiliations(of: ann, in: db)
                #expect(jobs.map(\.affiliation.role) == ["", "buyer"])
                #expect(jobs.last?.affiliation.title == "Head of tea")
                #expect(jobs.map(\.affiliation.until) == [now - .days(90), nil])
                #expect(jobs.last?.affiliation.since == now - .days(90))
                #expect(try People.relations(of: bo, in: db).map(\.relation.kind) == ["assists"])
                #expect(try People.relations(of: ann, in: db).map(\.name) == ["Bo"])
                let homes = try People.households(of: bo, in: db)
                #expect(homes.map { $0.members.map(\.name) } == [["Ann"]])
                #expect(homes.first?.since == now - .days(400))
                #expect(throws: Problem.self) {
                    try desk.join(ann, .named("X"), .init(role: "buyr"), at: now, in: db)
                }
            }
            try await say { db in try desk.leaveHousehold(bo, until: now - .days(1), at: now, in: db) }
            #expect(try await rapport.logVerifier().verify().differences.isEmpty)
            let merged = try await rapport.database.write { db in
                try rapport.merger.merge(bo, into: ann, actor: "test", reason: "test", wall: now, in: db)
            }
            try await rapport.database.read { db throws in #expect(try People.relations(of: ann, in: db).isEmpty, "of herself") }
            _ = try await rapport.database.write { db in try rapport.merger.unmerge(merged.id, wall: now, in: db) }
            try await rapport.database.read { db throws in
                #expect(try People.relations(of: ann, in: db).map(\.name) == ["Bo"])
                #expect(try People.households(of: bo, in: db).map { $0.until == nil } == [false])
            }
            #expect(try await rapport.eraser.erase(bo, actor: "test", at: now).isDone)
            try await rapport.stepping {}
            try await rapport.database.read { db in
                let left = try People.relations(of: ann, in: db)
                #expect(left.map(\.relation.kind) == ["assistant"])
                #expect(left.first?.other == nil)
                #expect(try db.integer("SELECT COUNT(*) FROM relations WHERE person = \(bo)") == 0)
            }
            #expect(try await rapport.logVerifier().verify().differences.isEmpty)
        }
    }

    @Test(
        "a work address that bounces for good, while a newer one of another firm is known, ends the job",
        arguments: DatabaseKind.available)
    func bounced(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await begin(house)
            let old = Identifier(kind: "email", value: "ann@north.example")
            try await house.say(
                "person.identified",
                [Identifier(kind: "external.crm", value: "1"), Identifier(kind: "email", value: "ann@new.example")])
            let ann = try await ann(house)
            func bounce(_ how: String) async throws {
                try await house.say("message.bounced", [old], ["bounce": .string(how), "address": .integer(AddressHash.of(old))])
            }
            func isThere() async throws -> Bool {
                try await house.rapport.database.read { db in
                    try People.affiliations(of: ann, in: db).contains { $0.affiliation.until == nil }
                }
            }
            try await bounce("soft")
            #expect(try await isThere())
            try await bounce("hard")
            #expect(try await !isThere())
            let former = try await house.rapport.database.read { db in try FormerAddresses.of([ann], in: db) }
            #expect(former == [ann: ["ann@north.example"]])
            #expect(try await house.rapport.logVerifier().verify().differences.isEmpty)
        }
    }

    @Test(
        "after the move mail goes to the new address, only once she has agreed anew, and what she said against the old one holds",
        arguments: DatabaseKind.available)
    func sending(kind: DatabaseKind) async throws {
        let channels =
            "channels: {outbox: {plugin: channel.outbox, folder: outbox, format: json}, mail: {plugin: channel.outbox, folder: mail, format: json}}"
        try await House.with(kind, channels) { house in
            let rapport = house.rapport
            let outreach = try await rapport.outreach(rapport.makeChannels())
            try await house.define()
            let drafts = [
                DefinitionDraft(
                    kind: "standing", name: "job.changed",
                    body: ["raised_by": ["job.changed"], "cleared_by": ["permission.granted", "permission.confirmed"]]),
                DefinitionDraft(
                    kind: "guards", name: "house",
                    body: ["zone": "UTC", "standings": [["fact": "job.changed", "classes": ["marketing"]]]]),
            ]
            let (store, now) = (rapport.definitions, rapport.clock.now)
            _ = try await rapport.database.write { db in try store.apply(drafts, actor: "test", now: now, in: db) }
            let (crm, old, new) = (
                Identifier(kind: "external.crm", value: "1"), Identifier(kind: "email", value: "ana@north.example"),
                Identifier(kind: "email", value: "ana@south.example")
            )
            func identified(_ account: String, _ email: Identifier) async throws {
                let event = NewEvent(
                    kind: "person.identified", source: "crm", identifiers: [crm, email],
                    properties: ["account": .string(account), "fields": [:]], personal: ["fields": ["first_name": "Ana"]])
                #expect(try await rapport.door.accept([event], in: rapport.database).allSatisfy { $0.ref != nil })
                try await house.work(outreach)
            }
            func consents() async throws {
                let event = NewEvent(
                    kind: "permission.granted", source: "shop", identifiers: [crm],
                    properties: ["brand": "house", "topic": "offers", "channel": "email", "basis": "consent", "where": "till"])
                #expect(try await rapport.door.accept([event], in: rapport.database).allSatisfy { $0.ref != nil })
                try await house.work(outreach)
            }
            try await identified("N", old)
            try await consents()
            try await identified("S", new)
            try await house.campaign("first", outreach.desk)
            try await house.work(outreach)
            #expect(house.files("mail").isEmpty, "what she agreed to at North may not hold at South")
            #expect(try await outreach.desk.report("first").reasons.keys.contains { $0.contains("standing") })

            try await consents()
            try await house.campaign("second", outreach.desk)
            try await house.work(outreach)
            #expect(house.files("mail").count == 1)
            let text = try #require(
                house.files("mail").first.map { try String(contentsOfFile: "\(house.folder)/mail/\($0)", encoding: .utf8) })
            #expect(text.contains("ana@south.example") && !text.contains("ana@north.example"))

            // A complaint about a message to the old address is hers, wherever she works.
            let complaint = NewEvent(
                kind: "message.complained", source: "mail", identifiers: [old],
                properties: ["address": .integer(AddressHash.of(old)), "channel": "email"])
            #expect(try await rapport.door.accept([complaint], in: rapport.database).allSatisfy { $0.ref != nil })
            try await house.work(outreach)
            try await house.campaign("third", outreach.desk)
            try await house.work(outreach)
            #expect(house.files("mail").count == 1)
            #expect(try await rapport.logVerifier().verify().differences.isEmpty)
        }
    }
}
