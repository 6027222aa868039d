import Foundation
import RapportCore
import RapportPluginKit
import RapportTestKit
import SingerSource
import Testing

/// Taps from PyPI as they are. `scripts/taps` fetches them.
@Suite("source.singer with real taps")
struct SingerRealTapTests {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tap-\(UUID().uuidString)")

    func write(_ text: String, to path: String) throws {
        let file = folder.appending(path: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    func source(_ values: [String: JSONValue]) throws -> SingerSource {
        try SingerSource(
            settings: Settings(values: values.merging(["timeout": 60_000]) { first, _ in first }),
            environment: .testing(folder: folder.path))
    }

    @Test("a tap on singer-python is discovered, selected and read, nested and nullable values and decimals included")
    func singerPython() async throws {
        guard let program = SingerSourceTests.program("tap-test-data-generator") else { return }
        defer { try? FileManager.default.removeItem(at: folder) }
        try write(
            """
            {"type": "object", "properties": {
              "id": {"type": "string", "$generator": "#/string-type/uuid"},
              "email": {"type": "string", "$generator": "#/string-type/email"},
              "born": {"type": "string", "format": "date"},
              "price": {"type": "number", "const": 12.50},
              "nothing": {"type": ["number", "null"], "const": null},
              "address": {"type": "object", "properties": {"city": {"type": "string", "$generator": "#/string-type/city"}}}
            }}
            """, to: "schemas/people.json")
        try write(#"{"type": "object", "properties": {"n": {"type": "integer"}}}"#, to: "schemas/other.json")
        try write("{}", to: "objects/none.json")
        try write("", to: "metadata/.keep")
        let config: JSONValue = [
            "schema_dir": "schemas", "metadata_dir": "metadata", "object_repository_dir": "objects", "record_number": 25,
            "apply_record_number_on_pairwise": true, "generate_pairwise_hash": false,
        ]
        let values: [String: JSONValue] = [
            "command": [.string(program)], "catalog": "catalog", "config": config, "streams": ["people"],
        ]
        let findings = try await source(values).probe().findings
        #expect(findings.first?.contains("people") == true && findings.first?.contains("other") == true, "\(findings)")
        let sink = CollectingSink()
        try await source(values).read(after: nil, into: sink)
        #expect(sink.records.count == 25)
        #expect(sink.problems.isEmpty, "\(sink.problems)")
        #expect(Set(sink.records.map(\.stream)) == ["people"])
        let record = try #require(sink.records.first)
        let found = Dictionary(zip(record.names, record.values)) { first, _ in first }
        #expect(found["email"]?.string?.contains("@") == true)
        #expect(found["address.city"]?.string?.isEmpty == false)
        #expect(found["price"] == .decimal("12.5"))
        #expect(found["nothing"].map(\.isNull) ?? true)
        #expect(found["born"]?.string?.count == 10)
    }

    @Test("a tap that stumbles over its own catalog is told so with the way out, and reads without one")
    func stumbling() async throws {
        guard let program = SingerSourceTests.program("tap-csv-folder") else { return }
        defer { try? FileManager.default.removeItem(at: folder) }
        try write("id,name\n1,Ann\n2,\"Bo, jr\"\n", to: "data/people.csv")
        var values: [String: JSONValue] = [
            "command": [.string(program)], "catalog": "catalog",
            "config": ["filesystem": "local", "path": "data", "read_mode": "one_stream_per_file"],
        ]
        let problem = await #expect(throws: Problem.self) {
            try await source(values).read(after: nil, into: CollectingSink())
        }
        #expect(
            problem?.code == "singer.tap" && problem?.remedy?.contains("catalog: none") == true, "\(String(describing: problem))")
        values["catalog"] = "none"
        let sink = CollectingSink()
        try await source(values).read(after: nil, into: sink)
        #expect(sink.records.map { $0.values[1] } == ["Ann", "Bo, jr"])
        #expect(sink.records.map(\.key) == [#"["data/people.csv",2]"#, #"["data/people.csv",3]"#])
        // Its state says how far it was: nothing is read twice.
        let rest = CollectingSink()
        try await source(values).read(after: sink.bookmarks.last, into: rest)
        #expect(rest.records.count <= sink.records.count)
        #expect(Set(rest.records.map(\.key)).isSubset(of: Set(sink.records.map(\.key))))
    }
}
