import RapportCore
import RapportStorage
import RapportTestKit
import Testing

@Suite("merging people")
struct MergeTests {
    @Test("a merge makes one record, an unmerge two, each with what came for it meanwhile", arguments: DatabaseKind.available)
    func roundTrip(kind: DatabaseKind) async throws {
        let clock = VirtualClock()
        try await TemporaryDatabase.with(kind, clock: clock) { database in
            let people = PeopleLab(database, clock: clock)
            let ids = try await people.accept([
                PeopleLab.says("crm", "external.crm 1, email a@x.org", ["first_name": "Anna", "city": "Bonn"]),
                PeopleLab.says("shop", "external.shop 9, email anna@y.org", ["first_name": "Annie", "company": "Acme"]),
            ])
            try await people.lab.drain()
            let before = try await people.everything()
            clock.advance(by: .hours(1))
            let merge = try await people.merge(ids[1], into: ids[0])
            let merged = try await people.everything()
            #expect(merged.filter { $0.hasPrefix("golden") }.count == 1)
            #expect(merged.contains { $0.hasPrefix("total \(ids[0])") && $0.contains(" 2 ") })
            try await people.unmerge(merge.id)
            #expect(try await people.everything() == before)
            await #expect(throws: Problem.self) { try await people.unmerge(merge.id) }
        }
    }

    @Test("what nobody has handled yet moves to the survivor's partition and back", arguments: DatabaseKind.available)
    func unhandled(kind: DatabaseKind) async throws {
        let clock = VirtualClock()
        try await TemporaryDatabase.with(kind, clock: clock) { database in
            let people = PeopleLab(database, clock: clock)
            let ids = try await people.accept([
                PeopleLab.says("crm", "external.crm 1", ["city": "Bonn"]),
                PeopleLab.says("crm", "external.crm 2", ["city": "Ulm"]),
            ])
            let merge = try await people.merge(ids[1], into: ids[0])
            let partition = try await database.read { db in
                try db.integer("SELECT partition FROM people WHERE id = \(ids[0])")
            }
            let events = try await people.lab.events()
            #expect(events.count == 2)
            #expect(events.allSatisfy { $0.person == ids[0] && Int64($0.ref.partition) == partition })
            try await people.lab.drain()
            _ = try await people.accept([PeopleLab.says("crm", "external.crm 2", ["city": "Köln"])])
            try await people.unmerge(merge.id)
            try await people.lab.drain()
            let golden = try await people.everything().filter { $0.hasPrefix("golden") || $0.hasPrefix("total") }
            #expect(golden.filter { $0.hasPrefix("total") }.count == 2)
            let city = try await database.read { db in try db.text("SELECT f7 FROM golden WHERE person = \(ids[1])") }
            #expect(city == "köln")
        }
    }

    @Test("somebody anonymous who turns out to be known is merged by the house", arguments: DatabaseKind.available)
    func due(kind: DatabaseKind) async throws {
        let clock = VirtualClock()
        try await TemporaryDatabase.with(kind, clock: clock) { database in
            let people = PeopleLab(database, clock: clock)
            let ids = try await people.accept([
                PeopleLab.says("crm", "email a@x.org"), PeopleLab.says("web", "device d1"),
                PeopleLab.says("web", "device d1, email a@x.org"),
            ])
            #expect(ids[2] == ids[0])
            try await people.lab.drain()
            let merges = try await database.write { [merger = people.merger] db in
                try merger.mergeDue(wall: clock.now, in: db)
            }
            #expect(merges.map(\.loser) == [ids[1]])
            #expect(try await people.accept([PeopleLab.says("web", "device d1")]) == [ids[0]])
            try await people.unmerge(merges[0].id)
            let states = try await database.read { db in
                try db.all("SELECT state, anonymous FROM people ORDER BY id") { "\($0.integer(0))\($0.integer(1))" }
            }
            #expect(states == ["00", "01"])
            let again = try await database.write { [merger = people.merger] db in
                try merger.mergeDue(wall: clock.now, in: db)
            }
            #expect(again.isEmpty)
        }
    }

    @Test("who is held cannot be merged", arguments: DatabaseKind.available)
    func held(kind: DatabaseKind) async throws {
        try await TemporaryDatabase.with(kind) { database in
            let people = PeopleLab(database)
            let ids = try await people.accept([PeopleLab.says("crm", "external.crm 1"), PeopleLab.says("crm", "external.crm 2")])
            try await database.write { db in
                try db.run(
                    """
                    INSERT INTO held (person, partition, position, since, attempts, reason, retry)
                    VALUES (\(ids[0]), 0, 1, 0, 1, 'x', 0)
                    """)
            }
            await #expect(throws: Problem.self) { try await people.merge(ids[1], into: ids[0]) }
            await #expect(throws: Problem.self) { try await people.merge(ids[1], into: ids[1]) }
        }
    }
}
