import RapportCore
import RapportPluginKit
import RapportStorage
import RapportTestKit
import Synchronization
import Testing

@testable import RapportIntegration

@Suite("imports")
struct ImporterTests {
    static let people = """
        source: crm
        as: people
        key: id
        identifiers: {email: email, external.crm: id}
        fields: {first_name: first, city: city}
        """
    static let orders = """
        source: till
        currency: GBP
        as: events
        kind: order.placed
        at: at
        identifiers: {email: email}
        properties: {total: {column: total, number: true}, currency: {constant: GBP}}
        """

    func with(
        _ kind: DatabaseKind, _ body: (LogLab, Importer) async throws -> Void
    ) async throws {
        try await TemporaryDatabase.with(kind, migrations: Migration.storage + [.imports, .sources, .plugins]) { database in
            let lab = LogLab(database)
            let fields = FieldCatalog(FieldDefinition.builtIn.enumerated().map { .init(slot: $0 + 1, definition: $1) })
            try await body(lab, Importer(database: database, door: lab.door, clock: lab.clock, fields: fields))
        }
    }

    func plan(_ yaml: String, _ reader: ListSource, _ name: String = "a.csv") throws -> ImportPlan {
        let mapping = try Mapping(YAMLNode(parsing: yaml))
        return ImportPlan(name: name, reader: reader, mapping: mapping, source: mapping.source ?? "test")
    }

    func people(_ count: Int) -> [[String]] {
        (0..<count).map { ["\($0)", "p\($0)@a.example", "Name \($0)", "City \($0 % 7)"] }
    }

    @Test("the same file twice changes nothing", arguments: DatabaseKind.available)
    func twice(kind: DatabaseKind) async throws {
        try await with(kind) { lab, importer in
            let reader = ListSource(names: ["id", "email", "first", "city"], rows: people(30))
            let first = try await importer.run(plan(Self.people, reader))
            #expect(first.progress.added == 30)
            try await lab.drain()
            let before = try await lab.fingerprints()
            let again = try await importer.run(plan(Self.people, reader))
            #expect(again.id != first.id)
            #expect(again.progress.added == 0)
            #expect(again.progress.duplicates == 30)
            try await lab.drain()
            #expect(try await lab.fingerprints() == before)
            #expect(try await lab.events().count == 30)
        }
    }

    @Test("two equal purchases stay two, and are still two when the file comes again", arguments: DatabaseKind.available)
    func equalPurchases(kind: DatabaseKind) async throws {
        try await with(kind) { lab, importer in
            let row = ["ann@a.example", "2024-01-02", "12.50"]
            let reader = ListSource(names: ["email", "at", "total"], rows: [row, row, ["bo@a.example", "2024-01-02", "3"]])
            #expect(try await importer.run(plan(Self.orders, reader)).progress.added == 3)
            #expect(try await importer.run(plan(Self.orders, reader)).progress.added == 0)
            let events = try await lab.events()
            #expect(events.count { $0.history } == 3)
        }
    }

    @Test(
        "interrupted anywhere and run again, an import ends as if it had never been interrupted",
        arguments: DatabaseKind.available)
    func interrupted(kind: DatabaseKind) async throws {
        for yaml in [Self.people, Self.orders] {
            let isPeople = yaml == Self.people
            var rows = isPeople ? people(24) : (0..<24).map { ["p\($0 % 3)@a.example", "2024-01-02", "\($0 % 4)"] }
            rows[5][isPeople ? 1 : 0] = "nobody"
            let names = isPeople ? ["id", "email", "first", "city"] : ["email", "at", "total"]
            var whole: ImportReport?
            for stop in [nil, 1, 4, 5, 6, 11, 17, 23] as [Int?] {
                try await with(kind) { lab, importer in
                    let reader = ListSource(names: names, rows: rows)
                    if let stop {
                        await #expect(throws: CancellationError.self) {
                            try await importer.run(plan(yaml, ListSource(names: names, rows: rows, stopAfter: stop)))
                        }
                    }
                    let report = try await importer.run(plan(yaml, reader))
                    #expect(report.resumed == (stop != nil))
                    let expected = whole ?? report
                    whole = expected
                    #expect(report.progress.records == 24)
                    #expect(report.progress.added == expected.progress.added, "stopped after \(stop ?? 0)")
                    #expect(report.progress.rejected == expected.progress.rejected)
                    #expect(report.progress.duplicates == 0)
                    let (row, rejects) = try await lab.database.read { db in
                        (
                            try Imports.find(report.id, in: db),
                            try Imports.rejects(of: report.id, limit: 100, in: db).map(\.reject)
                        )
                    }
                    #expect(row.state == .finished)
                    #expect(rejects.map(\.line) == [7])
                    #expect(rejects.map(\.code) == ["identifier.email"])
                    #expect(Int64(try await lab.events().count) == report.progress.added)
                }
            }
        }
    }

    @Test("a rehearsal counts and writes nothing", arguments: DatabaseKind.available)
    func rehearsal(kind: DatabaseKind) async throws {
        try await with(kind) { lab, importer in
            var rows = people(10)
            rows[3][0] = "2"
            rows[4][1] = ""
            rows[4][0] = ""
            let report = try await importer.rehearse(
                plan(Self.people, ListSource(names: ["id", "email", "first", "city"], rows: rows)))
            #expect(report.progress.records == 10)
            #expect(report.progress.added == 9)
            #expect(report.progress.rejected == 1)
            #expect(report.problems.map(\.place?.line) == [6])
            #expect(try await lab.events().isEmpty)
            let imports = try await lab.database.read { db in try Imports.list(10, in: db) }
            #expect(imports.isEmpty)
        }
    }

    @Test("of two that import the same file at once one goes on, and neither stops the other", arguments: DatabaseKind.available)
    func atOnce(kind: DatabaseKind) async throws {
        try await with(kind) { lab, other in
            let reader = ListSource(names: ["id", "email", "first", "city"], rows: people(1_200))
            let slices = Mutex(0)
            let first = Importer(
                database: other.database, door: lab.door, clock: lab.clock, fields: other.fields,
                pace: {
                    let slice = slices.withLock { count in
                        count += 1
                        return count
                    }
                    // After the first slice the other one comes, goes on with the import and ends it.
                    guard slice == 2 else { return }
                    let records = try await other.run(plan(Self.people, reader)).progress.records
                    #expect(records == 1_200)
                })
            let problem = await #expect(throws: Problem.self) { try await first.run(plan(Self.people, reader)) }
            #expect(problem?.code == "import.taken_over")
            let rows = try await lab.database.read { try Imports.list(10, in: $0) }
            #expect(rows.map(\.state) == [.finished])
            #expect(rows.map(\.progress.added) == [1_200])
            #expect(try await lab.events().count == 1_200)
        }
    }
}
