import RapportCore
import RapportEngagement
import RapportPluginKit
import RapportStorage
import RapportTestKit
import Synchronization

/// A small house for delivery tests: people in three partitions, one campaign, a channel that records, and a gate whose
/// answers the test writes.
struct DeliveryHouse {
    static let partitions = [3, 4, 5]

    let database: any Database
    let clock = VirtualClock()
    let mail = RecordingChannel()
    let outbox = RecordingChannel()
    let gate = ScriptedGate()
    let catalog = Catalog()
    let people: Int

    static let migrations =
        Migration.storage + [
            .permissions, .decisions, .preferences, .households, .frequency, .questions, .delivery, .campaigns, .holdOuts,
        ]

    var door: Door { Door(catalog: catalog, resolver: IdentityResolver()) }
    var ledger: PermissionLedger { PermissionLedger(catalog: catalog) }

    /// - Parameter service: whether the topic is of class service.
    static func with(
        _ kind: DatabaseKind, people: Int = 60, _ body: (DeliveryHouse) async throws -> Void
    ) async throws {
        try await TemporaryDatabase.with(kind, migrations: migrations) { database in
            let house = DeliveryHouse(database: database, people: people)
            try await house.prepare()
            try await body(house)
        }
    }

    private func prepare() async throws {
        let now = clock.now
        try await database.write { [people] db in
            try db.insert(
                into: "people",
                ["id", "public_id", "partition", "state", "anonymous", "created_at", "last_seen"],
                (1...Int64(people)).map {
                    [
                        .integer($0), .text("person-\($0)"), .integer(Int64(Self.partition(of: $0))), .integer(0), .integer(0),
                        .time(now), .time(now),
                    ]
                })
            for (name, unsubscribe) in [("spring", " {{unsubscribe_url}}"), ("receipt", "")] {
                let body: JSONValue = [
                    "tokens": ["first_name": ["fallback": "neighbour"]],
                    "languages": ["en": ["subject": "Hi {{first_name}}", "text": .string("Dear {{first_name}}\(unsubscribe)")]],
                ]
                try db.run(
                    """
                    INSERT INTO definitions (kind, name, version, body, applied_at, actor)
                    VALUES ('template', \(name), 1, \(body.text), \(now), 'test')
                    """)
            }
        }
    }

    static func partition(of person: PersonID) -> Int { partitions[Int(person) % partitions.count] }

    var audience: TestAudience { TestAudience() }
    let templates = TemplateStore()

    func desk(_ database: (any Database)? = nil) -> CampaignDesk {
        CampaignDesk(
            database: database ?? self.database, gatekeeper: gate, audience: audience, templates: templates, brands: ["shop"],
            channels: ["mail"], clock: clock)
    }

    func runner(_ database: (any Database)? = nil, slice: Int = 7) -> CampaignRunner {
        CampaignRunner(
            database: database ?? self.database, gatekeeper: gate, audience: audience, clock: clock, slice: slice)
    }

    func channels(rate: Int? = nil, bulk: Int = 10) -> SendingChannels {
        var capabilities = RecordingChannel.manifest.capabilities
        capabilities.bulk = bulk
        return SendingChannels(
            [SendingChannel(name: "mail", channel: mail, capabilities: capabilities, rate: rate)],
            outbox: SendingChannel(name: "outbox", channel: outbox, capabilities: capabilities))
    }

    func writer() throws -> MessageWriter {
        MessageWriter(
            signer: try LinkSigner(base: "https://news.example.com", keys: [LinkKey(id: 1, secret: Array(1...32))]),
            brands: [
                BrandIdentity(name: "shop", title: "The Shop", from: "hello@shop.example", postalAddress: "1 High Street")
            ])
    }

    func sender(
        _ database: (any Database)? = nil, policy: DeliveryPolicy = DeliveryPolicy(), rate: Int? = nil, locked: Bool = false
    ) throws -> Sender {
        Sender(
            database: database ?? self.database, door: door, gatekeeper: gate, contents: TestContents(), templates: templates,
            writer: try writer(), channels: channels(rate: rate), ledger: ledger, clock: clock, policy: policy,
            isLocked: { _ in locked })
    }

    func proofs(locked: Bool = false) throws -> ProofSender {
        ProofSender(
            database: database, templates: templates, contents: TestContents(), writer: try writer(), channels: channels(),
            clock: clock, isLocked: { _ in locked })
    }

    /// Takes the partitions over, as a worker does that starts after another died.
    func leases() async throws -> [Lease] {
        try await database.write { db in
            try db.run("UPDATE cursors SET epoch = epoch + 1")
            return try db.all("SELECT partition, epoch FROM cursors ORDER BY partition") {
                Lease(partition: $0.int(0), epoch: $0.integer(1))
            }.filter { Self.partitions.contains($0.partition) }
        }
    }

    static let plan = CampaignPlan(
        segment: "lapsed", template: "spring", topic: "offers", brand: "shop", channel: "mail", seeds: [])

    /// Drafts, approves and sends a campaign.
    @discardableResult
    func launch(_ plan: CampaignPlan = plan, name: String = "spring") async throws -> Campaign {
        _ = try await desk().draft(name, plan, actor: "ana")
        _ = try await desk().approve(name, actor: "ben")
        return try await desk().send(name, actor: "ana")
    }

    /// What a worker does, until there is nothing more to do now.
    func work(_ leases: [Lease], runner: CampaignRunner, sender: Sender) async throws {
        try await runner.tick()
        // The partitions where nobody lives would only take time.
        try await database.write { db in
            try db.run(
                "UPDATE campaign_slices SET done = 1 WHERE partition NOT IN \(list: Self.partitions.map { Int64($0) })")
        }
        for lease in leases { while try await runner.run(lease) {} }
        for lease in leases { while try await sender.round(lease).hasMore {} }
        try await runner.tick()
    }

    func work() async throws { try await work(leases(), runner: runner(), sender: sender()) }

    func events(_ kind: String) async throws -> [JSONValue] {
        try await database.read { db in
            try db.all(
                """
                SELECT e.properties FROM events e JOIN kinds k ON k.id = e.kind WHERE k.name = \(kind)
                ORDER BY e.partition, e.position
                """
            ) { try JSONValue(parsing: $0.text(0)) }
        }
    }

    func state(of person: PersonID, act: Int64 = 1) async throws -> (state: Int64, reason: Int64)? {
        try await database.read { db in
            try db.first("SELECT state, reason FROM messages WHERE person = \(person) AND act = \(act)") {
                ($0.integer(0), $0.integer(1))
            }
        }
    }
}

/// Answers as the test says; unasked, everybody may have everything.
final class ScriptedGate: Gatekeeper {
    struct Script {
        var proposals: [PersonID: ProposalAnswer] = [:]
        var answers: [PersonID: GateAnswer] = [:]
        var addresses: [PersonID: String] = [:]
        var judged = 0
    }

    let script = Mutex(Script())

    func answer(_ person: PersonID, _ answer: GateAnswer?) { script.withLock { $0.answers[person] = answer } }

    private func address(_ person: PersonID, _ script: Script) -> Identifier {
        Identifier(kind: "email", value: script.addresses[person] ?? "p\(person)@example.com")
    }

    func propose(_ people: [PersonID], for act: Act, notBefore: Timestamp?, wall: Timestamp, in db: Connection) throws
        -> [ProposalAnswer]
    {
        script.withLock { script in
            people.map { script.proposals[$0] ?? .queue(address($0, script), at: notBefore ?? wall, putOff: nil) }
        }
    }

    func judge(_ messages: [GateRequest], for act: Act, wall: Timestamp, in db: Connection) throws -> [GateAnswer] {
        script.withLock { script in
            script.judged += messages.count
            return messages.map { script.answers[$0.person] ?? .pass(address($0.person, script)) }
        }
    }

    func forecast(_ people: [PersonID], for act: Act, notBefore: Timestamp?, wall: Timestamp, in db: Connection) throws
        -> [ForecastAnswer]
    {
        script.withLock { script in
            people.map { person in
                switch script.proposals[person] {
                case .drop(let code): ForecastAnswer(person: person, verdict: .drop, reason: code, address: nil)
                default: ForecastAnswer(person: person, verdict: .send, reason: nil, address: address(person, script))
                }
            }
        }
    }
}

struct TestContents: PersonContents {
    func contents(of people: [PersonID], fields: Set<String>, in db: Connection) throws -> [PersonID: PersonContent] {
        Dictionary(
            people.map { ($0, PersonContent(publicID: "person-\($0)", values: ["first_name": "Anna"], language: "en")) }
        ) { first, _ in first }
    }
}

struct TestAudience: Audience {
    func segments(in db: Connection) throws -> [String] { ["lapsed"] }
    func size(of segment: String, in db: Connection) throws -> Int64 {
        try db.integer("SELECT COUNT(*) FROM people WHERE state = 0") ?? 0
    }
    func members(of segment: String, partition: Int, after person: PersonID, limit: Int, in db: Connection) throws -> [PersonID] {
        try db.all(
            """
            SELECT id FROM people WHERE partition = \(partition) AND state = 0 AND id > \(person) ORDER BY id LIMIT \(limit)
            """
        ) { $0.integer(0) }
    }
    func topics(in db: Connection) throws -> [String] { ["offers", "orders", "recalls"] }
    func topicClass(of topic: String, in db: Connection) throws -> TopicClass? {
        ["offers": .marketing, "orders": .service, "recalls": .notice][topic]
    }
}

/// A database that dies at its n-th write: the transaction is rolled back, or committed and the answer lost, and nothing
/// works afterwards, as after kill -9.
final class DyingDatabase: Database {
    struct Died: Error {}

    private let real: any Database
    private let writesLeft: Mutex<Int>
    private let commits: Bool

    init(_ real: any Database, atWrite number: Int, commits: Bool) {
        self.real = real
        writesLeft = Mutex(number)
        self.commits = commits
    }

    var isDead: Bool { writesLeft.withLock { $0 <= 0 } }
    var dialect: Dialect { real.dialect }

    func read<Result: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Result) async throws -> Result {
        guard !isDead else { throw Died() }
        return try await real.read(body)
    }

    func write<Result: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Result) async throws -> Result {
        let left = writesLeft.withLock { left in
            left -= 1
            return left
        }
        if left > 0 { return try await real.write(body) }
        if left == 0, commits { _ = try await real.write(body) }
        throw Died()
    }

    func announce() { real.announce() }
    func whenAnnounced(_ body: @escaping @Sendable () -> Void) { real.whenAnnounced(body) }

    func close() async throws {}
}
