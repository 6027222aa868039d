import Foundation
import RapportCore
import RapportPluginKit
import RapportTestKit
import SingerSource
import Testing

/// What taps say, and what they should not.
extension SingerSourceTests {
    func read(_ messages: String, _ more: String = "") async throws -> CollectingSink {
        defer { try? FileManager.default.removeItem(at: folder) }
        let sink = CollectingSink()
        try await source(try player(messages, more)).read(after: nil, into: sink)
        return sink
    }

    static func schema(_ properties: String, keys: String = #"["id"]"#) -> String {
        #"{"type":"SCHEMA","stream":"people","schema":{"type":"object","properties":\#(properties)},"key_properties":\#(keys)}"#
    }

    static func record(_ record: String) -> String { #"{"type":"RECORD","stream":"people","record":\#(record)}"# }

    @Test(
        "a record that breaks its schema is rejected with the place, and the others go on",
        arguments: [
            (#"{"id":{"type":"integer"}}"#, #"{"id":"seven"}"#, #""id" is a string"#),
            (#"{"id":{},"n":{"type":["null","number"]}}"#, #"{"id":1,"n":"x"}"#, #""n" is a string"#),
            (
                #"{"id":{},"a":{"type":"object","properties":{"b":{"type":"boolean"}}}}"#, #"{"id":1,"a":{"b":1}}"#,
                #""a.b" is an integer"#
            ),
            (#"{"id":{},"l":{"type":"array","items":{"type":"string"}}}"#, #"{"id":1,"l":["a",2]}"#, #""l[1]" is an integer"#),
            (#"{"id":{},"u":{"anyOf":[{"type":"string"},{"type":"null"}]}}"#, #"{"id":1,"u":[]}"#, #""u" is an array"#),
            (#"{"id":{"type":["null","integer"]}}"#, #"{"id":null}"#, #"key "id" is empty"#),
            (#"{"name":{}}"#, #"{"name":"no id"}"#, #"key "id" is empty"#),
        ])
    func broken(properties: String, record: String, reason: String) async throws {
        let sink = try await read(
            [Self.schema(properties), Self.record(record), Self.record(#"{"id":8}"#)].joined(separator: "\n"))
        #expect(sink.problems.count == 1)
        #expect(sink.problems.first?.reason.contains(reason) == true, "\(sink.problems)")
        #expect(sink.records.map(\.key) == ["8"])
    }

    @Test(
        "what taps may write is taken as it is: null anywhere, whole numbers with a point, numbers of any length, later schemas",
        arguments: [
            (#"{"id":{"type":"integer"},"n":{"type":"string"}}"#, #"{"id":1.0,"n":null}"#),
            (
                #"{"id":{"type":"integer"},"n":{"type":"number"}}"#,
                #"{"id":12345678901234567890123,"n":0.1000000000000000000001}"#
            ),
            (#"{"id":{},"d":{"type":"string","format":"date-time"}}"#, #"{"id":1,"d":"2026-02-30T25:00:00Z"}"#),
            (#"{"id":{},"o":{"oneOf":[{"type":"object"},{"type":"string"}]}}"#, #"{"id":1,"o":"text","unknown":{"a":[1]}}"#),
            (#"{"id":{},"x":{"type":"decimal"}}"#, #"{"id":1,"x":"12.50"}"#),
        ])
    func taken(properties: String, record: String) async throws {
        let sink = try await read([Self.schema(properties), Self.record(record)].joined(separator: "\n"))
        #expect(sink.problems.isEmpty, "\(sink.problems)")
        #expect(sink.records.count == 1)
        let values = try JSONValue(parsing: record)
        #expect(sink.records.first?.values.first == values["id"])
    }

    @Test("a record before its schema is rejected; a key that changes counts from there on; states stand where they were said")
    func order() async throws {
        let sink = try await read(
            [
                Self.record(#"{"id":1}"#), Self.schema("{}"), Self.record(#"{"id":2,"mail":"b"}"#),
                #"{"type":"STATE","value":{"n":2}}"#,
                Self.schema("{}", keys: #"["mail","id"]"#), Self.record(#"{"id":3,"mail":"c"}"#), Self.schema("{}", keys: "[]"),
                Self.record(#"{"id":4}"#), #"{"type":"STATE","value":{"n":4}}"#, #"{"type":"SOMETHING_NEW"}"#,
                #"{"type":"STATE","value":{"n":5}}"#,
            ].joined(separator: "\n"))
        #expect(sink.problems.map(\.reason) == ["a record of people came before its schema"])
        #expect(sink.records.map(\.key) == ["2", #"["c",3]"#, nil])
        #expect(sink.positions.map(\.records) == [1, 3, 3])
        #expect(sink.bookmarks == [["n": 2], ["n": 4], ["n": 5]])
    }

    @Test("a tap may greet on standard output before its catalog, and log as much as it likes")
    func noise() async throws {
        let sink = try await read(
            [Self.schema("{}"), Self.record(#"{"id":1}"#)].joined(separator: "\n"),
            """
            for n in range(20000): print("a line of the log", n, file=sys.stderr)
            """)
        #expect(sink.records.count == 1)
        defer { try? FileManager.default.removeItem(at: folder) }
        var values = try player(Self.schema("{}"))
        let script = "print('hello { world'); print('{\"streams\": [{\"stream\": \"people\", \"schema\": {}}]}')"
        values["command"] = ["python3", "-c", .string(script)]
        #expect(try await source(values).probe().findings == ["streams: people"])
    }

    @Test("batches of files are read, plain and compressed; what cannot be read is refused with the way out")
    func batches() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let plain = folder.appending(path: "a b.jsonl")
        try Data("{\"id\":1}\nno json\n{\"id\":2}\n".utf8).write(to: plain)
        let packed = folder.appending(path: "c.jsonl.gz")
        let script = "import gzip, sys; gzip.open(sys.argv[1], 'wt').write('{\"id\": 3}\\n')"
        #expect(try await Program.run("/usr/bin/env", ["python3", "-c", script, packed.path]).code == 0)
        func batch(_ files: [String], _ encoding: String) -> String {
            let list = JSONValue.array(files.map { .string($0) }).text
            return #"{"type":"BATCH","stream":"people","encoding":\#(encoding),"manifest":\#(list)}"#
        }
        let gzip = #"{"format":"jsonl","compression":"gzip"}"#
        let sink = CollectingSink()
        try await source(
            try player(
                [
                    Self.schema("{}"), batch([plain.absoluteString], #"{"format":"jsonl"}"#),
                    batch([packed.absoluteString], gzip),
                    #"{"type":"STATE","value":{"n":3}}"#,
                ].joined(separator: "\n"))
        ).read(after: nil, into: sink)
        #expect(sink.records.map(\.key) == ["1", "2", "3"])
        #expect(sink.problems.count == 1)
        #expect(sink.positions.map(\.records) == [3])
        for (files, encoding) in [
            (["s3://bucket/x.jsonl"], gzip), ([plain.path], #"{"format":"parquet"}"#), ([folder.path + "/none"], gzip),
        ] {
            let problem = await #expect(throws: Problem.self) {
                try await source(try player(Self.schema("{}") + "\n" + batch(files, encoding))).read(
                    after: nil, into: CollectingSink())
            }
            #expect(problem?.code == "singer.batch", "\(String(describing: problem))")
        }
    }

    @Test(
        "a fault in the middle of a tap is told without its secret; what came before its last state stands, and the next run goes on",
        arguments: Fault.allCases.filter { $0 != .wrongNumber })
    func faults(fault: Fault) async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let more = """
            state = json.load(open(arguments["--state"]))["n"] if "--state" in arguments else 0
            print(json.dumps({"type": "SCHEMA", "stream": "people", "schema": {}, "key_properties": ["id"]}))
            for n in range(state, 10):
                print(json.dumps({"type": "RECORD", "stream": "people", "record": {"id": n}}), flush=True)
                print(json.dumps({"type": "STATE", "value": {"n": n + 1}}), flush=True)
            """
        var values = try player("", more)
        let command = values["command"]?.array?.compactMap { $0.string } ?? []
        let faulty = try FaultyCommand(fault, times: 1, after: 9, around: command, speaking: .tap)
        defer { faulty.remove() }
        values["command"] = .array(faulty.command.map { .string($0) })
        values["timeout"] = 15_000
        let log = LogRecorder()
        let source = try source(values, secret: "s3cret-t0ken", log: log)
        let first = CollectingSink()
        if fault.isHarmless {
            try await source.read(after: nil, into: first)
            #expect(first.records.count == 10)
        } else {
            let problem = await #expect(throws: Problem.self) { try await source.read(after: nil, into: first) }
            #expect(problem.map { !$0.description.contains("s3cret") } == true, "\(String(describing: problem))")
            #expect(first.records.count == 4)
            #expect(first.bookmarks.last == ["n": 4])
            let rest = CollectingSink()
            try await source.read(after: first.bookmarks.last, into: rest)
            #expect((first.records + rest.records).map(\.key) == (0..<10).map { "\($0)" })
        }
        #expect(!log.lines.contains { $0.contains("s3cret") })
    }
}
