import Foundation
import RapportCore
import RapportPluginKit
import RapportPluginProcess
import RapportTestKit
import Testing

/// A Swift type as a program of its own, seen by the host through the protocol.
@Suite("PluginMain")
struct PluginMainTests {
    let folder = FileManager.default.temporaryDirectory.appending(path: "diary-\(UUID().uuidString)")

    /// The fixture, built and with the plugin.yaml that it writes itself.
    func plugin() async throws -> ExternalPlugin {
        let fixtures = SwiftProgram.root.appending(path: "Tests/PluginProcessTests/Fixtures").path
        let program = folder.appending(path: "diary").path
        let built = try await SwiftProgram.build(
            ["\(fixtures)/DiaryChannel.swift", "\(fixtures)/DiaryMain.swift"], module: "DiaryChannel", to: program)
        try #require(built.code == 0, "\(built.text)")
        let yaml = try await Program.run(program, ["--manifest"])
        try yaml.text.write(to: folder.appending(path: "plugin.yaml"), atomically: true, encoding: .utf8)
        return try ExternalPlugin(folder: folder.path)
    }

    func message(_ text: String, to: String = "+12025550123") -> OutgoingMessage {
        OutgoingMessage(
            id: UUID().uuidString, to: to, from: "shop", subject: "", text: text, headers: [.init("X", "1")],
            topicClass: "service", person: "p", metadata: ["a": [1]])
    }

    @Test("the whole contract goes through the line: settings, results, events, callbacks, duties, state, and the log")
    func contract() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let plugin = try await plugin()
        #expect(plugin.manifest.declaration == (try Manifest(reading: YAMLNode(json: plugin.manifest.declaration))).declaration)
        #expect(plugin.manifest.capabilities.maximumText == 160)
        #expect(plugin.manifest.capabilities.ratePerSecond == 10)
        #expect(plugin.manifest.duties == [.optOut, .erase])
        #expect(plugin.manifest.callbacks.map(\.path) == ["replies", "ask", "open"])
        #expect(plugin.manifest.callbacks.map(\.verification).last == Callback.Verification.none)

        let (events, seen) = AsyncStream<PluginEvent>.makeStream()
        let (log, state) = (LogRecorder(), MemoryPluginState())
        try await state.set("sent", 40)
        let environment = PluginEnvironment.testing(instance: "mine", log: log, state: state) {
            for event in $0 { seen.yield(event) }
        }
        let settings = Settings(values: ["title": "Hi", "wait": 5_000], secrets: ["token": Secret("s3cret-t0ken")])
        let channel = try #require(try plugin.make(settings, environment) as? ExternalChannel)

        let findings = try await channel.probe().findings
        #expect(findings == ["instance mine", "title Hi", "token ••• of 12", "wait 5000", "sent 40"])
        var iterator = events.makeAsyncIterator()
        let event = await iterator.next()
        #expect(event?.id == "start-1" && event?.message == "m0" && event?.kind == "message.delivered")

        let results = await channel.send(["", "later", "gone", "long", "lost"].map { message($0) })
        #expect(
            results == [
                .sent(providerID: #"p-+12025550123-1-{"a":[1]}"#),
                .deferred(until: Timestamp(milliseconds: 1_770_000_000_000), reason: "busy"),
                .bounced(.hard, reason: "no such number"), .refused(reason: "too long"), .inDoubt(reason: "the line broke"),
            ])
        #expect(try await state.value("sent") == 45)

        let body: [UInt8] = [0, 255, 10, 13]
        let request = CallbackRequest(
            path: "replies", method: "POST", query: [.init("a", "b")], headers: [], body: body,
            receivedAt: Timestamp(milliseconds: 1_770_000_000_000))
        let answer = try await channel.receive(request)
        #expect(answer.answer == "thanks")
        #expect(answer.events.first?.properties["bytes"] == 4)
        #expect(answer.events.first?.occurredAt == request.receivedAt)
        #expect(answer.events.first?.identifiers == [Identifier(kind: "phone", value: "+12025550123")])
        #expect(try await state.value("last") == "a=b")
        let bad = await #expect(throws: Problem.self) {
            var request = request
            request.body = Array("bad".utf8)
            _ = try await channel.receive(request)
        }
        #expect(bad?.reason == "this body is bad")

        let who = [Identifier(kind: "phone", value: "+12025550123")]
        #expect(try await channel.optOut(OptOut(addresses: who, topic: "news", at: request.receivedAt)))
        #expect(try await state.value("out")?.string?.hasPrefix(#"["+12025550123"] news"#) == true)
        #expect(try await channel.erase(who))
        #expect(try await !channel.erase([]))
        await channel.cleanup()
        #expect(log.lines.contains { $0.contains("nobody should print") })
        #expect(!log.lines.contains { $0.contains("s3cret") })
    }

    @Test("refused settings name the option; a crash is a crash, and the program is started again with its state")
    func failing() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let plugin = try await plugin()
        let refusing = try plugin.make(Settings(values: ["title": "none"]), .testing())
        let problem = await #expect(throws: Problem.self) { try await refusing.probe() }
        #expect(problem?.place?.path == "title" && problem?.remedy == "Give it one")
        await refusing.cleanup()

        let clock = VirtualClock()
        let environment = PluginEnvironment.testing(clock: clock, state: MemoryPluginState())
        let channel = try #require(try plugin.make(Settings(values: [:]), environment) as? ExternalChannel)
        #expect(await channel.send([message("")])[0].isSent)
        // Idempotent, as its manifest says: what it never answered for may be handed over again.
        #expect(await channel.send([message("crash")])[0].isDeferred)
        clock.advance(by: .seconds(2))
        #expect(try await channel.probe().findings.last == "sent 1")
        let report = await ChannelConformance(address: "+12025550123") {
            try #require(try plugin.make(Settings(values: [:]), .testing()) as? any Channel)
        }.run()
        #expect(report.failures.isEmpty, "\(report)")
        await channel.cleanup()
    }
}
