import RapportCore
import RapportIntegration
import RapportPluginKit
import RapportStorage
import RapportTestKit
import Testing

/// What goes into one event, and what into one transaction.
extension ImporterTests {
    private static let lines = """
        source: shop
        currency: GBP
        as: orders
        order: number
        identifiers: {email: email}
        line: {product: sku, quantity: {column: qty, integer: true}, note: note}
        """

    private func rows(_ order: String, _ count: Int, note: Int) -> [[String]] {
        (0..<count).map { [order, "ann@a.example", "T\($0)", "2", String(repeating: "x", count: note)] }
    }

    @Test("a wholesaler's order of two thousand lines is one event", arguments: DatabaseKind.available)
    func manyLines(kind: DatabaseKind) async throws {
        try await with(kind) { lab, importer in
            let reader = ListSource(
                names: ["number", "email", "sku", "qty", "note"], rows: rows("O-1", 2_000, note: 60) + rows("O-2", 1, note: 3))
            let rehearsed = try await importer.rehearse(plan(Self.lines, reader))
            #expect(rehearsed.progress.added == 2)
            let report = try await importer.run(plan(Self.lines, reader))
            #expect(report.progress.added == 2)
            #expect(report.progress.rejected == 0)
            try await lab.drain()
            let counts = try await lab.database.read { db in
                try db.all("SELECT properties FROM events ORDER BY partition, position") {
                    try JSONValue(parsing: $0.text(0))["lines"]?.array?.count ?? 0
                }
            }
            #expect(counts.sorted() == [1, 2_000])
            #expect(try await importer.run(plan(Self.lines, reader)).progress.added == 0)
        }
    }

    @Test("an order of more lines than fit is rejected whole, and the next comes in")
    func tooManyLines() async throws {
        try await with(.sqlite) { lab, importer in
            let reader = ListSource(
                names: ["number", "email", "sku", "qty", "note"], rows: rows("O-1", 3_000, note: 1_000) + rows("O-2", 1, note: 3))
            let report = try await importer.run(plan(Self.lines, reader))
            #expect(report.progress.added == 1)
            #expect(report.problems.map(\.code) == ["event.too_many_lines"])
        }
    }

    private func lease(_ lab: LogLab) async throws -> SourceLease {
        try #require(
            try await lab.database.write { db in
                try SourceRuns.enrol("list", schedule: "", due: try db.now(), in: db)
                return try SourceLease.claim("list", holder: "test", span: .seconds(60), in: db)
            })
    }

    @Test("a source that says where it is after each record is written in slices, and its last place is kept")
    func chatty() async throws {
        try await with(.sqlite) { lab, importer in
            let reader = ListSource(names: ["id", "email", "first", "city"], rows: people(2_000), bookmarksEach: 1)
            var plan = try plan(Self.people, reader)
            plan.feed = ImportFeed(lease: try await lease(lab), isFirst: true)
            #expect(try await importer.run(plan).progress.added == 2_000)
            let kept = try await lab.database.read { db in
                (try db.integer("SELECT slices FROM imports"), try db.text("SELECT bookmark FROM source_runs"))
            }
            #expect(kept.0 ?? .max < 200)
            #expect(kept.1 == "2000")
        }
    }

    @Test("what a source said before it pauses is written while it does")
    func pausing() async throws {
        try await with(.sqlite) { lab, importer in
            var plan = try plan(Self.people, ListSource(names: [], rows: []))
            plan.reader = PausingSource(rows: people(3), database: lab.database)
            plan.feed = ImportFeed(lease: try await lease(lab), isFirst: true)
            #expect(try await importer.run(plan).progress.added == 3)
        }
    }
}

/// Gives its rows with a bookmark each, and does not go on before it sees them on the log.
private struct PausingSource: DataSource {
    static let manifest = Manifest(id: "source.pausing", kind: .source, version: "1.0.0", summary: "Rows, and a pause.")

    let rows: [[String]]
    let database: any Database

    init(rows: [[String]], database: any Database) { (self.rows, self.database) = (rows, database) }
    init(settings: Settings, environment: PluginEnvironment) throws { throw Problem("test.settings", "made by hand only") }

    func read(after bookmark: JSONValue?, into sink: any RecordSink) async throws {
        for (index, row) in rows.enumerated() {
            try await sink.record(
                SourceRecord(
                    stream: "list", line: Int64(index + 1), names: ["id", "email", "first", "city"],
                    values: row.map { .string($0) }))
            try await sink.bookmark(.integer(Int64(index + 1)))
        }
        for _ in 0..<1_000 {
            let count = try await database.read { db in try db.integer("SELECT COUNT(*) FROM events") ?? 0 }
            if count == Int64(rows.count) { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Problem("test.unseen", "what was said before the pause is not written")
    }
}
