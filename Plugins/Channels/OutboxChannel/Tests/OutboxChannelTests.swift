import Foundation
import Logging
import OutboxChannel
import RapportCore
import RapportPluginKit
import RapportTestKit
import Testing

@Suite("The outbox channel")
struct OutboxChannelTests {
    struct NoState: PluginState {
        func value(_ key: String) async throws -> JSONValue? { nil }
        func set(_ key: String, _ value: JSONValue?) async throws {}
    }
    struct NoonClock: WallClock { let now = Timestamp(milliseconds: 1_700_000_000_000) }

    let folder = FileManager.default.temporaryDirectory.appending(path: "outbox-\(UUID().uuidString)")

    func channel(_ format: String) throws -> OutboxChannel {
        let path = folder.path()
        return try OutboxChannel(
            settings: Settings(values: ["folder": .string(path), "format": .string(format)]),
            environment: PluginEnvironment(
                instance: "outbox", logger: Logger(label: "test"), clock: NoonClock(), folder: path, state: NoState()))
    }

    func message(id: String = "018bcfe5-6800-7000-8000-000000000001", subject: String = "Tomatoes 🍅 are back") -> OutgoingMessage
    {
        OutgoingMessage(
            id: id, to: "ada@example.test", toName: "Ada Löwe, Dr.", from: "hello@grocer.test", fromName: "The Grocer",
            subject: subject, text: "Hello Ada,\n\nTomatoes cost £2 – today only.\n.\nFrom here\n",
            html: "<p>Hello Ada</p>", headers: [.init("X-Campaign", "spring")], unsubscribeURL: "https://grocer.test/u/abc",
            topicClass: "marketing", person: "018bcfe5-6800-7000-8000-000000000002", metadata: ["campaign": "spring"])
    }

    func files() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted() }

    @Test("it passes the conformance suite in either format", arguments: ["eml", "json"])
    func conformance(format: String) async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let report = await ChannelConformance(
            arrived: {
                ((try? files()) ?? []).map { String($0.prefix(36)) }
            },
            make: { try channel(format) }
        ).run()
        #expect(report.failures.isEmpty, "\(report)")
        #expect(report.checks > 20)
    }

    @Test("a message becomes one .eml file named by its id, and the same message again stays one file")
    func idempotent() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let channel = try channel("eml")
        let first = await channel.send([message()])
        let second = await channel.send([message(subject: "changed"), message()])
        #expect(first == [.sent(providerID: message().id)])
        #expect(second == [.sent(providerID: message().id), .sent(providerID: message().id)])
        #expect(try files() == ["\(message().id).eml"])
    }

    @Test("a JSON file holds the whole message")
    func json() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        _ = try await channel("json").send([message()])
        let text = try String(contentsOf: folder.appending(path: "\(message().id).json"), encoding: .utf8)
        let value = try JSONValue(parsing: text)
        #expect(value["subject"]?.string == message().subject)
        #expect(value["metadata"]?["campaign"] == "spring")
        #expect(value["unsubscribe_url"]?.string == message().unsubscribeURL)
    }

    @Test("an id that could leave the folder, and a header that could leave its line, are refused and write nothing")
    func refused() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let channel = try channel("eml")
        let results = await channel.send([
            message(id: "../../etc/passwd"), message(subject: "Hello\r\nBcc: everyone@example.test"),
        ])
        for result in results {
            guard case .refused = result else {
                Issue.record("\(result)")
                continue
            }
        }
        #expect((try? files())?.isEmpty ?? true)
    }

    @Test("a folder that cannot be made defers the message")
    func deferred() async throws {
        try Data().write(to: folder)
        defer { try? FileManager.default.removeItem(at: folder) }
        let results = try await channel("json").send([message()])
        guard case .deferred(nil, _) = try #require(results.first) else {
            Issue.record("\(results)")
            return
        }
        await #expect(throws: (any Error).self) { try await self.channel("json").probe() }
    }

    @Test("Python's email package reads the mail as it was meant")
    func judged() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        _ = try await channel("eml").send([message()])
        let script = """
            import email, email.policy, sys, json
            raw = open(sys.argv[1], 'rb').read()
            assert b'\\n' not in raw.replace(b'\\r\\n', b''), 'a line end is not CRLF'
            assert max(len(l) for l in raw.split(b'\\r\\n')) <= 998
            raw.decode('ascii')
            m = email.message_from_bytes(raw, policy=email.policy.default)
            assert not m.defects, m.defects
            text, html = m.get_body(('plain',)), m.get_body(('html',))
            print(json.dumps({
                'subject': m['subject'], 'to': m['to'].addresses[0].display_name, 'addr': m['to'].addresses[0].addr_spec,
                'from': str(m['from']), 'id': m['message-id'], 'date': m['date'].datetime.timestamp(),
                'text': text.get_content(), 'html': html.get_content(), 'campaign': m['x-campaign'],
                'unsubscribe': m['list-unsubscribe'], 'post': m['list-unsubscribe-post'], 'mime': m['mime-version']}))
            """
        let judged = try await Program.run(
            "/usr/bin/env", ["python3", "-c", script, folder.appending(path: "\(message().id).eml").path()])
        try #require(judged.code == 0, "\(judged.text)")
        let mail = try JSONValue(parsing: judged.text)
        #expect(mail["subject"]?.string == message().subject)
        #expect(mail["to"]?.string == "Ada Löwe, Dr.")
        #expect(mail["addr"]?.string == "ada@example.test")
        #expect(mail["from"]?.string == "The Grocer <hello@grocer.test>")
        #expect(mail["id"]?.string == "<\(message().id)@grocer.test>")
        #expect(mail["date"] == .decimal("1700000000.0"))
        #expect(mail["text"]?.string?.replacing("\r\n", with: "\n") == message().text)
        #expect(mail["html"]?.string?.hasPrefix("<p>Hello Ada</p>") == true)
        #expect(mail["campaign"] == "spring")
        #expect(mail["unsubscribe"] == "<https://grocer.test/u/abc>")
        #expect(mail["post"] == "List-Unsubscribe=One-Click")
        #expect(mail["mime"] == "1.0")
    }
}
