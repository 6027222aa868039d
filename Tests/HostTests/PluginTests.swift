import Crypto
import Foundation
import RapportCore
import RapportEngagement
import RapportHost
import RapportIntegration
import RapportPluginKit
import RapportPluginProcess
import RapportStorage
import RapportTestKit
import Synchronization
import Testing

/// A plugin in Python within the whole house: what it sends, hears, keeps and passes on.
@Suite("A plugin in the house")
struct PluginTests {
    static let examples = URL(filePath: #filePath).appending(path: "../../../config/examples/plugins").standardizedFileURL.path

    private func withHouse(_ kind: DatabaseKind, _ body: (House) async throws -> Void) async throws {
        try await House.with(
            kind,
            """
            plugin_path: ['\(Self.examples)']
            channels: {mail: {plugin: channel.file, folder: mail, token: {file: token}}}
            """
        ) { house in
            try Data("hunter22".utf8).write(to: URL(filePath: "\(house.folder)/token"))
            try await body(house)
        }
    }

    private func callback(_ body: String, at now: Timestamp) -> CallbackRequest {
        let code = HMAC<SHA256>.authenticationCode(for: Data(body.utf8), using: SymmetricKey(data: Data("hunter22".utf8)))
        return CallbackRequest(
            path: "replies", method: "POST", query: [],
            headers: [.init("X-Signature", "sha256=" + code.map { String(format: "%02x", $0) }.joined())],
            body: Array(body.utf8), receivedAt: now)
    }

    private func messages(_ house: House) throws -> [JSONValue] {
        try house.files("mail").filter { $0.hasSuffix(".json") }.map {
            try JSONValue(parsing: [UInt8](FileManager.default.contents(atPath: "\(house.folder)/mail/\($0)") ?? Data()))
        }
    }

    @Test(
        "an event that names only a message reaches the person; an opt-out and an erasure reach the plugin, and the receipt says so",
        arguments: DatabaseKind.available)
    func loop(kind: DatabaseKind) async throws {
        try await withHouse(kind) { house in
            let rapport = house.rapport
            let channels = try rapport.makeChannels()
            let outreach = try await rapport.outreach(channels)
            let inbox = try rapport.callbackInbox(channels)
            let desk = try rapport.dutyDesk(channels)
            try await house.define()
            for name in ["Ana", "Ben"] { try await house.arrives(name, consenting: true) }
            try await house.work(outreach)
            try await house.campaign("first", outreach.desk)
            try await house.work(outreach)
            // Ten at a time and with HTML: the manifest of the plugin, not of its kind.
            #expect(try messages(house).map { $0["subject"]?.string ?? "" }.sorted() == ["Hello Ana", "Hello Ben"])
            let ana = try #require(try messages(house).first { $0["subject"] == "Hello Ana" })
            let id = try #require(ana["id"]?.string)

            // A reply that names the message and an address that nobody knows: it is Ana's all the same.
            let reply = callback(
                #"{"id":"r1","message":"\#(id)","from":"office@example.net","text":"Yes"}"#, at: rapport.clock.now)
            #expect(try await inbox.accept("mail", reply).status == 204)
            // Somebody sends the same again.
            #expect(try await inbox.accept("mail", reply).status == 204)
            #expect(try await inbox.process() == 2)
            try await house.work(outreach)
            let (person, replies) = try await rapport.database.read { db in
                let person = try #require(try People.find("ana@example.org", in: db))
                let replies = try db.all(
                    """
                    SELECT events.person, events.properties FROM events JOIN kinds ON kinds.id = events.kind
                    WHERE kinds.name = 'message.replied' ORDER BY events.partition, events.position
                    """
                ) { ($0.integer(0), $0.text(1)) }
                return (person, replies)
            }
            #expect(replies.map(\.0) == [person])
            let said = try JSONValue(parsing: replies.first?.1 ?? "{}")
            #expect(said["campaign"] == "first" && said["channel"] == "mail" && said["message"]?.string == id)
            #expect(try await rapport.database.read { try People.find("office@example.net", in: $0) } == nil)

            // An objection is passed on to the system behind the plugin.
            let who = [Identifier(kind: "email", value: "ana@example.org")]
            _ = try await rapport.door.accept(
                [NewEvent(kind: "objection.made", source: "phone", identifiers: who)], in: rapport.database)
            #expect(try await desk.process() == 1)
            let outs = try String(contentsOfFile: "\(house.folder)/mail/opt_outs.jsonl", encoding: .utf8)
            #expect(outs.contains("ana@example.org") && !outs.contains("ben@"))

            // An erasure, too, and the receipt says so.
            let publicID = try await rapport.database.read { try People.publicIDs(of: [person], in: $0)[person] ?? "" }
            #expect(try await rapport.eraser.erase(person, actor: "test", at: rapport.clock.now).isDone)
            let told = try await rapport.settleDuties(of: publicID)
            #expect(told.map(\.duty) == [.optOut, .erase])
            #expect(told.map(\.state) == [.done, .done], "\(told)")
            #expect(told.last?.instance == "channels.mail")
            #expect(try messages(house).map { $0["subject"]?.string ?? "" } == ["Hello Ben"])
            let left = try await rapport.database.read {
                try $0.integer("SELECT COUNT(*) FROM plugin_duties WHERE addresses <> ''")
            }
            #expect(left == 0)
            for channel in channels { await channel.channel.cleanup() }
        }
    }

    @Test("a hard bounce that names only a message suppresses its address at once", arguments: DatabaseKind.available)
    func bounce(kind: DatabaseKind) async throws {
        try await withHouse(kind) { house in
            let rapport = house.rapport
            let channels = try rapport.makeChannels()
            let outreach = try await rapport.outreach(channels)
            try await house.define()
            try await house.arrives("Ana", consenting: true)
            try await house.work(outreach)
            try await house.campaign("first", outreach.desk)
            try await house.work(outreach)
            let id = try #require(try messages(house).first?["id"]?.string)
            let events = [
                PluginEvent(kind: "message.bounced", properties: ["bounce": "hard"], id: "b1", message: "<\(id)@example.org>"),
                // Nobody's: another channel may not speak of it, and an id can be made up.
                PluginEvent(kind: "message.complained", id: "c1", message: "0190a1b2-0000-7000-8000-000000000001"),
            ]
            let refused = try await rapport.pluginIntake.accept(events, from: "channels.mail", in: rapport.database)
            let elsewhere = try await rapport.pluginIntake.accept(
                [PluginEvent(kind: "message.complained", id: "c2", message: id)], from: "channels.other", in: rapport.database)
            let suppressed = try await rapport.database.read { db in
                try db.integer("SELECT COUNT(*) FROM suppressions WHERE lifted_at = 0")
            }
            #expect(suppressed == 1, "\(refused) \(elsewhere)")
            try await house.work(outreach)
            try await house.campaign("second", outreach.desk)
            try await house.work(outreach)
            #expect(house.files("mail").count == 1)
            for channel in channels { await channel.channel.cleanup() }
        }
    }

    @Test(
        "a plugin that fails at its duty is asked again, later each time, until it has done it", arguments: DatabaseKind.available
    )
    func retried(kind: DatabaseKind) async throws {
        let clock = VirtualClock()
        try await TemporaryDatabase.with(kind, migrations: Migration.storage + [.plugins, .callbacks, .duties], clock: clock) {
            database in
            let log = LogLab(database)
            let email = Identifier(kind: "email", value: "ann@example.org")
            let answers = try await log.door.accept(
                [NewEvent(kind: "person.identified", source: "shop", identifiers: [email])], in: database)
            guard case .accepted(_, let person)? = answers.first else {
                Issue.record("\(answers)")
                return
            }
            let plan = DutyPlan([
                .init(label: "channels.mail", duties: [.erase], addresses: "email"),
                .init(label: "channels.text", duties: [.erase], addresses: "phone"),
                .init(label: "sources.crm", duties: [.optOut], addresses: nil),
            ])
            let now = clock.now
            try await database.write { db in try plan.note(.erase, of: person, at: now, now: now, in: db) }
            let plugin = Forgetful()
            let desk = DutyDesk(["channels.mail": plugin], database: database, clock: clock)
            for attempt in 1...3 {
                #expect(try await desk.process() == 1, "\(attempt)")
                #expect(try await desk.process() == 0)
                clock.advance(by: .minutes(5))
            }
            let id = try await database.read { try People.publicIDs(of: [person], in: $0)[person] ?? "" }
            let records = try await database.read { try DutyRecord.all(of: id, in: $0) }
            #expect(records.map(\.instance) == ["channels.mail"])
            #expect(records.first?.state == .done && records.first?.attempts == 3)
            #expect(plugin.asked.allSatisfy { $0 == [email] })
        }
    }

    /// Ends the process at a body that says so, and makes an event of any other.
    private static let poisonable = """
        import base64, json, os, sys
        def say(**m): print(json.dumps(m), flush=True)
        say(type="hello", protocol=1)
        for line in sys.stdin:
            m = json.loads(line)
            if m["type"] == "init": say(type="ready", re=m["id"])
            if m["type"] == "receive":
                body = base64.b64decode(m["request"]["body_base64"])
                if body.startswith(b"poison"): os._exit(9)
                events = [{"kind": "note.added", "identifiers": [{"kind": "email", "value": "ann@example.org"}]}]
                say(type="done", re=m["id"], events=events)
        """

    @Test(
        "a plugin that crashes on one request goes into quarantine; no request is lost, and the others are used when it is back",
        arguments: DatabaseKind.available)
    func poison(kind: DatabaseKind) async throws {
        let clock = VirtualClock()
        let folder = FileManager.default.temporaryDirectory.appending(path: "poison-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(Self.poisonable.utf8).write(to: folder.appending(path: "plugin.py"))
        let yaml = """
            {id: channel.poison, kind: channel, version: 1.0.0, summary: Dies., command: [python3, plugin.py], callbacks: [{path: in}]}
            """
        try Data(yaml.utf8).write(to: folder.appending(path: "plugin.yaml"))
        try await TemporaryDatabase.with(kind, migrations: Migration.storage + [.plugins, .callbacks], clock: clock) { database in
            let log = LogLab(database)
            let state = DatabasePluginState("channels.p", in: database)
            let plugin = try ExternalPlugin(folder: folder.path).make(
                Settings(values: [:]), .testing(clock: clock, state: state))
            let inbox = CallbackInbox(
                [.init(label: "channels.p", plugin: plugin) { _ in nil }], database: database,
                intake: PluginIntake(door: log.door), clock: clock)
            func send(_ body: String) async throws {
                let request = CallbackRequest(
                    path: "in", method: "POST", query: [], headers: [], body: Array(body.utf8), receivedAt: clock.now)
                #expect(try await inbox.accept("p", request).status == 200)
            }
            func left() async throws -> [String] {
                try await database.read { db in
                    try db.all("SELECT body FROM callbacks ORDER BY id") { String(decoding: $0.bytes(0), as: UTF8.self) }
                }
            }
            try await send("poison")
            // It crashes, is left alone a little longer each time, and at last in quarantine.
            var isQuarantined = false
            for _ in 0..<40 where !isQuarantined {
                _ = try await inbox.process()
                clock.advance(by: .minutes(1))
                isQuarantined = try await state.value(PluginProtocol.healthKey)?["state"] == "quarantined"
            }
            #expect(isQuarantined)
            try await send("one")
            try await send("two")
            _ = try await inbox.process()
            #expect(try await left() == ["poison", "one", "two"])
            #expect(try await log.events().isEmpty)
            for _ in 0..<200 where try await left() != ["poison"] {
                clock.advance(by: .minutes(1))
                _ = try await inbox.process()
            }
            #expect(try await left() == ["poison"])
            #expect(try await log.events().count == 2)
            // It is tried ten times in all, and kept with the reason.
            for _ in 0..<400 {
                clock.advance(by: .minutes(5))
                _ = try await inbox.process()
            }
            let kept = try await database.read { db in
                try db.all("SELECT state, attempts, reason FROM callbacks") { ($0.integer(0), $0.integer(1), $0.text(2)) }
            }
            #expect(kept.map(\.0) == [1] && kept.map(\.1) == [10], "\(kept)")
            #expect(kept.first?.2.contains("exit code 9") == true, "\(kept)")
            await plugin.cleanup()
        }
    }
}

/// Fails twice, then does what it is told.
private final class Forgetful: Channel {
    static let manifest = Manifest(
        id: "channel.forgetful", kind: .channel, version: "1.0.0", summary: "Forgets.", duties: [.erase])

    private let calls = Mutex<[[Identifier]]>([])
    var asked: [[Identifier]] { calls.withLock { $0 } }

    init() {}
    init(settings: Settings, environment: PluginEnvironment) throws {}
    func send(_ messages: [OutgoingMessage]) async -> [SendResult] { [] }
    func erase(_ addresses: [Identifier]) async throws -> Bool {
        let count = calls.withLock { calls in
            calls.append(addresses)
            return calls.count
        }
        guard count > 2 else { throw Problem("test.later", "not yet") }
        return true
    }
}
