import Foundation
import JSONLSource
import RapportCore
import RapportPluginKit
import RapportTestKit
import Testing

@Suite("source.jsonl")
struct JSONLSourceTests {
    @Test("it passes the conformance suite, over several files")
    func conformance() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rapport-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in ["a", "b"] {
            let lines = (1...60).map { #"{"id": "\#(name)\#($0)", "name": "Änn\n"}"# }.joined(separator: "\n") + "\n"
            try Data(lines.utf8).write(to: URL(filePath: "\(folder)/\(name).jsonl"))
        }
        let report = await SourceConformance(count: 120) {
            try JSONLSource(settings: Settings(values: ["path": "*.jsonl"]), environment: .testing(folder: folder))
        }.run()
        #expect(report.failures.isEmpty, "\(report)")
        #expect(report.checks > 8)
    }

    @Test("objects come with their members in order, nested ones under dotted names; other lines are rejected")
    func reads() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rapport-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let text = """
            {"id": 7, "address": {"city": "Rome", "zip": "00100"}, "tags": ["a"]}\r

            not json
            [1]
            {"id": "x", "price": 12.50}
            """
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/a.jsonl"))
        let source = try JSONLSource(
            settings: Settings(values: ["path": "a.jsonl", "key": "id"]), environment: .testing(folder: folder))
        let sink = CollectingSink()
        try await source.read(after: nil, into: sink)
        #expect(sink.records.map(\.line) == [1, 5])
        #expect(sink.records.map(\.key) == ["7", "x"])
        #expect(sink.records[0].names == ["id", "address.city", "address.zip", "tags"])
        #expect(sink.records[1].values == ["x", .decimal("12.50")])
        #expect(sink.problems.map(\.place?.line) == [3, 4])

        let again = CollectingSink()
        try await source.read(after: sink.bookmarks.last, into: again)
        #expect(again.entries.isEmpty)
    }
}
