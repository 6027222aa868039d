import Foundation
import RapportCore
import RapportEngagement
import RapportHost
import RapportPluginKit
import RapportRegistered
import RapportStorage
import RapportTestKit
import Testing

/// A whole house in one process, wired as the apps wire it: a brand, a topic, a segment of everyone, and a template.
struct House {
    static let definitions = """
        topics:
          offers: {class: marketing, title: Offers}
        permission:
          default: {source: the test, rules: [{class: marketing, bases: [consent]}]}
        guards:
          house: {zone: UTC}
        fields:
          first_name: {type: text, purpose: to greet}
        segments:
          everyone: has(identifier email)
        templates:
          hello:
            tokens: {first_name: {fallback: neighbour}}
            languages:
              en: {subject: "Hello {{first_name}}", text: "No more: {{unsubscribe_url}}"}
        """

    let rapport: Rapport
    let folder: String
    let leases: [Lease]

    func files(_ channel: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(channel)"))?.sorted() ?? []
    }

    func subjects(_ channel: String) throws -> [String] {
        try files(channel).map { file in
            let data = FileManager.default.contents(atPath: "\(folder)/\(channel)/\(file)") ?? Data()
            return try JSONValue(parsing: [UInt8](data))["subject"]?.string ?? ""
        }.sorted()
    }

    func arrives(_ name: String, consenting: Bool) async throws {
        let email = Identifier(kind: "email", value: "\(name.lowercased())@example.org")
        var events = [
            NewEvent(
                kind: "person.identified", source: "shop", identifiers: [email],
                properties: ["fields": ["first_name": .string(name)]])
        ]
        if consenting {
            events.append(
                NewEvent(
                    kind: "permission.granted", source: "shop", identifiers: [email],
                    properties: [
                        "brand": "house", "topic": "offers", "channel": "email", "basis": "consent", "where": "till",
                    ]))
        }
        let answers = try await rapport.door.accept(events, in: rapport.database)
        #expect(answers.allSatisfy { $0.ref != nil })
    }

    func define() async throws {
        try Data(House.definitions.utf8).write(to: URL(filePath: "\(folder)/definitions.yaml"))
        let store = rapport.definitions
        let drafts = try DefinitionFolder("\(folder)/definitions.yaml", handlers: store.handlers).drafts
        let now = rapport.clock.now
        try await rapport.database.write { db in try store.apply(drafts, actor: "test", now: now, in: db) }
    }

    /// Steps and delivers until nothing moves any more.
    func work(_ outreach: Outreach) async throws {
        var last = ""
        for _ in 0..<200 {
            try await rapport.countSegments()
            let steps = try await rapport.runner.drain(leases)
            let isBusy = try await outreach.loop.pass(leases)
            if steps.events == 0, steps.timers == 0, !isBusy { return }
            last = "\(steps.events) events, \(steps.timers) timers, \(isBusy ? "sending" : "sending nothing")"
        }
        Issue.record("the house does not come to rest: \(last)")
    }

    /// The same, until every segment is live: filling goes on by moments of its own.
    func settle(_ outreach: Outreach) async throws {
        for _ in 0..<200 {
            try await work(outreach)
            let waiting = try await rapport.database.read { db in
                try db.integer("SELECT COUNT(*) FROM segment_fills") ?? 0
            }
            if waiting == 0 { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("segments are not filled")
    }

    func campaign(_ name: String, _ desk: CampaignDesk) async throws {
        let plan = CampaignPlan(segment: "everyone", template: "hello", topic: "offers", brand: "house", channel: "mail")
        _ = try await desk.draft(name, plan, actor: "ana")
        _ = try await desk.approve(name, actor: "ben")
        _ = try await desk.send(name, actor: "ana")
    }

    /// - Parameter more: what rapport.yaml says beside database, journal and brand.
    static func with(
        _ kind: DatabaseKind, _ more: String, environment: [String: String] = [:], _ body: (House) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "story-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await TemporaryDatabase.withURL(kind, migrations: []) { url in
            let yaml = """
                database: \(url)
                journal: wishes.jsonl
                brands: {house: {title: The House, from: house@example.org, postal_address: 1 High Street}}
                \(more)
                """
            let configuration = try Configuration(YAMLNode(parsing: yaml), file: nil, folder: folder, environment: environment)
            let rapport = try await Host.bootstrap(configuration, plugins: RegisteredPlugins.all, migrating: true)
            do {
                let leases = try await rapport.database.write { try Leases(worker: "story", span: .days(1)).refresh(in: $0) }
                try await body(House(rapport: rapport, folder: folder, leases: leases))
                try await rapport.close()
            } catch {
                try? await rapport.close()
                throw error
            }
        }
    }
}
