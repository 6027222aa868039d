import Foundation
import RapportCore
import RapportEngagement
import RapportHost
import RapportIntegration
import RapportStorage
import RapportTestKit
import Testing

@Suite("Stages of the lifecycle")
struct LifecycleTests {
    private static let stages: [String: JSONValue] = [
        "audience": ["order": 1], "customer": ["order": 3, "when": "did(order.placed)"],
        "bonded": ["order": 4, "when": "count(order.placed, last 365 days) >= 4"],
        "lapsed": ["order": 6, "when": "last(order.placed) older than 180 days"],
        "won_back": ["order": 7, "from": "lapsed", "lasts": "90d", "when": "did(order.placed, last 90 days)"],
    ]
    private static let orders = ImportHouse.orders(from: "till")

    private func define(_ house: ImportHouse, _ stages: [String: JSONValue] = Self.stages) async throws {
        let drafts = stages.map { DefinitionDraft(kind: "lifecycle", name: $0.key, body: $0.value) }
        let (store, now) = (house.rapport.definitions, house.rapport.clock.now)
        _ = try await house.rapport.database.write { db in try store.apply(drafts, actor: "test", now: now, in: db) }
        try await house.rapport.fillSegments()
    }

    /// `customer 2023-01-10 event`
    private func history(_ email: String, _ house: ImportHouse) async throws -> [String] {
        try await house.rapport.database.read { db in
            let person = try #require(try People.find(email, in: db))
            return try LifecycleQuestions.history(of: person, in: db).map {
                "\($0.to ?? "none") \($0.at.rfc3339.prefix(10)) \($0.cause.word)"
            }
        }
    }

    /// Those in a stage, as the page of people and `people list --stage` have them.
    private func people(in stage: String, _ house: ImportHouse) async throws -> [String] {
        try await house.rapport.database.read { db in
            try People.hits(LifecycleQuestions.people(in: stage, limit: 10, in: db), in: db).map { $0.email ?? "" }
        }
    }

    private func counts(_ house: ImportHouse) async throws -> [String: Int64] {
        let stages = try await house.rapport.database.read { try LifecycleQuestions.stages(in: $0).stages }
        return Dictionary(stages.map { ($0.stage.name, $0.people) }) { first, _ in first }.filter { $0.value != 0 }
    }

    private static let past = [
        "customer 2023-01-10 event", "lapsed 2023-07-09 time", "won_back 2024-01-10 event", "customer 2024-04-09 time",
        "lapsed 2024-07-08 time",
    ]

    @Test(
        "history sets stages with the dates on which they changed, in whatever order it comes, and wakes nobody; then they are live",
        arguments: DatabaseKind.available)
    func story(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await define(house)
            try await house.segments(["gone": "lifecycle = \"lapsed\"", "long": "lifecycle_since older than 30 days"])
            let late = try await house.bring(
                "2024.csv", "Order,Date,Email,Total\n2,2024-01-10,ann@a.example,30\n", map: Self.orders)
            #expect(try await history("ann@a.example", house) == ["customer 2024-01-10 event", "lapsed 2024-07-08 time"])
            try await house.bring("2023.csv", "Order,Date,Email,Total\n1,2023-01-10,ann@a.example,30\n", map: Self.orders)
            #expect(try await history("ann@a.example", house) == Self.past)
            #expect(try await counts(house) == ["lapsed": 1])
            let told: SQL =
                "SELECT COUNT(*) FROM events JOIN kinds ON kinds.id = events.kind WHERE kinds.name = 'lifecycle.changed'"
            #expect(try await house.count(told) == 0, "history wakes nobody")
            func members() async throws -> [String: Int64] {
                let all = try await house.rapport.database.read { try SegmentStore.all(in: $0) }
                return Dictionary(all.map { ($0.name, $0.members) }) { first, _ in first }
            }
            #expect(try await members() == ["gone": 1, "long": 1])

            // She buys again, now.
            try await house.say(
                "order.placed", [Identifier(kind: "email", value: "ann@a.example")],
                ["order": "3", "total": "20", "currency": "EUR"], source: "till")
            #expect(try await history("ann@a.example", house).last?.hasPrefix("won_back") == true)
            #expect(try await counts(house) == ["won_back": 1])
            #expect(try await people(in: "won_back", house) == ["ann@a.example"])
            #expect(try await people(in: "lapsed", house).isEmpty)
            let unknown = await #expect(throws: Problem.self) { try await people(in: "wonback", house) }
            #expect(unknown?.code == "lifecycle.not_found" && unknown?.remedy?.contains("won_back") == true)
            #expect(try await house.count(told) == 1)
            #expect(try await members() == ["gone": 0, "long": 0])
            let explained = try await house.rapport.database.read { db in
                try LifecycleQuestions(house: .utc).explain(
                    try #require(try People.find("ann@a.example", in: db)), at: try db.now(), in: db)
            }
            #expect(explained.filter(\.isCurrent).map(\.stage.name) == ["won_back"])
            #expect(try await house.count("SELECT COUNT(*) FROM timers WHERE owner = 'lifecycle' AND person <> 0") == 1)

            // Taking the later file back leaves her as if it had never come.
            try await house.revert(late.id)
            let left = try await history("ann@a.example", house)
            #expect(left.prefix(2) == ["customer 2023-01-10 event", "lapsed 2023-07-09 time"])
            #expect(left.count == 3)
            #expect(try await house.rapport.logVerifier().verify().differences.isEmpty)
        }
    }

    @Test("merged, she has walked one way; apart again, each has walked their own", arguments: DatabaseKind.available)
    func merging(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await define(house)
            try await house.bring(
                "o.csv", "Order,Date,Email,Total\n1,2023-01-10,ann@a.example,30\n2,2024-01-10,bo@a.example,30\n", map: Self.orders
            )
            let before = (try await history("ann@a.example", house), try await history("bo@a.example", house))
            let rapport = house.rapport
            let people = try await rapport.database.read { db in
                try ["ann@a.example", "bo@a.example"].map { try #require(try People.find($0, in: db)) }
            }
            let merge = try await rapport.database.write { db in
                try rapport.merger.merge(people[1], into: people[0], actor: "t", reason: "t", wall: db.now(), in: db)
            }
            try await rapport.stepping {}
            #expect(try await history("bo@a.example", house) == Self.past)
            #expect(try await counts(house) == ["lapsed": 1])
            _ = try await rapport.database.write { db in try rapport.merger.unmerge(merge.id, wall: db.now(), in: db) }
            try await rapport.stepping {}
            #expect(try await history("ann@a.example", house) == before.0)
            #expect(try await history("bo@a.example", house) == before.1)
            #expect(try await counts(house) == ["lapsed": 2])
            #expect(try await rapport.eraser.erase(people[1], actor: "t", at: rapport.clock.now).isDone)
            try await rapport.stepping {}
            #expect(try await counts(house) == ["lapsed": 1])
        }
    }

    @Test(
        "whatever order events come in, stages are as if everybody were walked through anew",
        arguments: 1...4 as ClosedRange<UInt64>)
    func anyOrder(seed: UInt64) async throws {
        try await ImportHouse.with(.sqlite) { house in
            try await define(house)
            var generator = SplitMix64(seed: seed)
            let rapport = house.rapport
            let now = rapport.clock.now
            for _ in 0..<12 {
                let events = (0..<3).map { _ in
                    NewEvent(
                        kind: "order.placed", source: "till",
                        identifiers: [Identifier(kind: "email", value: "p\(generator.next() % 3)@a.example")],
                        occurredAt: now - .days(Int64(generator.next() % 1_200)), history: generator.next() % 2 == 0)
                }
                _ = try await rapport.database.write { [door = rapport.door] db in try door.accept(events, in: db) as [Acceptance]
                }
                try await rapport.stepping {}
            }
            func all() async throws -> [String] {
                try await rapport.database.read { db in
                    try db.all("SELECT person, at, was, stage, cause FROM lifecycle_changes ORDER BY person, place") { row in
                        (0..<5).map { row.integerOrNil($0).map(String.init) ?? "-" }.joined(separator: " ")
                    }
                }
            }
            let live = try await all()
            #expect(live.count > 10)
            var stages = Self.stages
            stages["audience"] = ["order": 1, "description": "Known, and no more"]
            try await define(house, stages)
            #expect(try await all() == live)
        }
    }

    @Test(
        "a stage that cannot be is refused with its place",
        arguments: [
            ("x", ["when": "did(order.placed)"], "order"), ("x", ["order": 1, "wen": "a"], "wen"),
            ("x", ["order": 1, "lasts": "90d"], "lasts"), ("x", ["order": 1, "when": "did(order.placd)"], "when"),
            ("x", ["order": 1, "when": "segment(\"vip\")"], "when"),
        ] as [(String, JSONValue, String)])
    func refused(name: String, body: JSONValue, path: String) async throws {
        try await ImportHouse.with(.sqlite) { house in
            let (store, now) = (house.rapport.definitions, house.rapport.clock.now)
            let draft = DefinitionDraft(kind: "lifecycle", name: name, body: body)
            do {
                _ = try await house.rapport.database.write { db in try store.apply([draft], actor: "test", now: now, in: db) }
                Issue.record("applied")
            } catch let problem as Problem {
                #expect(problem.place?.path == path)
            } catch let problems as Problems {
                #expect(problems.list.map(\.place?.path) == [path])
            }
        }
    }
}
