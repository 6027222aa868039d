import Foundation
import RapportCore
import RapportPluginKit
import RapportTestKit
import SingerSource
import Testing

@Suite("source.singer")
struct SingerSourceTests {
    static let taps = URL(filePath: #filePath).appending(path: "../../../../../.venv-taps").standardizedFileURL
    let folder = FileManager.default.temporaryDirectory.appending(path: "singer-\(UUID().uuidString)")

    /// `nil`, said aloud, where the tap is not installed.
    static func program(_ tap: String) -> String? {
        let path = taps.appending(path: "\(tap)/bin/\(tap)").path
        if FileManager.default.isExecutableFile(atPath: path) { return path }
        print("skipped: \(tap) is not installed: run scripts/taps")
        return nil
    }

    func source(_ values: [String: JSONValue], secret: String? = nil, log: LogRecorder = LogRecorder()) throws -> SingerSource {
        try SingerSource(
            settings: Settings(values: values, secrets: secret.map { ["secret": Secret($0)] } ?? [:]),
            environment: .testing(folder: folder.path, log: log))
    }

    /// A tap of ten lines that plays the messages of a file, and shows how it was called.
    func player(_ messages: String, _ more: String = "") throws -> [String: JSONValue] {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let script = """
            import json, sys
            arguments = dict(zip(sys.argv[1::2], sys.argv[2::2]))
            if "--discover" in sys.argv:
                streams = [{"stream": s, "tap_stream_id": s, "schema": {}, "metadata": []} for s in ("people", "orders")]
                print(json.dumps({"streams": streams}, indent=1))
                sys.exit()
            \(more)
            print(open("messages.jsonl").read())
            """
        try Data(script.utf8).write(to: folder.appending(path: "tap.py"))
        try Data(messages.utf8).write(to: folder.appending(path: "messages.jsonl"))
        return ["command": ["python3", "tap.py"], "timeout": 20_000, "catalog": "catalog"]
    }

    @Test(
        "a tap of the first years gets its catalog as --properties, whether it refuses --catalog or keeps silent",
        arguments: ["refuses", "is silent"])
    func legacy(how: String) async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let messages = [
            #"{"type":"SCHEMA","stream":"people","schema":{},"key_properties":["id"]}"#,
            #"{"type":"RECORD","stream":"people","record":{"id":1}}"#, #"{"type":"STATE","value":{"n":1}}"#,
        ]
        let values = try player(
            messages.joined(separator: "\n"),
            """
            if "--help" in sys.argv:
                print("usage: tap [-h] -c CONFIG [-s STATE] [-p PROPERTIES] [--properties FILE]")
                sys.exit()
            if "--properties" not in arguments:
                if "\(how)" == "refuses":
                    print("tap: error: unrecognized arguments: --catalog", file=sys.stderr)
                    sys.exit(2)
                sys.exit()
            assert all(s["selected"] and s["schema"]["selected"] for s in json.load(open(arguments["--properties"]))["streams"])
            """)
        let (singer, sink, next) = (try source(values), CollectingSink(), CollectingSink())
        try await singer.read(after: nil, into: sink)
        #expect(sink.records.map(\.key) == ["1"])
        #expect(sink.bookmarks == [["n": 1]])
        // It is remembered, for with a state nobody asks again.
        try await singer.read(after: sink.bookmarks.last, into: next)
        #expect(next.records.map(\.key) == ["1"])
    }

    @Test("a tap that has nothing to say is not run twice once it has a state")
    func silentWithState() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let values = try player(
            "",
            """
            if "--help" in sys.argv:
                print("--properties")
                sys.exit()
            with open("runs", "a") as runs: runs.write("run\\n")
            """)
        let sink = CollectingSink()
        try await source(values).read(after: ["n": 1], into: sink)
        #expect(try String(contentsOf: folder.appending(path: "runs"), encoding: .utf8) == "run\n")
    }

    @Test("a tap of the Meltano SDK is read whole, by key, and goes on with its state")
    func meltano() async throws {
        guard let program = Self.program("tap-jsonl") else { return }
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "people.jsonl")
        let lines = (1...20).map { #"{"id": \#($0), "name": "Änn \#($0)", "address": {"city": "Łódź"}}"# }
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
        let source = try source([
            "command": [.string(program)], "catalog": "catalog", "timeout": 60_000,
            "config": ["path": .string(file.path), "stream_name": "people", "primary_keys": ["id"]],
        ])
        #expect(try await source.probe().findings == ["streams: people"])
        let sink = CollectingSink()
        try await source.read(after: nil, into: sink)
        #expect(sink.records.map(\.key) == (1...20).map { "\($0)" })
        #expect(sink.records.allSatisfy { $0.stream == "people" })
        #expect(sink.positions.last?.records == 20)
        try Data((lines + [#"{"id": 21, "name": "Zoë"}"#]).joined(separator: "\n").appending("\n").utf8).write(to: file)
        let rest = CollectingSink()
        try await source.read(after: sink.bookmarks.last, into: rest)
        #expect(rest.records.contains { $0.key == "21" })
    }

    @Test("messages become records, keys and bookmarks in their order; streams not asked for stay out")
    func messages() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        var values = try player(
            """
            {"type":"STATE","value":{"early":true}}
            {"type":"SCHEMA","stream":"people","schema":{},"key_properties":["id"]}
            {"type":"RECORD","stream":"people","record":{"id":7,"address":{"city":"Rome"},"tags":[1]}}
            {"type":"SCHEMA","stream":"orders","schema":{},"key_properties":["shop","id"]}
            {"type":"RECORD","stream":"orders","record":{"shop":"a","id":"1"}}
            {"type":"STATE","value":{"people":7}}
            {"type":"ACTIVATE_VERSION","stream":"people","version":1}
            """)
        let all = CollectingSink()
        try await source(values).read(after: nil, into: all)
        #expect(all.records.map(\.key) == ["7", #"["a","1"]"#])
        #expect(all.records.first?.names == ["id", "address.city", "tags"])
        #expect(all.positions.map(\.records) == [0, 2])
        values["streams"] = ["people"]
        let some = CollectingSink()
        try await source(values).read(after: nil, into: some)
        #expect(some.records.map(\.stream) == ["people"])
    }

    @Test("the tap gets the state it wrote, its secret by name, and a catalog with what is wanted")
    func arguments() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        var values = try player(
            "",
            """
            state = json.load(open(arguments["--state"])) if "--state" in arguments else None
                catalog = json.load(open(arguments["--properties"]))
                config = json.load(open(arguments["--config"]))
                chosen = [s["stream"] for s in catalog["streams"] if s["metadata"][0]["metadata"]["selected"]]
                print(json.dumps({"type": "SCHEMA", "stream": "people", "schema": {}, "key_properties": []}))
                print(json.dumps({"type": "RECORD", "stream": "people", "record": {"state": state, "chosen": chosen, "config": config}}))
            """.replacingOccurrences(of: "\n    ", with: "\n"))
        values["catalog"] = "properties"
        values["streams"] = ["people"]
        values["secret_name"] = "password"
        values["config"] = ["start": "2026-01-01", "ids": [1, 2]]
        let sink = CollectingSink()
        try await source(values, secret: "s3cret").read(after: ["people": 7], into: sink)
        let record = try #require(sink.records.first)
        let found = Dictionary(uniqueKeysWithValues: zip(record.names, record.values))
        #expect(found["state.people"] == 7)
        #expect(found["chosen"] == ["people"])
        #expect(found["config.password"] == "s3cret")
        #expect(found["config.ids"] == [1, 2])
    }

    @Test(
        "a tap that fails, babbles or falls silent is told with what it logged, and without its secret",
        arguments: ["sys.exit('no such host s3cret')", "print('Traceback')", "import time; time.sleep(600)"])
    func fails(how: String) async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        var values = try player("", how)
        values["timeout"] = 2_000
        let log = LogRecorder()
        let problem = await #expect(throws: Problem.self) {
            try await source(values, secret: "s3cret", log: log).read(after: nil, into: CollectingSink())
        }
        #expect(problem.map { !$0.description.contains("s3cret") } == true, "\(String(describing: problem))")
        #expect(!log.lines.contains { $0.contains("s3cret") })
    }

    @Test("a stream that the tap does not have is refused by name")
    func unknownStream() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        var values = try player("")
        values["streams"] = ["peopel"]
        let problem = await #expect(throws: Problem.self) {
            try await source(values).read(after: nil, into: CollectingSink())
        }
        #expect(problem?.code == "singer.stream")
    }

    @Test("it passes the conformance suite")
    func conformance() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let values = try player(
            #"{"type":"SCHEMA","stream":"people","schema":{},"key_properties":["id"]}"# + "\n"
                + (1...5).map { #"{"type":"RECORD","stream":"people","record":{"id":\#($0)}}"# }.joined(separator: "\n")
                + "\n" + #"{"type":"STATE","value":{"done":true}}"#)
        let report = await SourceConformance(count: 5, resuming: .atLeast) { try source(values) }.run()
        #expect(report.failures.isEmpty, "\(report)")
    }
}
