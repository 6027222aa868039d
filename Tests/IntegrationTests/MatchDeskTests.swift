import RapportCore
import RapportIntegration
import RapportStorage
import RapportTestKit
import Testing

@Suite("Finding duplicates as they arise")
struct MatchDeskTests {
    /// A log whose people are compared as they change.
    private struct Lab {
        let log: LogLab
        let merger: Merger
        let desk: MatchDesk
        let clock: VirtualClock

        init(_ database: any Database, _ clock: VirtualClock, mode: MatchingSettings.Mode = .merge) {
            self.clock = clock
            log = LogLab(
                database, clock: clock, folds: [FieldsFold(), TimelineFold(), TotalsFold(), RecordsFold()],
                reactors: [MatchQueueReactor()])
            merger = Merger(folds: log.folds, participants: [MatchMerging()], catalog: log.catalog)
            var settings = MatchingSettings.standard
            settings.mode = mode
            desk = MatchDesk(
                database: database, merger: merger, book: IdentityRuleBook(), clock: clock, settings: settings)
        }

        /// `"email a@x.org"` with fields, as the shop says them.
        @discardableResult
        func says(_ identifier: String, _ fields: [String: String]) async throws -> PersonID {
            clock.advance(by: .minutes(1))
            let catalog = try await log.database.read { db in try FieldStore.read(in: db) }
            let sorted = catalog.sort(fields.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })
            let words = identifier.split(separator: " ").map(String.init)
            let answer = try await log.accept(
                NewEvent(
                    kind: FieldsFold.eventKind, source: "shop", identifiers: [Identifier(kind: words[0], value: words[1])],
                    properties: ["fields": .object(sorted.properties)], personal: ["fields": .object(sorted.personal)]))
            try await log.drain()
            guard case .accepted(_, let person)? = answer.first else { return 0 }
            return person
        }

        func settle() async throws {
            try await desk.settle()
            try await log.drain()
        }

        func verdicts() async throws -> [String] {
            try await log.database.read { db in
                try db.all("SELECT low, high, verdict FROM reviews ORDER BY low, high") {
                    "\($0.integer(0))-\($0.integer(1)) \($0.text(2))"
                }
            }
        }

        func active() async throws -> Int64 {
            try await log.database.read { db in try db.integer("SELECT COUNT(*) FROM people WHERE state = 0") ?? 0 }
        }
    }

    private static func told(_ kind: DatabaseKind, mode: MatchingSettings.Mode = .merge, _ body: (Lab) async throws -> Void)
        async throws
    {
        let clock = VirtualClock()
        try await TemporaryDatabase.with(kind, clock: clock) { database in try await body(Lab(database, clock, mode: mode)) }
    }

    private static let anna = [
        "first_name": "Anna", "last_name": "Schmidt", "birthday": "1980-03-14", "city": "Bonn", "postcode": "53111",
    ]

    @Test("who is surely one is merged, reversibly, and stays two once somebody said so", arguments: DatabaseKind.available)
    func merged(kind: DatabaseKind) async throws {
        try await Self.told(kind) { lab in
            let one = try await lab.says("email anna@x.org", Self.anna)
            var typed = Self.anna
            typed["first_name"] = "Ana"
            let other = try await lab.says("email a.schmidt@y.org", typed)
            #expect(one != other)
            try await lab.settle()
            #expect(try await lab.active() == 1)
            let merge = try await lab.log.database.read { db in try Merge.of([one], in: db) }.first
            #expect(merge?.survivor == one && merge?.loser == other && merge?.reason.hasPrefix("likeness") == true)
            try await lab.log.database.write { [merger = lab.merger, now = lab.clock.now] db in
                _ = try merger.unmerge(merge?.id ?? 0, wall: now, in: db)
            }
            try await lab.settle()
            try await lab.desk.enqueueAll()
            try await lab.settle()
            #expect(try await lab.active() == 2)
            #expect(try await lab.verdicts() == ["\(one)-\(other) apart"])
        }
    }

    @Test("a number or address that comes with any event wakes a comparison", arguments: DatabaseKind.available)
    func newIdentifier(kind: DatabaseKind) async throws {
        try await Self.told(kind, mode: .review) { lab in
            let one = try await lab.says("phone +442079460018", ["first_name": "Anna", "last_name": "Schmidt"])
            let other = try await lab.says("email anna@y.org", ["first_name": "Anna", "last_name": "Schmidt", "city": "Bonn"])
            try await lab.settle()
            let before = try await lab.verdicts()
            lab.clock.advance(by: .minutes(1))
            // The helpdesk knows the address and another number, which nobody else has, and says nothing of fields.
            try await lab.log.accept(
                NewEvent(
                    kind: "page.viewed", source: "helpdesk",
                    identifiers: [
                        Identifier(kind: "email", value: "anna@y.org"), Identifier(kind: "phone", value: "+442179460018"),
                    ]))
            try await lab.log.drain()
            let waiting = try await lab.log.database.read { db in try MatchIndex.waiting(in: db) }
            #expect(waiting == 1)
            try await lab.settle()
            #expect(before == [])
            #expect(try await lab.verdicts() == ["\(one)-\(other) open"])
            // That another source knows the address, too, tells nothing new, and neither does a device.
            try await lab.log.accept(
                NewEvent(
                    kind: "page.viewed", source: "shop",
                    identifiers: [Identifier(kind: "email", value: "anna@y.org"), Identifier(kind: "device", value: "d1")]))
            try await lab.log.drain()
            #expect(try await lab.log.database.read { db in try MatchIndex.waiting(in: db) } == 0)
        }
    }

    @Test("two customer numbers of one source are never merged by likeness; the pair waits", arguments: DatabaseKind.available)
    func conflict(kind: DatabaseKind) async throws {
        try await Self.told(kind) { lab in
            let one = try await lab.says("external.shop 1", Self.anna)
            let other = try await lab.says("external.shop 2", Self.anna)
            try await lab.settle()
            #expect(try await lab.active() == 2)
            let open = try await lab.log.database.read { db in try Duplicate.open(limit: 10, in: db) }
            #expect(open.map(\.name) == ["\(one)-\(other)"])
            #expect(open.first?.conflict == "external.shop" && open.first?.reason == "likeness")
            #expect((open.first?.probability ?? 0) > 0.9995)
            // What no longer holds waits no longer.
            try await lab.says("external.shop 2", ["first_name": "Zoë", "last_name": "Quist", "birthday": "1999-12-24"])
            try await lab.settle()
            #expect(try await lab.verdicts() == [])
        }
    }

    @Test("that two are two holds for those who are merged into them later", arguments: DatabaseKind.available)
    func apart(kind: DatabaseKind) async throws {
        try await Self.told(kind) { lab in
            let one = try await lab.says("email one@x.org", Self.anna)
            let namesake = try await lab.says("email two@x.org", ["first_name": "Bo", "last_name": "Ek"])
            try await lab.log.database.write { [now = lab.clock.now] db in
                try Review.keepApart(one, namesake, wall: now, in: db)
            }
            let third = try await lab.says("email three@x.org", ["first_name": "Jo", "last_name": "Ost"])
            _ = try await lab.log.database.write { [merger = lab.merger, now = lab.clock.now] db in
                try merger.merge(namesake, into: third, actor: "test", reason: "test", wall: now, in: db)
            }
            try await lab.says("email three@x.org", Self.anna)
            try await lab.settle()
            #expect(try await lab.active() == 2)
        }
    }

    @Test(
        "in whatever order people come, the same pairs are found, and a scan finds them again", arguments: DatabaseKind.available)
    func order(kind: DatabaseKind) async throws {
        let people = [
            ("email a@x.org", Self.anna), ("email b@x.org", Self.anna.filter { $0.key != "city" && $0.key != "postcode" }),
            ("email c@x.org", Self.anna.merging(["first_name": "Bernd"]) { $1 }),
            ("email d@x.org", ["first_name": "Schmidt", "last_name": "Anna", "birthday": "1980-03-14"]),
            ("email e@x.org", ["first_name": "Uwe", "last_name": "Kern", "birthday": "1980-03-14"]),
        ]
        var found: [[String]] = []
        for order in [people, people.reversed(), [people[2], people[0], people[4], people[3], people[1]]] {
            try await Self.told(kind, mode: .review) { lab in
                for person in order {
                    try await lab.says(person.0, person.1)
                    try await lab.settle()
                }
                let pairs: @Sendable (Connection) throws -> [String] = { db in
                    try Duplicate.open(limit: 100, in: db).map { pair in
                        [pair.one.email ?? "", pair.other.email ?? ""].sorted().joined(separator: " ")
                            + " \(pair.probability ?? 0)"
                    }.sorted()
                }
                let first = try await lab.log.database.read(pairs)
                try await lab.desk.enqueueAll()
                try await lab.settle()
                #expect(try await lab.log.database.read(pairs) == first)
                found.append(first)
            }
        }
        #expect(found[0].count >= 2)
        #expect(found[0] == found[1] && found[1] == found[2])
    }

    @Test("who is erased leaves no key and no pair", arguments: DatabaseKind.available)
    func erased(kind: DatabaseKind) async throws {
        try await Self.told(kind, mode: .review) { lab in
            try await lab.says("email one@x.org", Self.anna)
            let other = try await lab.says("email two@x.org", Self.anna)
            try await lab.settle()
            let tables = ["match_people", "match_keys", "match_pairs"]
            let rows: @Sendable (Connection) throws -> [Int64] = { db in
                try tables.map { try db.integer("SELECT COUNT(*) FROM \(raw: $0)") ?? 0 }
            }
            let before = try await lab.log.database.read(rows)
            #expect(before[0] == 2 && before[1] > 4 && before[2] == 1)
            _ = try await lab.log.database.write { db in try Erasure().erase(other, in: db) }
            let after = try await lab.log.database.read(rows)
            #expect(after == [1, before[1] / 2, 0])
        }
    }

    @Test("a merge previews, and a chosen value holds until they are taken apart", arguments: DatabaseKind.available)
    func preview(kind: DatabaseKind) async throws {
        try await Self.told(kind, mode: .review) { lab in
            let one = try await lab.says("email one@x.org", ["city": "Bonn", "first_name": "Anna"])
            let other = try await lab.says("email two@x.org", ["city": "Ulm"])
            let (wall, merger, door) = (lab.clock.now + .minutes(5), lab.merger, lab.log.door)
            lab.clock.advance(by: .minutes(10))
            let merge = try await lab.log.database.write { db in
                let preview = try MergePreview(one, other, in: db)
                #expect(preview.fields.first { $0.name == "city" }?.merged?.text == "Ulm")
                #expect(preview.fields.first { $0.name == "first_name" }?.other == nil)
                #expect(try preview.confirming("city", of: .other, at: wall, in: db).isEmpty)
                let chosen = try preview.confirming("city", of: .one, at: wall, in: db)
                let merge = try merger.merge(other, into: one, actor: "test", reason: "test", wall: wall, in: db)
                _ = try door.accept(chosen, in: db)
                return merge
            }
            try await lab.log.drain()
            let city: @Sendable (Connection) throws -> [String] = { db in
                try People.fields(of: [one, other], in: db).sorted { $0.key < $1.key }.map { _, fields in
                    fields.first { $0.name == "city" }?.text ?? ""
                }
            }
            #expect(try await lab.log.database.read(city) == ["Bonn"])
            _ = try await lab.log.database.write { db in try merger.unmerge(merge.id, wall: wall, in: db) }
            #expect(try await lab.log.database.read(city) == ["Bonn", "Ulm"])
        }
    }
}
