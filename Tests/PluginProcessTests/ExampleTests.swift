import Foundation
import RapportCore
import RapportPluginKit
import RapportPluginProcess
import RapportTestKit
import Testing

@Suite("The example plugins in Python")
struct ExampleTests {
    let folder = FileManager.default.temporaryDirectory.appending(path: "example-\(UUID().uuidString)")

    func make(_ name: String, emit: @escaping @Sendable ([PluginEvent]) async throws -> Void = { _ in }) throws -> any Plugin {
        let plugin = try ExternalPlugin(folder: FaultTests.examples.appending(path: name).path)
        var values: [String: JSONValue] = ["folder": .string(folder.path)]
        if name == "folder_source" { values["stream"] = "people" }
        return try plugin.make(Settings(values: values), .testing(emit: emit))
    }

    @Test("the file channel passes the conformance suite")
    func channel() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let folder = folder
        let report = await ChannelConformance(
            arrived: {
                try FileManager.default.contentsOfDirectory(atPath: folder.path).map { String($0.dropLast(5)) }
            },
            make: { [self] in try #require(try make("file_channel") as? any Channel) }
        ).run()
        #expect(report.failures.isEmpty, "\(report)")
        #expect(report.checks > 20)
    }

    @Test("the folder source passes the conformance suite, and tells of a file that it cannot read")
    func source() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for number in 100..<120 {
            try Data(#"{"name": "Änn \#(number)", "email": "ann\#(number)@example.org", "age": \#(number)}"#.utf8)
                .write(to: folder.appending(path: "\(number).json"))
        }
        try Data("no json".utf8).write(to: folder.appending(path: "broken.json"))
        let report = await SourceConformance(count: 20) { [self] in try #require(try make("folder_source") as? any DataSource) }
            .run()
        #expect(report.failures.isEmpty, "\(report)")
        let source = try #require(try make("folder_source") as? any DataSource)
        let sink = CollectingSink()
        try await source.read(after: nil, into: sink)
        await source.cleanup()
        #expect(sink.records.first?.names == ["name", "email", "age"])
        #expect(sink.records.first?.values == ["Änn 100", "ann100@example.org", 100])
        #expect(sink.problems.map(\.reason).first?.hasPrefix("broken.json") == true)
    }

    @Test("a callback becomes an event")
    func callback() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let channel = try make("file_channel")
        let result = try await channel.receive(
            CallbackRequest(
                path: "replies", method: "POST", query: [], headers: [],
                body: Array(#"{"id":"r1","from":"ann@example.org","text":"Yes"}"#.utf8), receivedAt: Timestamp(milliseconds: 0)))
        await channel.cleanup()
        #expect(result.events.map(\.kind) == ["message.replied"])
        #expect(result.events.first?.identifiers == [Identifier(kind: "email", value: "ann@example.org")])
    }

    @Test("plugins on the plugin path stand in the registry with their origin")
    func registry() throws {
        let found = try ExternalPlugin.find(on: [FaultTests.examples.path])
        let registry = try PluginRegistry(found.map(\.entry))
        #expect(registry.entries.map(\.manifest.id) == ["channel.file", "source.folder"])
        #expect(try registry.entry("channel.file").origin.hasSuffix("file_channel"))
        #expect(try registry.entry("channel.file").manifest.callbacks.first?.path == "replies")
    }

    @Test("a source that is faster than its sink is held back, and nothing is lost")
    func holdsBack() async throws {
        // 20,000 records at once: without holding back they would all lie in memory.
        let script = """
            import sys, json
            print('{"type":"hello","protocol":1}', flush=True)
            for line in sys.stdin:
                m = json.loads(line)
                if m['type'] == 'init': print(json.dumps({'type': 'ready', 're': m['id']}), flush=True)
                if m['type'] == 'read':
                    for n in range(20000): print(json.dumps({'type': 'record', 're': m['id'], 'values': {'n': n}}))
                    print(json.dumps({'type': 'done', 're': m['id']}), flush=True)
            """
        let supervisor = PluginSupervisor(
            ChildCommand(["python3", "-c", script], folder: "/"), settings: Settings(values: [:]), environment: .testing())
        let source = ExternalSource(supervisor, manifest: ExternalSource.manifest, environment: .testing())
        let sink = CollectingSink()
        try await source.read(after: nil, into: sink)
        await source.cleanup()
        #expect(sink.records.map { $0.values[0] } == (0..<20_000).map { JSONValue.integer($0) })
    }

    @Test("what a plugin says unasked goes to the log, and the plugin hears that it was taken")
    func unasked() async throws {
        let script = """
            import sys, json
            print('{"type":"hello","protocol":1}', flush=True)
            taken = []
            for line in sys.stdin:
                m = json.loads(line)
                if m['type'] == 'init':
                    print(json.dumps({'type': 'ready', 're': m['id']}), flush=True)
                    print('{"type":"event","id":"e1","kind":"message.bounced","message":"m1"}', flush=True)
                if m['type'] == 'taken': taken.append(m['event'])
                if m['type'] == 'probe': print(json.dumps({'type': 'done', 're': m['id'], 'findings': taken}), flush=True)
            """
        let (events, seen) = AsyncStream<PluginEvent>.makeStream()
        let environment = PluginEnvironment.testing { for event in $0 { seen.yield(event) } }
        let supervisor = PluginSupervisor(
            ChildCommand(["python3", "-c", script], folder: "/"), settings: Settings(values: [:]), environment: environment)
        let channel = ExternalChannel(supervisor, manifest: ExternalChannel.manifest, environment: environment)
        _ = try await channel.probe()
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next()?.message == "m1")
        var findings: [String] = []
        while findings.isEmpty { findings = try await channel.probe().findings }
        #expect(findings == ["e1"])
        await channel.cleanup()
    }
}
