import RapportCore
import RapportEngagement
import RapportStorage
import RapportTestKit
import Testing

@Suite("Live segments") struct SegmentLiveTests {
    @Test("membership changes with the event, and at the moment the window passes", arguments: DatabaseKind.available)
    func window(kind: DatabaseKind) async throws {
        try await SegmentLab.with(kind) { lab in
            try await lab.apply([("recent", "did(order.placed, last 10 days)")])
            let ordered = lab.log.clock.now
            try await lab.log.accept(.of("ada", "order.placed"))
            try await lab.log.drain()
            #expect(try await lab.members()["recent"]?.count == 1)
            lab.log.clock.set(ordered + .days(10) - Span(milliseconds: 1))
            try await lab.log.drain()
            #expect(try await lab.members()["recent"]?.count == 1)
            lab.log.clock.set(ordered + .days(10))
            try await lab.log.drain()
            #expect(try await lab.members()["recent"]?.isEmpty == true)
            #expect(try await lab.story() == ["entered recent event", "left recent time"])
            let left = try await lab.log.events().max { ($0.occurredAt, $0.depth) < ($1.occurredAt, $1.depth) }
            #expect(left?.occurredAt == ordered + .days(10))
        }
    }

    @Test("somebody new is judged by every segment, whatever brought them", arguments: DatabaseKind.available)
    func newcomers(kind: DatabaseKind) async throws {
        try await SegmentLab.with(kind) { lab in
            try await lab.apply([("quiet", "not did(order.placed)"), ("buyers", "did(order.placed)")])
            try await lab.log.accept(.of("ada", "page.viewed"), .of("bob", "order.placed"))
            try await lab.log.drain()
            let members = try await lab.members()
            #expect(members["quiet"]?.count == 1 && members["buyers"]?.count == 1 && members["quiet"] != members["buyers"])
        }
    }

    @Test("a nested segment passes its changes on, in the same step", arguments: DatabaseKind.available)
    func nesting(kind: DatabaseKind) async throws {
        try await SegmentLab.with(kind) { lab in
            try await lab.apply([
                ("winback", "segment(\"lapsed\") and not clicked(last 7 days)"),
                ("lapsed", "last(order.placed) older than 120 days"),
            ])
            let ordered = lab.log.clock.now
            try await lab.log.accept(.of("ada", "order.placed"))
            try await lab.log.drain()
            lab.log.clock.set(ordered + .days(120))
            try await lab.log.drain()
            #expect(try await lab.story() == ["entered lapsed time", "entered winback time"])
            try await lab.log.accept(.of("ada", "link.clicked"))
            try await lab.log.drain()
            #expect(try await lab.members()["winback"]?.isEmpty == true)
        }
    }

    @Test("a new, an edited and a removed segment are filled beside the stream", arguments: DatabaseKind.available)
    func filling(kind: DatabaseKind) async throws {
        try await SegmentLab.with(kind) { lab in
            try await lab.log.accept(.of("ada", "order.placed"), .of("bob", "order.placed"), .of("bob", "order.placed"))
            try await lab.log.drain()
            let added = try await lab.apply([("often", "count(order.placed) >= 2"), ("ever", "did(order.placed)")])
            #expect(added.map(\.version) == [1, 1])
            #expect(try await lab.members().mapValues(\.count) == ["often": 1, "ever": 2])
            try await lab.apply([("often", "count(order.placed) >= 1")])
            #expect(try await lab.members()["often"]?.count == 2)
            let status = try await lab.log.database.read { try SegmentStore.all(in: $0) }
            #expect(status.map(\.members) == [2, 2] && status.allSatisfy { $0.state == .live })
            try await lab.apply([("ever", "did(order.placed)")], removingMissing: true)
            #expect(try await lab.members().keys.sorted() == ["ever"])
            let rows = try await lab.log.database.read { db in
                try db.all("SELECT segment, COUNT(*) FROM membership WHERE segment <> 0 GROUP BY segment") { $0.integer(1) }
            }
            #expect(rows == [2])
            #expect(try await lab.story().allSatisfy { $0.hasSuffix("definition") })
        }
    }

    @Test(
        "a segment is counted, then filled, then live; one that mentions another waits for it", arguments: DatabaseKind.available)
    func counting(kind: DatabaseKind) async throws {
        let clock = VirtualClock(Timestamp(milliseconds: 1_790_000_000_000))
        try await TemporaryDatabase.with(
            kind, migrations: Migration.storage + [.permissions, .segments, .segmentPurpose], clock: clock
        ) {
            database in
            var log = LogLab(database, clock: clock)
            log.reactors = [SegmentsReactor(house: SegmentLab.house, countsFirst: true)]
            let (lab, catalog, now) = (log, log.catalog, clock.now)
            try await database.write { try catalog.declare(KindDefinition.builtIn, in: $0) }
            for name in ["ada", "bob", "cyd"] { try await lab.accept(.of(name, "order.placed")) }
            try await lab.drain()
            let store = DefinitionStore(handlers: [SegmentDefinitions(catalog: catalog)])
            func apply(_ segments: [(String, String)]) async throws {
                let drafts = segments.map { DefinitionDraft(kind: "segment", name: $0.0, body: ["expression": .string($0.1)]) }
                try await database.write { db in _ = try store.apply(drafts, actor: "test", now: now, in: db) }
            }
            func states() async throws -> [String] {
                try await database.read { db in
                    try SegmentStore.all(in: db).map { "\($0.name) \($0.state.rawValue) \($0.members) \($0.counted ?? -1)" }
                }
            }
            func step() async throws {
                for _ in 0..<10 {
                    try await lab.drain()
                    clock.advance(by: Span(milliseconds: 250))
                }
            }
            let counter = SegmentCounter(database: database, house: SegmentLab.house)
            try await apply([("buyers", "did(order.placed)"), ("twice", "segment(\"buyers\") and count(order.placed) >= 2")])
            try await step()
            #expect(try await states() == ["buyers counting 0 -1", "twice counting 0 -1"])
            #expect(try await counter.run() == 1)
            #expect(try await states() == ["buyers counting 0 3", "twice counting 0 -1"])
            try await step()
            #expect(try await states() == ["buyers live 3 3", "twice counting 0 -1"])
            // While it waits, what happens is judged all the same.
            try await lab.accept(.of("ada", "order.placed"))
            #expect(try await counter.run() == 1)
            try await step()
            #expect(try await states() == ["buyers live 3 3", "twice live 1 0"])
            try await apply([("buyers", "count(order.placed) >= 2")])
            #expect(try await states().first == "buyers counting 3 -1")
            #expect(try await counter.run() == 1)
            try await step()
            #expect(try await states() == ["buyers live 1 1", "twice live 1 0"])
        }
    }

    @Test("segments that go in a circle are refused, and what another mentions is not removed")
    func circles() async throws {
        try await SegmentLab.with(.sqlite) { lab in
            let circle = await #expect(throws: Problem.self) {
                try await lab.apply([("a", "segment(\"b\")"), ("b", "not segment(\"a\")")])
            }
            #expect(circle?.code == "segment.circle")
            try await lab.apply([("inner", "did(order.placed)"), ("outer", "segment(\"inner\")")])
            let late = await #expect(throws: Problem.self) { try await lab.apply([("inner", "segment(\"outer\")")]) }
            #expect(late?.code == "segment.circle")
            let needed = await #expect(throws: Problem.self) {
                try await lab.apply([("outer", "segment(\"inner\")")], removingMissing: true)
            }
            #expect(needed?.code == "segment.needed")
        }
    }

    @Test("history changes membership, and what comes of it is history", arguments: DatabaseKind.available)
    func history(kind: DatabaseKind) async throws {
        try await SegmentLab.with(kind) { lab in
            try await lab.apply([("buyers", "did(order.placed)")])
            let long = lab.log.clock.now - .days(400)
            try await lab.log.accept(.of("ada", "order.placed", at: long, history: true))
            try await lab.log.drain()
            #expect(try await lab.members()["buyers"]?.count == 1)
            #expect(try await lab.story() == ["entered buyers event (history)"])
        }
    }

    @Test("who has become an alias leaves every segment, and is counted no more", arguments: DatabaseKind.available)
    func aliases(kind: DatabaseKind) async throws {
        try await SegmentLab.with(kind) { lab in
            try await lab.apply([("buyers", "did(order.placed, last 9 days)")])
            try await lab.log.accept(.of("ada", "order.placed"), .of("bob", "order.placed"))
            try await lab.log.drain()
            let now = lab.log.clock.now
            try await lab.log.database.write { [catalog = lab.log.catalog] db in
                try db.run("UPDATE people SET state = 1 WHERE id = (SELECT MIN(id) FROM people)")
                let gone = try db.integer("SELECT MIN(id) FROM people") ?? 0
                let partition = try db.integer("SELECT partition FROM people WHERE id = \(gone)") ?? 0
                let step = StepContext(db: db, partition: Int(partition), now: now, wall: now, catalog: catalog)
                try SegmentsReactor(house: SegmentLab.house).wake(
                    [Timer(dueAt: now, person: gone, owner: "segments", key: "all")], in: step)
            }
            let rows = try await lab.log.database.read { try $0.integer("SELECT COUNT(*) FROM membership WHERE segment <> 0") }
            let counts = try await lab.log.database.read { try SegmentStore.all(in: $0).map(\.members) }
            #expect(rows == 1 && counts == [1])
        }
    }

    @Test(
        "a merged person has been in a segment since the first of the two was; apart again, each as long as before",
        arguments: DatabaseKind.available)
    func sinceOfMerged(kind: DatabaseKind) async throws {
        try await SegmentLab.with(kind) { lab in
            try await lab.apply([("buyers", "did(order.placed)"), ("clickers", "did(link.clicked)")])
            var moments: [Timestamp] = []
            var people: [PersonID] = []
            for (name, event) in [("ada", "order.placed"), ("ada", "link.clicked"), ("bob", "order.placed")] {
                lab.log.clock.advance(by: .hours(1))
                let answers = try await lab.log.accept(.of(name, event))
                try await lab.log.drain()
                moments.append(lab.log.clock.now)
                guard case .accepted(_, let person)? = answers.first else { return }
                people.append(person)
            }
            let (ada, bob) = (people[0], people[2])
            func since(_ person: PersonID) async throws -> [String: Timestamp] {
                let rows = try await lab.log.database.read { db in try SegmentStore.segments(of: person, in: db) }
                return Dictionary(rows.map { ($0.name, $0.since) }) { first, _ in first }
            }
            let apart = (try await since(ada), try await since(bob))
            #expect(apart.0 == ["buyers": moments[0], "clickers": moments[1]])
            #expect(apart.1 == ["buyers": moments[2]])
            let merger = Merger(folds: lab.log.folds, participants: [SegmentMerging()], catalog: lab.log.catalog)
            lab.log.clock.advance(by: .hours(1))
            let now = lab.log.clock.now
            let merge = try await lab.log.database.write { db in
                try merger.merge(ada, into: bob, actor: "test", reason: "test", wall: now, in: db).id
            }
            try await lab.log.drain()
            #expect(try await since(bob) == ["buyers": moments[0], "clickers": moments[1]])
            #expect(try await since(ada).isEmpty)
            lab.log.clock.advance(by: .hours(1))
            try await lab.log.database.write { db in _ = try merger.unmerge(merge, wall: now + .hours(1), in: db) }
            try await lab.log.drain()
            #expect(try await since(ada) == apart.0)
            #expect(try await since(bob) == apart.1)
            let counts = try await lab.log.database.read { try SegmentStore.all(in: $0).map(\.members) }
            #expect(counts == [2, 1])
        }
    }

    @Test(
        "an opt-out changes who is permitted with the step that handles it, wherever it came from",
        arguments: DatabaseKind.available)
    func permittedAtOnce(kind: DatabaseKind) async throws {
        let clock = VirtualClock(Timestamp(milliseconds: 1_790_000_000_000))
        let migrations = Migration.storage + [.permissions, .decisions, .preferences, .segments, .segmentPurpose]
        try await TemporaryDatabase.with(kind, migrations: migrations, clock: clock) { database in
            var log = LogLab(database, clock: clock)
            let permits = FoldedPermits(catalog: log.catalog)
            let ledger = PermissionLedger(catalog: log.catalog)
            log.folds.append(PermissionsFold(ledger: ledger))
            log.reactors = [SegmentsReactor(house: SegmentLab.house, permits: permits)]
            let (lab, catalog, now) = (log, log.catalog, clock.now)
            let store = DefinitionStore(
                handlers: [TopicHandler(catalog: catalog), SegmentDefinitions(catalog: catalog, permits: permits)])
            try await database.write { db in
                try catalog.declare(KindDefinition.builtIn, in: db)
                _ = try store.apply(
                    [
                        DefinitionDraft(kind: "topic", name: "offers", body: ["class": "marketing", "title": "Offers"]),
                        DefinitionDraft(
                            kind: "segment", name: "reachable", body: ["expression": "permitted(\"offers\", email)"]),
                    ], actor: "test", now: now, in: db)
            }
            let scope: [JSONValue.Member] = [
                .init("brand", "shop"), .init("topic", "offers"), .init("channel", "email"), .init("basis", "consent"),
            ]
            for name in ["ada", "bob", "cyd"] { try await lab.accept(.of(name, "permission.granted", .object(scope))) }
            for _ in 0..<20 {
                try await lab.drain()
                clock.advance(by: Span(milliseconds: 10))
            }
            func members() async throws -> Int64? {
                try await database.read { try SegmentStore.all(in: $0).first?.members }
            }
            #expect(try await members() == 3)
            // The page: an event of the person. An import: history, years old. Both change it without anything else happening.
            try await lab.accept(.of("ada", "permission.withdrawn", ["topic": "offers"]))
            try await lab.drain()
            #expect(try await members() == 2)
            try await lab.accept(
                .of("bob", "objection.made", ["imported": true], at: now - .days(900), history: true))
            try await lab.drain()
            #expect(try await members() == 1)
        }
    }

    struct Case: CustomTestStringConvertible {
        var kind: DatabaseKind
        var seed: UInt64
        var testDescription: String { "\(kind.testDescription), seed \(seed)" }
    }

    static let cases = DatabaseKind.available.flatMap { kind in [UInt64(1), 2].map { Case(kind: kind, seed: $0) } }

    @Test("at every moment the members are those whom the population query finds", arguments: cases)
    func exact(_ test: Case) async throws {
        try await SegmentLab.with(test.kind, seed: test.seed) { lab in
            var generator = SplitMix64(seed: test.seed)
            // A kind of identifier can be named once somebody has one.
            try await lab.log.accept(.of("ada", "page.viewed"))
            try await lab.apply([
                ("recent", "count(order.placed, last 5 days, where total > EUR 20) >= 2"),
                ("quiet", "not did(order.placed, last 36 hours)"),
                (
                    "overdue",
                    "last(order.placed) older than 3 * typical_gap(order.placed) and last(order.placed) older than 2 days"
                ),
                ("this_week", "count(order.placed, this week) >= 1 and not clicked(today)"),
                (
                    "nested",
                    "segment(\"quiet\") and not segment(\"overdue\") or segment(\"recent\") and has(identifier external.lab)"
                ),
                ("spender", "sum(order.placed.total, EUR, last 7 days) >= EUR 100"),
            ])
            for _ in 0..<40 {
                for _ in 0..<Int.random(in: 0...6, using: &generator) {
                    let who = ["ada", "bob", "cyd", "dan", "eve"].randomElement(using: &generator) ?? ""
                    let late = Span.hours(Bool.random(using: &generator) ? 0 : Int64.random(in: 0...72, using: &generator))
                    let isOrder = Int.random(in: 0..<4, using: &generator) > 0
                    let properties: JSONValue =
                        isOrder
                        ? [
                            "total": .integer(.random(in: 1...60, using: &generator)),
                            "currency": Bool.random(using: &generator) ? "EUR" : "USD",
                        ]
                        : ["campaign": "spring"]
                    try await lab.log.accept(
                        .of(who, isOrder ? "order.placed" : "link.clicked", properties, at: lab.log.clock.now - late))
                    if Bool.random(using: &generator) { lab.log.clock.advance(by: .minutes(7)) }
                }
                lab.log.clock.advance(by: .minutes(Int64.random(in: 1...2_000, using: &generator)))
                try await lab.log.drain()
                let (members, found) = (try await lab.members(), try await lab.population())
                #expect(members == found, "at \(lab.log.clock.now)")
                if members != found { return }
            }
            let counts = try await lab.log.database.read { try SegmentStore.all(in: $0) }
            let members = try await lab.members()
            #expect(counts.allSatisfy { $0.members == Int64(members[$0.name]?.count ?? -1) })
        }
    }
}
