import Foundation
import RapportCore
import RapportPluginKit
import RapportPluginProcess
import RapportTestKit
import Synchronization
import Testing
import WebhookChannel

@Suite("channel.webhook")
struct WebhookChannelTests {
    static let key = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    /// A receiver in Python in a process of its own, which judges signatures by its own computation.
    final class Receiver: Sendable {
        private let child: ChildProcess
        private let lines: Lines
        let port: Int

        private final class Lines: Sendable {
            let kept = Mutex<[String]>([])
        }

        init() async throws {
            let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "receiver.py").path
            let lines = Lines()
            let (started, port) = AsyncStream<Int>.makeStream()
            child = try ChildProcess.start(ChildCommand(["python3", script, WebhookChannelTests.key], folder: "/")) { output in
                switch output {
                case .line(let bytes):
                    let text = String(decoding: bytes, as: UTF8.self)
                    if let number = Int(text) { port.yield(number) } else { lines.kept.withLock { $0.append(text) } }
                case .ended: port.finish()
                default: break
                }
            }
            var iterator = started.makeAsyncIterator()
            self.port = try #require(await iterator.next())
            self.lines = lines
        }

        /// What came in. The receiver tells of a request before it answers it.
        var requests: [JSONValue] { get throws { try lines.kept.withLock { $0 }.map { try JSONValue(parsing: $0) } } }

        func stop() { child.signal(SIGKILL) }
    }

    func channel(_ receiver: Receiver?, _ path: String, _ more: [String: JSONValue] = [:]) throws -> WebhookChannel {
        let values: [String: JSONValue] = [
            "url": .string("http://127.0.0.1:\(receiver?.port ?? 1)/\(path)"), "timeout": 1_500, "connections": 4,
        ]
        return try WebhookChannel(
            settings: Settings(
                values: values.merging(more) { $1 }, secrets: ["secret": Secret("whsec_" + Self.key)]), environment: .testing())
    }

    static func message(_ number: Int) -> OutgoingMessage {
        OutgoingMessage(
            id: "0190a1b2-0000-7000-8000-\(String(100_000_000_000 + number))", to: "ann@example.org", from: "shop@example.com",
            subject: "Tomatoes 🍅", text: "Hello", topicClass: "marketing", person: "p")
    }

    @Test("it passes the conformance suite, and the receiver finds every signature genuine")
    func conformance() async throws {
        let receiver = try await Receiver()
        defer { receiver.stop() }
        let report = await ChannelConformance(
            arrived: { try receiver.requests.compactMap { $0["id"]?.string } },
            make: { try channel(receiver, "200", ["headers": ["X-Extra": "yes"]]) }
        ).run()
        #expect(report.failures.isEmpty, "\(report)")
        let requests = try receiver.requests
        #expect(requests.count > 30)
        #expect(requests.allSatisfy { $0["genuine"] == true && $0["extra"] == "yes" })
        #expect(requests.first?["body"]?["type"] == "message.send")
        #expect(requests.allSatisfy { $0["body"]?["data"]?["id"] == $0["id"] })
    }

    @Test(
        "what the receiver answers decides what becomes of the message",
        arguments: [
            ("204", "sent"), ("410", "refused"), ("422", "refused"), ("413", "refused"), ("401", "deferred"), ("404", "deferred"),
            ("302", "deferred"), ("500", "deferred"), ("503/120", "deferred until 120"), ("429/60", "deferred until 60"),
            // The virtual clock stands at 2026-02-02T02:40:00Z.
            ("429/Mon,_02_Feb_2026_02:41:30_GMT", "deferred until 90"), ("429/soon", "deferred"), ("hang", "in doubt"),
            ("hang-up", "in doubt"),
        ])
    func answers(path: String, expected: String) async throws {
        let receiver = try await Receiver()
        defer { receiver.stop() }
        let channel = try channel(receiver, path)
        let result = await channel.send([Self.message(1)])[0]
        await channel.cleanup()
        let start = VirtualClock().now
        let name =
            switch result {
            case .sent: "sent"
            case .deferred(let until?, _): "deferred until \((until - start).milliseconds / 1_000)"
            case .deferred: "deferred"
            case .bounced: "bounced"
            case .refused: "refused"
            case .inDoubt: "in doubt"
            }
        #expect(name == expected, "\(result)")
    }

    @Test("a receiver that cannot be reached was handed nothing: the message is deferred, and the probe says why")
    func unreachable() async throws {
        let channel = try channel(nil, "200")
        #expect(await channel.send([Self.message(1)])[0].isDeferred)
        await #expect(throws: Problem.self) { try await channel.probe() }
        await channel.cleanup()
    }

    @Test("where the receiver knows a message again, one in doubt is deferred")
    func idempotent() async throws {
        let receiver = try await Receiver()
        defer { receiver.stop() }
        let channel = try channel(receiver, "hang-up", ["idempotent": true])
        #expect(await channel.send([Self.message(1)])[0].isDeferred)
        await channel.cleanup()
    }

    @Test("an address or a key that cannot be right is refused by name", arguments: ["url", "secret", "headers"])
    func settings(option: String) {
        let problem = #expect(throws: Problem.self) {
            try WebhookChannel(
                settings: Settings(
                    values: [
                        "url": option == "url" ? "ftp://example.com" : "https://example.com",
                        "headers": option == "headers" ? ["X": "a\r\nb"] : [:],
                    ], secrets: ["secret": Secret(option == "secret" ? "hunter2" : "whsec_" + Self.key)]), environment: .testing()
            )
        }
        #expect(problem?.place?.path == option)
    }
}
