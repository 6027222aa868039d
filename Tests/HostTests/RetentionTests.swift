import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage
import RapportTestKit
import Testing

@Suite("Retention")
struct RetentionTests {
    private static func apply(_ house: ImportHouse, _ drafts: [DefinitionDraft]) async throws {
        let (store, now) = (house.rapport.definitions, house.rapport.clock.now)
        _ = try await house.rapport.database.write { db in
            try store.apply(drafts, removingMissing: false, actor: "test", now: now, in: db)
        }
    }

    private static func rule(_ name: String, _ body: JSONValue) -> DefinitionDraft {
        DefinitionDraft(kind: "retention", name: name, body: body)
    }

    /// Visits of two people at 10, 100, … 1,000 days ago, and what they bought.
    private static func visits(_ house: ImportHouse) async throws {
        let now = house.rapport.clock.now
        for (name, count) in [("ann", 12), ("bob", 7)] {
            let email = Identifier(kind: "email", value: "\(name)@x.example")
            var events: [NewEvent] = []
            for index in 0..<count {
                let days = Int64(10 + 90 * index)
                var event = NewEvent(
                    kind: "page.viewed", source: index.isMultiple(of: 2) ? "web" : "app", identifiers: [email],
                    occurredAt: now - .days(days), properties: ["path": .string("/\(name)/\(index)")], history: true)
                if index == 3 { event.personal = ["fields": ["typed": .string("secret-\(name)")]] }
                events.append(event)
            }
            let order = NewEvent(
                kind: "order.placed", source: "web", identifiers: [email], occurredAt: now - .days(900),
                properties: ["total": .decimal("9.90"), "currency": "EUR"], history: true)
            let answers = try await house.rapport.door.accept(events + [order], in: house.rapport.database)
            #expect(answers.allSatisfy { $0.ref != nil }, "\(answers)")
        }
        try await house.rapport.stepping {}
    }

    /// All-time figures, to the letter.
    private static func totals(_ house: ImportHouse) async throws -> [String] {
        try await house.rapport.database.read { db in
            try db.all(
                """
                SELECT totals.person, kinds.name, first_at, last_at, count, sum1, sum2, sum3, sum4 FROM totals
                JOIN kinds ON kinds.id = totals.kind ORDER BY totals.person, totals.kind
                """
            ) { row in "\(row.integer(0)) \(row.text(1)) " + (2..<9).map { String(row.integer($0)) }.joined(separator: " ") }
        }
    }

    @Test("dropped events leave a balance: totals, segments and the log are as before", arguments: DatabaseKind.available)
    func drop(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await Self.visits(house)
            try await house.segments([
                "often": "count(page.viewed) >= 10", "lately": "count(page.viewed, last 300 days) >= 3",
                "early": "first(page.viewed) older than 800 days",
            ])
            let totals = try await Self.totals(house)
            let members: SQL = "SELECT COUNT(*) FROM membership WHERE segment > 0"
            let before = try await house.count(members)
            let summed: SQL = "SELECT SUM(segment * 1000 + person) FROM membership"
            let who = try await house.count(summed)
            try await Self.apply(house, [Self.rule("visits", ["kind": "page.viewed", "keep_days": 365, "then": "drop"])])
            let dry = try await house.rapport.retain(dryRun: true)
            #expect(dry.map(\.outcome.events) == [11] && dry[0].refusal == nil)
            #expect(try await Self.totals(house) == totals)
            #expect(try await house.count("SELECT COUNT(*) FROM openings") == 0)
            let done = try await house.rapport.retain(dryRun: false)
            #expect(done.map(\.outcome.events) == [11] && done[0].outcome.people.count == 2)
            #expect(
                try await house.count("SELECT COUNT(*) FROM events JOIN kinds ON kinds.id = kind WHERE name = 'page.viewed'") == 8
            )
            #expect(try await house.count("SELECT COUNT(*) FROM personal_values") == 2)
            #expect(try await Self.totals(house) == totals)
            #expect(try await house.rapport.logVerifier().verify().differences.isEmpty)
            #expect(try await house.rapport.retain(dryRun: false).map(\.outcome.events) == [0])

            // What comes later adds to the balance, and time passes as before.
            try await house.say("page.viewed", [Identifier(kind: "email", value: "bob@x.example")], ["path": "/now"])
            #expect(try await house.rapport.logVerifier().verify().differences.isEmpty)
            #expect(try await house.count(members) == before)
            #expect(try await house.count(summed) == who)
        }
    }

    @Test("balances follow a merge and come apart with it", arguments: DatabaseKind.available)
    func merge(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await Self.visits(house)
            let totals = try await Self.totals(house)
            try await Self.apply(house, [Self.rule("visits", ["kind": "page.viewed", "keep_days": 100, "then": "drop"])])
            _ = try await house.rapport.retain(dryRun: false)
            let (merger, database) = (house.rapport.merger, house.rapport.database)
            let people = try await database.read { db in
                try ["ann@x.example", "bob@x.example"].map { try People.find($0, in: db) ?? 0 }
            }
            let merge = try await database.write { db in
                try merger.merge(people[1], into: people[0], actor: "a", reason: "r", wall: db.now(), in: db)
            }
            let counted = try await house.count(
                "SELECT SUM(count) FROM totals JOIN kinds ON kinds.id = kind WHERE name = 'page.viewed' AND person = \(people[0])"
            )
            #expect(counted == 19)
            #expect(try await house.rapport.logVerifier().verify().differences.isEmpty)
            _ = try await database.write { db in try merger.unmerge(merge.id, wall: db.now(), in: db) }
            try await house.rapport.stepping {}
            #expect(try await Self.totals(house) == totals)
        }
    }

    @Test(
        "reduced events keep their time and numbers and say nothing; held people lose nothing", arguments: DatabaseKind.available)
    func reduce(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await Self.visits(house)
            let totals = try await Self.totals(house)
            let ann = try await house.rapport.database.read { db in
                let ann = try People.find("ann@x.example", in: db) ?? 0
                return try People.publicIDs(of: [ann], in: db)[ann] ?? ""
            }
            try await Self.apply(
                house,
                [
                    Self.rule("visits", ["kind": "page.viewed", "source": "app", "keep_days": 100, "then": "reduce"]),
                    Self.rule("holds", ["people": [.string(ann)]]),
                ])
            let report = try #require(try await house.rapport.retain(dryRun: false).first)
            #expect(report.outcome.events == 3 && report.outcome.held == 6)
            #expect(try await house.count("SELECT COUNT(*) FROM events WHERE properties = '{}'") == 3)
            #expect(try await Self.totals(house) == totals)
            #expect(try await house.rapport.logVerifier().verify().differences.isEmpty)
            #expect(try await house.rapport.retain(dryRun: false).first?.outcome.events == 0)
        }
    }

    @Test(
        "a rule that a segment looks behind is refused, and so is one over identity or orders",
        arguments: [
            ("count(page.viewed, last 400 days) >= 1", "page.viewed", 365, false),
            ("count(page.viewed, last 300 days) >= 1", "page.viewed", 365, true),
            ("distinct(page.viewed.path) >= 2", "page.viewed", 365, false),
            ("count(page.viewed) >= 1", "page.viewed", 1, true),
            ("count(page.viewed) >= 1", "order.placed", 3_650, false),
            ("count(page.viewed) >= 1", "permission.granted", 3_650, false),
        ])
    func refused(expression: String, kind: String, days: Int64, isAllowed: Bool) async throws {
        try await ImportHouse.with(.sqlite) { house in
            try await house.segments(["looking": expression])
            let draft = Self.rule("rule", ["kind": .string(kind), "keep_days": .integer(days)])
            if isAllowed {
                try await Self.apply(house, [draft])
            } else {
                await #expect(throws: (any Error).self) { try await Self.apply(house, [draft]) }
            }
        }
    }

    @Test("a segment that comes later and looks behind a rule stops it, with a reason")
    func stopped() async throws {
        try await ImportHouse.with(.sqlite) { house in
            try await Self.visits(house)
            try await Self.apply(house, [Self.rule("visits", ["kind": "page.viewed", "keep_days": 100])])
            try await house.segments(["longer": "count(page.viewed, last 700 days) >= 1"])
            let report = try #require(try await house.rapport.retain(dryRun: false).first)
            #expect(report.refusal?.reason.contains("longer looks back 700 days") == true && report.outcome.events == 0)
        }
    }
}
