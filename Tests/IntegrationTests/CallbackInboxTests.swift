import Crypto
import Foundation
import RapportCore
import RapportIntegration
import RapportPluginKit
import RapportStorage
import RapportTestKit
import Synchronization
import Testing

@Suite("Callbacks")
struct CallbackInboxTests {
    /// Makes an event of each callback, keeps a count in its store, and fails when told to.
    final class Listener: Channel {
        static let manifest = Manifest(
            id: "channel.listener", kind: .channel, version: "1.0.0", summary: "Listens.",
            settings: Spec([.init("token", .secret, help: "The token.")]),
            callbacks: [
                Callback(
                    path: "replies", verification: .hmac(header: "X-Sig", algorithm: "sha256", setting: "token", prefix: "v=")),
                Callback(path: "keyed", verification: .key(name: "key", setting: "token"), answer: .echo(parameter: "challenge")),
                Callback(path: "asked", verification: .none, answer: .plugin),
            ])

        let state: any PluginState
        let failures = Mutex(0)
        let rests = Mutex(false)

        init(settings: Settings, environment: PluginEnvironment) throws { state = environment.state }

        func send(_ messages: [OutgoingMessage]) async -> [SendResult] { [] }

        func receive(_ request: CallbackRequest) async throws -> CallbackResult {
            if rests.withLock({ $0 }) { throw Problem("plugin.resting", "it is left alone") }
            let fails = failures.withLock { left in
                left -= 1
                return left >= 0
            }
            let count = try await state.value("count")?.integer ?? 0
            try await state.set("count", .integer(count + 1))
            if fails { throw Problem("test.fails", "not now") }
            if request.path == "asked", request.body == Array("slow".utf8) { try await Task.sleep(for: .seconds(3)) }
            return CallbackResult(
                events: [
                    PluginEvent(
                        kind: "message.replied", identifiers: [Identifier(kind: "email", value: "ann@example.org")],
                        properties: ["text": .string(String(decoding: request.body, as: UTF8.self))])
                ], answer: "thanks")
        }
    }

    struct Lab {
        let log: LogLab
        let listener: Listener
        let inbox: CallbackInbox
        let state: DatabasePluginState

        init(_ database: any Database) throws {
            log = LogLab(database)
            state = DatabasePluginState("channels.mail", in: database)
            listener = try Listener(settings: Settings(values: [:]), environment: .testing(state: state))
            inbox = CallbackInbox(
                [.init(label: "channels.mail", plugin: listener) { $0 == "token" ? Secret("hunter22") : nil }],
                database: database, intake: PluginIntake(door: log.door), clock: log.clock)
        }

        func request(_ path: String, _ body: String, headers: [OutgoingMessage.Header] = [], query: [OutgoingMessage.Header] = [])
            -> CallbackRequest
        {
            CallbackRequest(
                path: path, method: "POST", query: query, headers: headers, body: Array(body.utf8), receivedAt: log.clock.now)
        }

        func signed(_ body: String, key: String = "hunter22") -> CallbackRequest {
            let code = HMAC<SHA256>.authenticationCode(for: Data(body.utf8), using: SymmetricKey(data: Data(key.utf8)))
            return request("replies", body, headers: [.init("x-sig", "v=" + code.map { String(format: "%02x", $0) }.joined())])
        }

        func waiting() async throws -> Int64? {
            try await log.database.read { db in try db.integer("SELECT COUNT(*) FROM callbacks WHERE state = 0") }
        }
    }

    static func with(_ kind: DatabaseKind, _ body: (Lab) async throws -> Void) async throws {
        try await TemporaryDatabase.with(kind, migrations: Migration.storage + [.plugins, .callbacks]) { try await body(Lab($0)) }
    }

    @Test(
        "a genuine callback is durable before it is answered, and its event and the plugin's state come in together",
        arguments: DatabaseKind.available)
    func genuine(kind: DatabaseKind) async throws {
        try await Self.with(kind) { (lab: Lab) async throws in
            #expect(try await lab.inbox.accept("mail", lab.signed("Yes")).status == 200)
            #expect(try await lab.waiting() == 1)
            #expect(try await lab.inbox.process() == 1)
            #expect(try await lab.waiting() == 0)
            #expect(try await lab.log.events().count == 1)
            #expect(try await lab.state.value("count") == 1)
            #expect(try await lab.inbox.process() == 0)
        }
    }

    @Test("a forged, unsigned or unknown callback leaves nothing behind", arguments: DatabaseKind.available)
    func forged(kind: DatabaseKind) async throws {
        try await Self.with(kind) { (lab: Lab) async throws in
            #expect(try await lab.inbox.accept("mail", lab.signed("Yes", key: "guess")).status == 401)
            #expect(try await lab.inbox.accept("mail", lab.request("replies", "Yes")).status == 401)
            #expect(try await lab.inbox.accept("mail", lab.request("keyed", "", headers: [.init("key", "wrong")])).status == 401)
            #expect(try await lab.inbox.accept("mail", lab.request("nothing", "")).status == 404)
            #expect(try await lab.inbox.accept("other", lab.signed("Yes")).status == 404)
            #expect(try await lab.waiting() == 0)
        }
    }

    @Test("a key in a header or in the address is as good as a signature, and a challenge is echoed")
    func keys() async throws {
        try await Self.with(.sqlite) { (lab: Lab) async throws in
            #expect(
                try await lab.inbox.accept("mail", lab.request("keyed", "", headers: [.init("KEY", "hunter22")])).status == 200)
            let query = [OutgoingMessage.Header("key", "hunter22")]
            #expect(try await lab.inbox.accept("channels.mail", lab.request("keyed", "", query: query)).status == 200)
            let answer = try await lab.inbox.accept("mail", lab.request("keyed", "", query: [.init("challenge", "abc")]))
            #expect(answer == CallbackAnswer(status: 200, body: "abc"))
            #expect(try await lab.waiting() == 2)
        }
    }

    @Test(
        "a callback that the plugin cannot use now is tried again later, and leaves no half of its work",
        arguments: DatabaseKind.available)
    func again(kind: DatabaseKind) async throws {
        try await Self.with(kind) { (lab: Lab) async throws in
            _ = try await lab.inbox.accept("mail", lab.signed("Yes"))
            lab.listener.failures.withLock { $0 = 1 }
            #expect(try await lab.inbox.process() == 1)
            #expect(try await lab.state.value("count") == nil)
            #expect(try await lab.log.events().isEmpty)
            #expect(try await lab.inbox.process() == 0)
            lab.log.clock.advance(by: .seconds(10))
            #expect(try await lab.inbox.process() == 1)
            #expect(try await lab.state.value("count") == 1)
            #expect(try await lab.log.events().count == 1)
        }
    }

    @Test("after ten failures a callback is kept, with its reason, and no longer tried")
    func givenUp() async throws {
        try await Self.with(.sqlite) { (lab: Lab) async throws in
            _ = try await lab.inbox.accept("mail", lab.signed("Yes"))
            lab.listener.failures.withLock { $0 = 100 }
            for _ in 1...12 {
                _ = try await lab.inbox.process()
                lab.log.clock.advance(by: .hours(1))
            }
            let reasons = try await lab.log.database.read { db in
                try db.all("SELECT reason FROM callbacks WHERE state = 1 ORDER BY id") { $0.text(0) }
            }
            #expect(reasons == ["not now"])
            #expect(lab.listener.failures.withLock { $0 } == 90)
        }
    }

    @Test("a plugin that answers itself is asked at once; one that is late is content to be tried later")
    func asked() async throws {
        try await Self.with(.sqlite) { (lab: Lab) async throws in
            #expect(try await lab.inbox.accept("mail", lab.request("asked", "hi")) == CallbackAnswer(status: 200, body: "thanks"))
            #expect(try await lab.log.events().count == 1)
            #expect(try await lab.waiting() == 0)
            #expect(try await lab.inbox.accept("mail", lab.request("asked", "slow")).status == 202)
            #expect(try await lab.waiting() == 1)
        }
    }

    @Test(
        "a signed request that comes again makes its event once; one under a key is another one",
        arguments: DatabaseKind.available)
    func replays(kind: DatabaseKind) async throws {
        try await Self.with(kind) { (lab: Lab) async throws in
            for _ in 1...3 { #expect(try await lab.inbox.accept("mail", lab.signed("Yes")).status == 200) }
            #expect(try await lab.inbox.process() == 3)
            #expect(try await lab.log.events().count == 1)
            #expect(try await lab.inbox.accept("mail", lab.signed("No")).status == 200)
            for _ in 1...2 {
                let keyed = lab.request("keyed", "Yes", headers: [.init("key", "hunter22")])
                #expect(try await lab.inbox.accept("mail", keyed).status == 200)
            }
            #expect(try await lab.inbox.process() == 3)
            #expect(try await lab.log.events().count == 4)
            #expect(try await lab.waiting() == 0)
        }
    }

    @Test("a body of any bytes is kept as it came, up to ten mebibytes and no further", arguments: DatabaseKind.available)
    func bodies(kind: DatabaseKind) async throws {
        try await Self.with(kind) { (lab: Lab) async throws in
            var request = lab.request("asked", "")
            var random = SplitMix64(seed: 7)
            request.body = (0..<CallbackInbox.maximumBody / 8).flatMap { _ in
                withUnsafeBytes(of: random.next()) { Array($0) }
            }
            request.path = "keyed"
            request.headers = [.init("key", "hunter22")]
            #expect(try await lab.inbox.accept("mail", request).status == 200)
            let kept = try await lab.log.database.read { db in try db.first("SELECT body FROM callbacks") { $0.bytes(0) } }
            #expect(kept == request.body)
            request.body.append(0)
            #expect(try await lab.inbox.accept("mail", request).status == 413)
        }
    }

    @Test("while its plugin is left alone, a callback waits and loses no attempt")
    func resting() async throws {
        try await Self.with(.sqlite) { (lab: Lab) async throws in
            _ = try await lab.inbox.accept("mail", lab.signed("Yes"))
            lab.listener.rests.withLock { $0 = true }
            for _ in 1...30 {
                _ = try await lab.inbox.process()
                lab.log.clock.advance(by: .minutes(1))
            }
            #expect(try await lab.waiting() == 1)
            lab.listener.rests.withLock { $0 = false }
            #expect(try await lab.inbox.process() == 1)
            #expect(try await lab.log.events().count == 1)
        }
    }
}
