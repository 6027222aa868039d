import RapportCore
import RapportStorage
import RapportTestKit
import Testing

@Suite("one record")
struct PeopleTests {
    @Test("the value said last is golden, and every source's stays", arguments: DatabaseKind.available)
    func provenance(kind: DatabaseKind) async throws {
        let clock = VirtualClock()
        try await TemporaryDatabase.with(kind, clock: clock) { database in
            let people = PeopleLab(database, clock: clock)
            let past = clock.now - .days(400)
            let id = try await people.accept([
                PeopleLab.says("crm", "email a@x.org", ["company": "Old Ltd", "city": "Bonn"], confirmed: true, at: past),
                PeopleLab.says(
                    "shop", "email a@x.org", ["company": "New Ltd", "birthday": "1980-02-29"], at: clock.now - .days(1)),
                PeopleLab.says("shop", "email a@x.org", ["company": "Older Ltd", "shoe_size": 42], at: past),
            ])[0]
            try await people.lab.drain()
            let record = try await database.read { db in try People.record(of: id, in: db) }
            let company = try #require(record?["company"])
            #expect(company.text == "New Ltd" && company.source == "shop" && company.confirmedAt == nil)
            #expect(company.sayings.map(\.source) == ["shop", "crm"] && company.sayings[1].confirmedAt == past)
            #expect(company.isFresh(at: clock.now) && !company.isFresh(at: clock.now + .days(300)))
            #expect(record?["birthday"]?.value == "1980-02-29")
            #expect(record?["shoe_size"] == nil)
            #expect(record?.identifiers.first?.sources == ["crm", "shop"])
            let page = try await database.read { db in try People.timeline(of: id, count: 2, in: db) }
            #expect(page.entries.count == 2 && page.hasMore)
            let last = try #require(page.entries.last)
            let rest = try await database.read { db in
                try People.timeline(of: id, before: (last.occurredAt, last.ref), in: db)
            }
            #expect(rest.entries.count == 1 && !rest.hasMore)
            // Identifying values are not in the event row.
            let events = try await people.lab.events()
            #expect(events.allSatisfy { !$0.properties.contains("1980") })
        }
    }

    @Test("search finds by beginnings of names, companies and identifiers, all terms", arguments: DatabaseKind.available)
    func search(kind: DatabaseKind) async throws {
        try await TemporaryDatabase.with(kind) { database in
            let people = PeopleLab(database)
            let ids = try await people.accept([
                PeopleLab.says(
                    "crm", "external.crm k-17, email zoe@x.org", ["first_name": "Zoë", "last_name": "Müller-Lüdenscheidt"]),
                PeopleLab.says("crm", "phone +4917012345678", ["first_name": "Zoe", "last_name": "Ahn", "company": "Acme Müll"]),
                PeopleLab.says("web", "device d-zoe"),
            ])
            try await people.lab.drain()
            func find(_ text: String) async throws -> [PersonID] {
                try await database.read { db in try PeopleSearch(region: "DE").people(text, in: db).map(\.id) }
            }
            #expect(try await find("zo mul").sorted() == [ids[0], ids[1]])
            #expect(try await find("ZOË lüden") == [ids[0]])
            #expect(try await find("müller-lü") == [ids[0]])
            #expect(try await find("acme") == [ids[1]])
            #expect(try await find("zoe@x") == [ids[0]])
            #expect(try await find("k-1 zoe") == [ids[0]])
            #expect(try await find("0170/12345678") == [ids[1]])
            #expect(try await find("+49170123") == [ids[1]])
            #expect(try await find("zoe nobody") == [])
            #expect(try await find(" -- ") == [])
            #expect(try await find("d-zoe") == [])
        }
    }

    @Test("two names that many have find those who have both", arguments: DatabaseKind.available)
    func commonNames(kind: DatabaseKind) async throws {
        try await TemporaryDatabase.with(kind) { database in
            let people = PeopleLab(database)
            let names = [("Ann", "Ito"), ("Ann", "Khan"), ("Ann", "Novak"), ("Ann", "Diaz"), ("Bob", "Lee"), ("Cleo", "Lee")]
            let others = [("Dan", "Lee"), ("Eva", "Lee"), ("Ann", "Lee"), ("Anna", "Leeds"), ("Ann", "Lee")]
            let ids = try await people.accept(
                (names + others).enumerated().map { number, name in
                    PeopleLab.says(
                        "crm", "external.crm \(number)", ["first_name": .string(name.0), "last_name": .string(name.1)])
                })
            try await people.lab.drain()
            func find(_ text: String, limit: Int = 20) async throws -> [PersonID] {
                try await database.read { db in try PeopleSearch(most: 3).people(text, limit: limit, in: db).map(\.id) }
            }
            #expect(try await find("ann lee").sorted() == [ids[8], ids[10]])
            #expect(try await find("lee ann", limit: 1).count == 1)
            #expect(try await find("ann lee 10") == [ids[10]])
            #expect(try await find("ann").count == 3)
            #expect(try await find("anna lee") == [ids[9]])
        }
    }

    @Test("a person is found by public id and by any identifier", arguments: DatabaseKind.available)
    func find(kind: DatabaseKind) async throws {
        try await TemporaryDatabase.with(kind) { database in
            let people = PeopleLab(database)
            let ids = try await people.accept([
                PeopleLab.says("crm", "external.crm 17, email a@x.org"), PeopleLab.says("shop", "external.shop 17"),
            ])
            try await database.read { db in
                let publicID = try People.publicIDs(of: [ids[0]], in: db)[ids[0]] ?? ""
                #expect(try People.find(publicID, in: db) == ids[0])
                #expect(try People.find(" A@X.org", in: db) == ids[0])
                #expect(try People.find("external.shop:17", in: db) == ids[1])
                #expect(try People.find("nobody@x.org", in: db) == nil)
                #expect(throws: Problem.self) { try People.find("17", in: db) }
            }
        }
    }

    @Test("erasure leaves the log in order and nothing of who it was", arguments: DatabaseKind.available)
    func erase(kind: DatabaseKind) async throws {
        try await TemporaryDatabase.with(kind) { database in
            let people = PeopleLab(database)
            let id = try await people.accept([PeopleLab.says("crm", "email a@x.org", ["first_name": "Anna"])])[0]
            try await people.lab.drain()
            let erased = try await database.write { db in try Erasure().erase(id, in: db) }
            #expect(erased)
            try await database.read { db in
                for table in ["identifiers", "personal_values", "provenance", "golden", "words"] {
                    let left = try db.integer("SELECT count(*) FROM \(raw: table)")
                    #expect(left == 0, "\(table)")
                }
                #expect(try People.record(of: id, in: db)?.state == .erased)
            }
            #expect(try await people.lab.events().count == 1)
            #expect(try await people.accept([PeopleLab.says("crm", "email a@x.org")]) != [id])
        }
    }

    @Test("declaring a field adds it, changing its type is refused", arguments: DatabaseKind.available)
    func declare(kind: DatabaseKind) async throws {
        try await TemporaryDatabase.with(kind) { database in
            try await database.write { db in
                let size = FieldDefinition("shoe_size", .decimal(scale: 1), purpose: "to fit")
                try FieldStore.declare([size], in: db)
                try FieldStore.declare([FieldDefinition("shoe_size", .decimal(scale: 1), purpose: "to fit well")], in: db)
                #expect(try FieldStore.read(in: db)["shoe_size"]?.definition.purpose == "to fit well")
            }
            await #expect(throws: Problem.self) {
                try await database.write { db in
                    try FieldStore.declare([FieldDefinition("shoe_size", .integer, purpose: "to fit")], in: db)
                }
            }
        }
    }
}
