import RapportCore
import RapportStorage
import RapportTestKit
import Testing

@Suite("The door")
struct LogDoorTests {
    @Test("an event is put on its person's partition, and the same key is known again", arguments: DatabaseKind.available)
    func acceptsOnce(kind: DatabaseKind) async throws {
        try await TemporaryDatabase.with(kind) { database in
            let lab = LogLab(database)
            let first = try await lab.accept(.of("ada", "order.placed", key: "1"), .of("ada", "order.placed", key: "2"))
            let again = try await lab.accept(
                .of("ada", "order.placed", key: "2"), .of("ada", "order.placed", key: "3"), .of("ada", "order.placed", key: "3"))
            guard case .accepted(let one, let person) = first[0], case .accepted(let two, person) = first[1] else {
                Issue.record("\(first)")
                return
            }
            #expect(one.partition == two.partition && one.position == 1 && two.position == 2)
            #expect(again[0] == .duplicate(two))
            #expect(again[1] == .accepted(EventRef(partition: one.partition, position: 3), person: person))
            #expect(again[2] == .duplicate(EventRef(partition: one.partition, position: 3)))
        }
    }

    @Test("a refused event does not sink the rest of its batch", arguments: DatabaseKind.available)
    func refuses(kind: DatabaseKind) async throws {
        try await TemporaryDatabase.with(kind) { database in
            let lab = LogLab(database)
            var deep = NewEvent.of("ada", "order.placed")
            deep.depth = 17
            var huge = NewEvent.of("ada", "order.placed")
            huge.properties = ["note": .string(String(repeating: "x", count: 40_000))]
            let answers = try await lab.accept(
                .of("ada", "Order Placed"), .of("ada", "order.placed", ["a": ["b": "x\0y"]]), deep, huge,
                .of("ada", "order.placed"))
            let codes = answers.map { answer in
                if case .refused(let problem) = answer { problem.code } else { "accepted" }
            }
            #expect(codes == ["event.kind", "event.null_character", "event.depth", "event.too_large", "accepted"])
            #expect(try await lab.events().count == 1)
        }
    }

    @Test("a time in the future is cut to the moment of receipt and kept beside", arguments: DatabaseKind.available)
    func cutsTheFuture(kind: DatabaseKind) async throws {
        let clock = VirtualClock()
        try await TemporaryDatabase.with(kind, clock: clock) { database in
            let lab = LogLab(database, clock: clock)
            try await lab.accept(.of("ada", "order.placed", at: clock.now + .hours(1)))
            let event = try #require(try await lab.events().first)
            #expect(event.occurredAt == event.receivedAt)
            let properties = try JSONValue(parsing: event.properties)
            #expect(properties["original_occurred_at"]?.string == (clock.now + .hours(1)).rfc3339)
        }
    }

    @Test("what is older than its source's horizon is history", arguments: DatabaseKind.available)
    func tellsHistory(kind: DatabaseKind) async throws {
        let clock = VirtualClock()
        try await TemporaryDatabase.with(kind, clock: clock) { database in
            let lab = LogLab(database, clock: clock)
            try await lab.accept(
                .of("ada", "order.placed", at: clock.now - .hours(25)), .of("ada", "order.placed", at: clock.now - .hours(23)),
                .of("ada", "order.placed", history: true))
            #expect(try await lab.events().map(\.history) == [true, false, true])
        }
    }

    @Test("declared properties stand typed in the event row, text as its folded symbol", arguments: DatabaseKind.available)
    func typesProperties(kind: DatabaseKind) async throws {
        try await TemporaryDatabase.with(kind) { database in
            let lab = LogLab(database)
            try await database.write { db in try lab.catalog.declare(KindDefinition.builtIn, in: db) }
            let order: JSONValue = ["total": .decimal("12.345"), "currency": "EUR", "items": 3, "store": "Köln"]
            let yen: JSONValue = ["total": "1200", "currency": "JPY", "items": "many"]
            try await lab.accept(.of("ada", "order.placed", order), .of("ada", "order.placed", yen))
            let events = try await lab.events()
            let symbols = try await database.read { db in
                (try lab.catalog.existingSymbol("eur", in: db), try lab.catalog.existingSymbol("köln", in: db))
            }
            #expect(events[0].slots == [1235, symbols.0, 3, symbols.1])
            #expect(events[1].slots[0] == 1200 && events[1].slots[2] == nil)
        }
    }

    @Test("personal values stay out of the event row", arguments: DatabaseKind.available)
    func keepsPersonalApart(kind: DatabaseKind) async throws {
        try await TemporaryDatabase.with(kind) { database in
            let lab = LogLab(database)
            var event = NewEvent.of("ada", "person.identified")
            event.personal = ["first_name": "Ada"]
            try await lab.accept(event)
            let stored = try #require(try await lab.events().first)
            #expect(!stored.properties.contains("Ada"))
            let values = try await database.read { db in try PersonalValues.read(of: [stored], in: db) }
            #expect(values[stored.personal]?["first_name"] == "Ada")
        }
    }

    @Test("received_at never runs backwards within a partition, whatever clocks do", arguments: DatabaseKind.available)
    func clockJumpsBack(kind: DatabaseKind) async throws {
        let clock = VirtualClock()
        try await TemporaryDatabase.with(kind, clock: clock) { database in
            let lab = LogLab(database, clock: clock)
            var generator = SplitMix64(seed: 7)
            for _ in 0..<50 {
                clock.advance(by: Span(milliseconds: Int64.random(in: -90_000...100_000, using: &generator)))
                try await lab.accept(.of("ada", "order.placed"), .of("bob", "order.placed"))
            }
            for (_, events) in Dictionary(grouping: try await lab.events(), by: \.ref.partition) {
                let times = events.sorted { $0.ref < $1.ref }.map(\.receivedAt)
                #expect(times == times.sorted())
            }
        }
    }

    @Test("a forgotten dedupe key lets the event in again", arguments: DatabaseKind.available)
    func dedupeExpires(kind: DatabaseKind) async throws {
        let clock = VirtualClock()
        try await TemporaryDatabase.with(kind, clock: clock) { database in
            let lab = LogLab(database, clock: clock)
            var event = NewEvent.of("ada", "order.placed", key: "1")
            event.dedupeDays = 30
            try await lab.accept(event)
            clock.advance(by: .days(29))
            guard case .duplicate = try await lab.accept(event)[0] else {
                Issue.record("the key was forgotten too early")
                return
            }
            clock.advance(by: .days(1))
            guard case .accepted = try await lab.accept(event)[0] else {
                Issue.record("the key was not forgotten")
                return
            }
        }
    }

    @Test("a number made in a transaction that was rolled back is never used", arguments: DatabaseKind.available)
    func rolledBackNumbers(kind: DatabaseKind) async throws {
        try await TemporaryDatabase.with(kind) { database in
            let catalog = Catalog()
            struct Undo: Error {}
            await #expect(throws: Undo.self) {
                try await database.write { db in
                    _ = try catalog.symbols(["lost"], in: db)
                    _ = try catalog.kind("lost.kind", in: db)
                    throw Undo()
                }
            }
            let numbers = try await database.write { db in
                let found = try catalog.symbols(["found", "lost"], in: db)
                return (found["lost"], try catalog.kind("lost.kind", in: db).id)
            }
            let stored = try await database.read { db in
                (
                    try db.integer("SELECT id FROM symbols WHERE value = 'lost'"),
                    try db.integer("SELECT id FROM kinds WHERE name = 'lost.kind'")
                )
            }
            #expect(numbers.0 == stored.0 && numbers.1 == stored.1 && stored.0 != nil)
        }
    }

    @Test("group commit answers every caller with its own events")
    func intake() async throws {
        try await TemporaryDatabase.with(.sqlite) { database in
            let lab = LogLab(database)
            let intake = Intake(database: database, door: lab.door, batch: 50)
            let people = try await withThrowingTaskGroup(of: (Int, PersonID).self) { group in
                for caller in 0..<200 {
                    group.addTask {
                        let answers = try await intake.accept([
                            .of("p\(caller % 20)", "order.placed"), .of("p\(caller % 20)", "Not a kind"),
                        ])
                        guard case .accepted(_, let person) = answers[0], case .refused = answers[1] else { return (-1, -1) }
                        return (caller % 20, person)
                    }
                }
                return try await group.reduce(into: [Int: Set<PersonID>]()) { $0[$1.0, default: []].insert($1.1) }
            }
            #expect(people.count == 20 && people.values.allSatisfy { $0.count == 1 })
            #expect(try await lab.events().count == 200)
        }
    }
}
