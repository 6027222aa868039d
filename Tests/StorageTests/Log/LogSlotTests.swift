import RapportCore
import RapportStorage
import RapportTestKit
import Testing

/// Kinds declared in YAML, and their properties filled in for events of the past.
@Suite("Declared kinds")
struct LogSlotTests {
    private static let trial = "track.trial_started"

    private func with(_ kind: DatabaseKind, _ body: (LogLab, DefinitionStore) async throws -> Void) async throws {
        let clock = VirtualClock()
        try await TemporaryDatabase.with(kind, clock: clock) { database in
            let lab = LogLab(database, clock: clock, reactors: [SlotsReactor()])
            try await body(lab, DefinitionStore(handlers: [KindHandler(catalog: lab.catalog)]))
        }
    }

    private func declare(
        _ properties: JSONValue, name: String = trial, _ lab: LogLab, _ store: DefinitionStore
    ) async throws {
        let now = lab.clock.now
        let draft = DefinitionDraft(kind: "kind", name: name, body: ["properties": properties]) {
            Problem.Place(file: "kinds.yaml", line: 3, path: $0)
        }
        try await lab.database.write { db in _ = try store.apply([draft], actor: "test", now: now, in: db) }
    }

    /// Every event's slots by the place on the log, from the log and from the timeline, and the sums.
    private func slots(_ lab: LogLab) async throws -> (log: [String], timeline: [String], sums: [Int64]) {
        try await lab.database.read { db in
            let line: (Row) -> String = { row in
                (0..<6).map { row.integerOrNil($0).map(String.init) ?? "-" }.joined(separator: " ")
            }
            return (
                try db.all(
                    "SELECT partition, position, n1, n2, n3, n4 FROM events WHERE person > 0 ORDER BY partition, position", line),
                try db.all("SELECT partition, position, n1, n2, n3, n4 FROM timeline ORDER BY partition, position", line),
                try db.all("SELECT sum1, sum2 FROM totals ORDER BY person, kind") { [$0.integer(0), $0.integer(1)] }.flatMap {
                    $0
                }
            )
        }
    }

    private func left(_ lab: LogLab) async throws -> Int64 {
        try await lab.database.read { db in try db.integer("SELECT COUNT(*) FROM slot_fills") ?? 0 }
    }

    /// Steps until nothing is left to fill in: slices are some milliseconds apart.
    private func settle(_ lab: LogLab) async throws {
        lab.clock.advance(by: .seconds(6))
        for _ in 0..<50 {
            try await lab.drain()
            if try await left(lab) == 0 { return }
            lab.clock.advance(by: Span(milliseconds: 10))
        }
    }

    @Test(
        "after filling in, log, timelines and totals are as if the kind had been declared from the start",
        arguments: DatabaseKind.available)
    func asIfFromTheStart(kind: DatabaseKind) async throws {
        var results: [[String]] = []
        for early in [true, false] {
            try await with(kind) { lab, store in
                let properties: JSONValue = ["seats": "integer", "plan": "text"]
                // The numbers of the texts do not depend on the order of things.
                _ = try await lab.database.write { db in try lab.catalog.symbols(["team", "solo"], in: db) }
                if early { try await declare(properties, lab, store) }
                for number in 0..<1_200 {
                    let plan = number % 3 == 0 ? "Team" : "solo"
                    let seats: JSONValue = number % 7 == 0 ? "many" : .integer(Int64(number % 5))
                    try await lab.accept(
                        .of(
                            "p\(number % 4)", number % 2 == 0 ? Self.trial : "track.other",
                            ["plan": .string(plan), "seats": seats]))
                    if number == 700 { try await lab.drain() }
                }
                // Some are handled, some wait; and some come while it is being filled in.
                if !early { try await declare(properties, lab, store) }
                try await lab.accept(.of("p1", Self.trial, ["plan": "solo", "seats": 9]))
                try await settle(lab)
                let found = try await slots(lab)
                #expect(found.log == found.timeline)
                #expect(found.log.contains { !$0.hasSuffix("- - - -") })
                results.append(found.log + found.sums.map(String.init))
                #expect(try await left(lab) == 0)
            }
        }
        #expect(results[0] == results[1])
    }

    @Test("a further property takes the next place; what was declared keeps its own", arguments: DatabaseKind.available)
    func further(kind: DatabaseKind) async throws {
        try await with(kind) { lab, store in
            try await declare(["seats": "integer"], lab, store)
            try await lab.accept(.of("ada", Self.trial, ["seats": 3, "months": 12]))
            try await settle(lab)
            try await declare(["months": "integer", "seats": "integer"], lab, store)
            try await settle(lab)
            let found = try await slots(lab)
            #expect(found.log.map { $0.hasSuffix(" 3 12 - -") } == [true])
            #expect(found.sums == [3, 12])
            // Declaring the same again has nothing to fill in.
            try await declare(["months": "integer", "seats": "integer"], lab, store)
            #expect(try await left(lab) == 0)
        }
    }

    @Test(
        "what cannot be declared is refused with its place",
        arguments: [
            (["seats": "number"], "\"number\" is no type of a property"),
            (["a": "text", "b": "text", "c": "text", "d": "text", "e": "text"], "and the most is 4"),
        ] as [(JSONValue, String)])
    func refused(properties: JSONValue, reason: String) async throws {
        try await with(.sqlite) { lab, store in
            let problem = await #expect(throws: (any Error).self) { try await declare(properties, lab, store) }
            let text = "\(try #require(problem))"
            #expect(text.contains(reason), "\(text)")
            #expect(text.contains("kinds.yaml:3"), "\(text)")
        }
    }

    @Test("a property keeps its type, and a declared kind stays")
    func keeps() async throws {
        try await with(.sqlite) { lab, store in
            try await declare(["seats": "integer"], lab, store)
            let changed = await #expect(throws: (any Error).self) { try await declare(["seats": "text"], lab, store) }
            #expect("\(try #require(changed))".contains("has had \"seats\" as integer so far"))
            let now = lab.clock.now
            await #expect(throws: (any Error).self) {
                try await lab.database.write { db in
                    let other = DefinitionDraft(kind: "kind", name: "track.other", body: ["properties": [:]])
                    _ = try store.apply([other], removingMissing: true, actor: "test", now: now, in: db)
                }
            }
        }
    }
}
