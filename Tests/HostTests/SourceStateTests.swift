import Foundation
import RapportCore
import RapportHost
import RapportIntegration
import RapportPluginKit
import RapportStorage
import RapportTestKit
import Testing

/// What a source keeps in its store goes with the records before its bookmark, or not at all.
extension SourceTests {
    @Test(
        "what a source keeps is committed with the records before its bookmark, and forgotten with those after it",
        arguments: DatabaseKind.available)
    func state(kind: DatabaseKind) async throws {
        let source = "  shop: {plugin: source.counting, every: 1h, mapping: map.yaml, failures: 1}"
        try await with(kind, source, plugins: [CountingSource.self]) { house in
            let store = DatabasePluginState("sources.shop", in: house.rapport.database)
            await #expect(throws: Problem.self) { try await house.read() }
            #expect(try await store.value("read") == 2)
            // The third record was read and kept, and came before no bookmark.
            let report = try await house.read()
            #expect(report.progress.added == 1)
            #expect(try await store.value("read") == 3)
            #expect(try await store.value("ended") == true)
            let events = try await house.rapport.database.read { db in
                try db.integer(
                    "SELECT COUNT(*) FROM events JOIN kinds ON kinds.id = events.kind WHERE kinds.name = 'order.placed'")
            }
            #expect(events == 3)
        }
    }
}

/// Counts in its store what it has read, says a bookmark after two records, and fails after the third for as long as it is told.
private struct CountingSource: DataSource {
    static let manifest = Manifest(
        id: "source.counting", kind: .source, version: "1.0.0", summary: "Counts.",
        settings: Spec([.init("failures", .integer(minimum: 0, maximum: 9), default: 0, help: "How often it fails.")]))

    let state: any PluginState
    let failures: Int64

    init(settings: Settings, environment: PluginEnvironment) throws {
        state = environment.state
        failures = settings.integer("failures") ?? 0
    }

    func read(after bookmark: JSONValue?, into sink: any RecordSink) async throws {
        let first = bookmark?.integer ?? 0
        for number in first..<3 {
            try await state.set("read", .integer(number + 1))
            try await sink.record(
                SourceRecord(
                    stream: "orders", line: number, names: ["id", "email", "total"],
                    values: [.integer(number), "ann@a.example", "10"], key: "\(number)"))
            if number == 1 { try await sink.bookmark(2) }
        }
        // A run that begins at the start is the first one.
        if first == 0, failures > 0 { throw Problem("counting.fails", "told to fail") }
        try await state.set("ended", true)
    }
}
