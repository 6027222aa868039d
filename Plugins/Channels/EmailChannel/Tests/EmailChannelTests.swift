import EmailChannel
import Foundation
import Logging
import RapportCore
import RapportPluginKit
import RapportTestKit
import Testing

@Suite("channel.email")
struct EmailChannelTests {
    static func channel(_ server: StrictServer, _ more: [String: JSONValue] = [:], password: String? = nil) throws -> EmailChannel
    {
        try channel(server.port, more, password: password)
    }

    static func channel(_ port: Int, _ more: [String: JSONValue] = [:], password: String? = nil) throws -> EmailChannel {
        var values: [String: JSONValue] = [
            "host": "127.0.0.1", "port": .integer(Int64(port)), "tls": "none", "connections": 2, "timeout": 5_000,
            "hello": "crm.example.com",
        ]
        for (name, value) in more { values[name] = value }
        return try EmailChannel(
            settings: Settings(values: values, secrets: password.map { ["password": Secret($0)] } ?? [:]),
            environment: .testing)
    }

    static func message(_ number: Int, to: String = "ann@example.org", text: String = "Hello.\n.\n..\n") -> OutgoingMessage {
        OutgoingMessage(
            id: "0190a1b2-0000-7000-8000-\(String(1_000_000_000_000 + number))", to: to, from: "shop@example.com",
            subject: "Hello \(number)",
            text: text, html: "<p>Hello</p>", unsubscribeURL: "https://example.com/u", topicClass: "marketing", person: "p")
    }

    @Test("it passes the conformance suite against a real server")
    func conformance() async throws {
        guard let server = try await StrictServer.start() else { return }
        defer { server.stop() }
        let (port, folder) = (server.port, server.folder)
        let report = await ChannelConformance(
            arrived: {
                // <id@domain>
                try StrictServer.received(in: folder).compactMap { $0["id"]?.string?.dropFirst().prefix(36) }.map(String.init)
            },
            make: { try Self.channel(port) }
        ).run()
        #expect(report.failures.isEmpty, "\(report)")
        #expect(report.checks > 20)
    }

    @Test("a mail that was made ready arrives as it was written last, and one that was not arrives too")
    func prepares() async throws {
        guard let server = try await StrictServer.start() else { return }
        defer { server.stop() }
        let channel = try Self.channel(server)
        let messages = (1...3).map { Self.message($0, text: "first \($0)") }
        await channel.prepare(Array(messages.dropFirst()) + [Self.message(1, to: "no address")])
        let again = Self.message(3, text: "second 3")
        let results = await channel.send([messages[0], messages[1], again])
        await channel.cleanup()
        #expect(results.allSatisfy { if case .sent = $0 { true } else { false } })
        let bodies = try server.received().compactMap { $0["text"]?.string?.trimmingCharacters(in: .whitespacesAndNewlines) }
        #expect(bodies.sorted() == ["first 1", "first 2", "second 3"])
    }

    @Test("fifty messages over two connections arrive once each, complete, with a Return-Path of their own")
    func sends() async throws {
        guard let server = try await StrictServer.start() else { return }
        defer { server.stop() }
        let channel = try Self.channel(server, ["return_path_domain": "bounce.example.com"])
        let messages = (1...50).map { Self.message($0) }
        let results = await channel.send(messages)
        await channel.cleanup()
        #expect(results.allSatisfy { if case .sent = $0 { true } else { false } })
        let received = try server.received()
        #expect(received.count == 50)
        #expect(Set(received.compactMap { $0["from"]?.string }) == Set(messages.map { "b-\($0.id)@bounce.example.com" }))
        #expect(received.allSatisfy { $0["text"]?.string == "Hello.\n.\n..\n" })
        #expect(Set(received.compactMap { $0["session"]?.integer }).count <= 2)
    }

    @Test(
        "what the server answers decides what becomes of the message",
        arguments: [
            ("450-later@example.org", "deferred"), ("550-unknown@example.org", "hard"), ("550-5.7.1@example.org", "blocked"),
            ("553-syntax@example.org", "invalid"), ("552-5.2.2@example.org", "soft"), ("data-554@example.org", "blocked"),
            ("data-451@example.org", "deferred"), ("not an address", "invalid"), ("hang-up@example.org", "doubt"),
        ])
    func answers(to: String, expected: String) async throws {
        guard let server = try await StrictServer.start() else { return }
        defer { server.stop() }
        let channel = try Self.channel(server)
        let results = await channel.send([Self.message(1, to: to), Self.message(2)])
        await channel.cleanup()
        let name =
            switch results[0] {
            case .sent: "sent"
            case .deferred: "deferred"
            case .bounced(let bounce, _): bounce.rawValue
            case .refused: "refused"
            case .inDoubt: "doubt"
            }
        #expect(name == expected, "\(results[0])")
        // One bad address does not harm the next message.
        if case .sent = results[1] {} else { Issue.record("the second message was not sent: \(results[1])") }
    }

    @Test("a server that is not there defers, and the probe says so in words")
    func unreachable() async throws {
        // Nothing listens on port 1.
        let channel = try EmailChannel(
            settings: Settings(values: ["host": "127.0.0.1", "port": 1, "tls": "none"]), environment: .testing)
        let results = await channel.send([Self.message(1)])
        guard case .deferred(_, let reason) = results[0] else {
            Issue.record("\(results)")
            return
        }
        #expect(!reason.isEmpty)
        await #expect(throws: Problem.self) { try await channel.probe() }
        await channel.cleanup()
    }

    @Test("the probe signs in, and says when the password is wrong", arguments: ["right", "wrong"])
    func signsIn(password: String) async throws {
        guard let server = try await StrictServer.start(certificate: true) else { return }
        defer { server.stop() }
        let channel = try Self.channel(
            server,
            ["username": "rapport", "tls": "starttls", "ca_file": .string(server.certificate), "host": "localhost"],
            password: password)
        if password == "right" {
            #expect(try await !channel.probe().findings.isEmpty)
            let results = await channel.send([Self.message(1)])
            if case .sent = results[0] {} else { Issue.record("\(results[0])") }
        } else {
            await #expect(throws: Problem.self) { try await channel.probe() }
            let results = await channel.send([Self.message(1)])
            if case .deferred = results[0] {} else { Issue.record("\(results[0])") }
        }
        await channel.cleanup()
    }

    @Test("a certificate that nobody vouches for is refused")
    func distrusts() async throws {
        guard let server = try await StrictServer.start(certificate: true) else { return }
        defer { server.stop() }
        let channel = try Self.channel(server, ["tls": "starttls", "host": "localhost"])
        let results = await channel.send([Self.message(1)])
        await channel.cleanup()
        if case .deferred = results[0] {} else { Issue.record("\(results[0])") }
        #expect(try server.received().isEmpty)
    }

    @Test("half a pair of options is refused by name", arguments: ["username", "dkim_domain"])
    func half(option: String) {
        #expect(throws: Problem.self) {
            try EmailChannel(
                settings: Settings(values: ["host": "localhost", option: "x"]), environment: .testing)
        }
    }
}
