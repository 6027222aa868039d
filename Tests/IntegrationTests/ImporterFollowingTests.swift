import RapportCore
import RapportIntegration
import RapportPluginKit
import RapportStorage
import RapportTestKit
import Testing

/// Imports that handle what they bring in the transactions that bring it.
@Suite("imports that follow")
struct ImporterFollowingTests {
    /// Cannot handle people of one city.
    private struct Balking: Reactor {
        let name = "balking"
        let handlesHistory = true

        func react(to events: [Event], in step: StepContext) throws {
            guard events.contains(where: { $0.properties.contains("City 3") }) else { return }
            throw Problem("test.balking", "this city is too much")
        }
    }

    private func with(
        _ kind: DatabaseKind, reactors: [any Reactor] = [], follows: Bool = true, joins: Duration? = nil,
        _ body: (LogLab, Importer) async throws -> Void
    ) async throws {
        let clock = VirtualClock()
        try await TemporaryDatabase.with(kind, migrations: Migration.storage + [.imports], clock: clock) { database in
            let lab = LogLab(database, clock: clock, folds: [FieldsFold(), TimelineFold(), TotalsFold()], reactors: reactors)
            let fields = try await database.read { db in try FieldStore.read(in: db) }
            let stepper = lab.runner().stepper
            let follow: Importer.Follow = { fresh, db in
                if follows { try stepper.follow(fresh, wall: lab.clock.now, budget: .seconds(5), in: db) }
            }
            try await body(
                lab,
                Importer(
                    database: database, door: lab.door, clock: lab.clock, fields: fields, joins: joins, follow: follow))
        }
    }

    private func plan(_ count: Int = 30, stopAfter: Int? = nil, city: (Int) -> Int = { $0 % 7 }) throws -> ImportPlan {
        let mapping = try Mapping(
            YAMLNode(
                parsing: """
                    source: crm
                    as: people
                    key: id
                    identifiers: {external.crm: id, email: email}
                    fields: {first_name: first, city: city}
                    """))
        let rows = (0..<count).map { ["\($0)", "p\($0)@a.example", "Name \($0)", "City \(city($0))"] }
        return ImportPlan(
            name: "a.csv", reader: ListSource(names: ["id", "email", "first", "city"], rows: rows, stopAfter: stopAfter),
            mapping: mapping,
            source: "crm")
    }

    private func backlog(_ lab: LogLab) async throws -> Int64 {
        try await lab.database.read { db in try Door.backlog(in: db) }
    }

    @Test("what came in is handled, and is as if the worker had handled it", arguments: DatabaseKind.available)
    func same(kind: DatabaseKind) async throws {
        var states: [String] = []
        for follows in [true, false] {
            try await with(kind, follows: follows) { lab, importer in
                _ = try await importer.run(plan())
                // PostgreSQL leaves it to the worker: others may be stepping there.
                let backlog = try await backlog(lab)
                #expect((backlog == 0) == (follows && kind == .sqlite))
                try await lab.drain()
                states.append(try await lab.fingerprints())
            }
        }
        #expect(states[0] == states[1])
        #expect(states[0].contains("name 29"))
    }

    @Test("an event that cannot be handled comes in all the same, and holds only its person", arguments: DatabaseKind.available)
    func held(kind: DatabaseKind) async throws {
        try await with(kind, reactors: [Balking()]) { lab, importer in
            let report = try await importer.run(plan())
            #expect(report.progress.added == 30)
            try await lab.drain()
            let (held, handled) = try await lab.database.read { db in
                (try Held.all(in: db).count, try db.integer("SELECT COUNT(*) FROM timeline"))
            }
            #expect(held == 4)
            #expect(handled == 26)
        }
    }

    @Test("slices that share a transaction bring what slices with their own bring")
    func joined() async throws {
        var states: [String] = []
        for joins in [.seconds(5), nil] as [Duration?] {
            try await with(.sqlite, joins: joins) { lab, importer in
                let report = try await importer.run(plan(5_300))
                #expect(report.progress.added == 5_300)
                #expect(report.kinds == ["person.identified": 5_300])
                let slices = try await lab.database.read { db in try db.integer("SELECT COUNT(*) FROM import_slices") ?? 0 }
                #expect(slices >= 3)
                try await lab.drain()
                states.append(try await lab.fingerprints())
            }
        }
        // Whose partition is whose follows from public ids, which are drawn anew for each slice that comes again.
        let lines = states.map { state in
            state.split(separator: "\n").map {
                $0.replacing(/\[(\d+,\d+),\d+,\d+\]/) { "[\($0.output.1)]" }
                    .replacing(/timeline: (\d+ \d+) \d+ \d+/) { "timeline: \($0.output.1)" }
            }
        }
        let other = zip(lines[0], lines[1]).first { $0 != $1 }
        #expect(lines[0] == lines[1], "\(other.map { "\($0.0) against \($0.1)" } ?? "one has more lines")")
    }

    @Test("an event that cannot be handled undoes no more than the slices of its transaction, and these come again")
    func joinedAndHeld() async throws {
        for span in [.seconds(30), .milliseconds(1)] as [Duration] {
            try await with(.sqlite, reactors: [Balking()], joins: span) { lab, importer in
                let report = try await importer.run(plan(5_300) { $0 == 5_200 ? 3 : 1 })
                #expect(report.progress.added == 5_300)
                #expect(report.progress.records == 5_300)
                #expect(report.progress.duplicates == 0)
                #expect(report.kinds == ["person.identified": 5_300])
                #expect(!report.resumed)
                try await lab.drain()
                let (held, handled) = try await lab.database.read { db in
                    (try Held.all(in: db).count, try db.integer("SELECT COUNT(*) FROM timeline"))
                }
                #expect(held == 1)
                #expect(handled == 5_299)
            }
        }
    }

    @Test("a source that breaks off in a transaction of several slices keeps what it said before its last bookmark")
    func brokenOff() async throws {
        try await with(.sqlite, joins: .seconds(5)) { lab, importer in
            await #expect(throws: CancellationError.self) { try await importer.run(plan(5_300, stopAfter: 5_100)) }
            let written = try await lab.database.read { db in try db.integer("SELECT ordinal FROM imports") }
            #expect(written == 5_100)
            let report = try await importer.run(plan(5_300))
            #expect(report.resumed)
            #expect(report.progress.records == 5_300)
            #expect(report.progress.added == 5_300)
            #expect(report.progress.duplicates == 0)
        }
    }
}
