import Foundation
import RapportCore
import RapportEngagement
import RapportHost
import RapportPluginKit
import RapportRegistered
import RapportStorage
import RapportTestKit
import Testing

/// A whole house in one process, wired as the apps wire it: from who somebody is to a message in a folder.
@Suite("The whole story")
struct StoryTests {
    private static let definitions = """
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

    private struct House {
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
            try Data(StoryTests.definitions.utf8).write(to: URL(filePath: "\(folder)/definitions.yaml"))
            let store = rapport.definitions
            let drafts = try DefinitionFolder("\(folder)/definitions.yaml", handlers: store.handlers).drafts
            let now = rapport.clock.now
            try await rapport.database.write { db in try store.apply(drafts, actor: "test", now: now, in: db) }
        }

        /// Steps and delivers until nothing moves any more.
        func work(_ outreach: Outreach) async throws {
            for _ in 0..<200 {
                let steps = try await rapport.runner.drain(leases)
                let isBusy = try await outreach.loop.pass(leases)
                if steps.events == 0, steps.timers == 0, !isBusy { return }
            }
            Issue.record("the house does not come to rest")
        }

        func campaign(_ name: String, _ desk: CampaignDesk) async throws {
            let plan = CampaignPlan(segment: "everyone", template: "hello", topic: "offers", brand: "house", channel: "mail")
            _ = try await desk.draft(name, plan, actor: "ana")
            _ = try await desk.approve(name, actor: "ben")
            _ = try await desk.send(name, actor: "ana")
        }
    }

    private func withHouse(_ kind: DatabaseKind, _ body: (House) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "story-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await TemporaryDatabase.withURL(kind, migrations: []) { url in
            let yaml = """
                database: \(url)
                journal: wishes.jsonl
                brands: {house: {title: The House, from: house@example.org, postal_address: 1 High Street}}
                channels:
                  outbox: {plugin: channel.outbox, folder: outbox, format: json}
                  mail: {plugin: channel.outbox, folder: mail, format: json}
                """
            let configuration = try Configuration(YAMLNode(parsing: yaml), file: nil, folder: folder, environment: [:])
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

    @Test(
        "from a sign-up through a live segment and a campaign to a message, with an opt-out that the journal keeps",
        arguments: DatabaseKind.available)
    func story(kind: DatabaseKind) async throws {
        try await withHouse(kind) { house in
            let rapport = house.rapport
            let outreach = try await rapport.outreach(rapport.makeChannels())
            try await house.define()
            try await house.arrives("Ana", consenting: true)
            try await house.arrives("Ben", consenting: false)
            try await house.arrives("Cleo", consenting: true)
            try await house.work(outreach)
            try await house.campaign("first", outreach.desk)
            try await house.work(outreach)
            #expect(try house.subjects("mail") == ["Hello Ana", "Hello Cleo"])
            let report = try await outreach.desk.report("first")
            #expect((report.asked, report.decided, report.sent) == (3, 2, 2))
            #expect(report.reasons == ["dropped:permission.none": 1])

            // Ana follows the link of her message.
            let message = try #require(
                house.files("mail").map { FileManager.default.contents(atPath: "\(house.folder)/mail/\($0)") ?? Data() }
                    .map { try JSONValue(parsing: [UInt8]($0)) }.first { $0["subject"]?.string == "Hello Ana" })
            let token = message["unsubscribe_url"]?.string?.split(separator: "/").last.map { String($0) }
            let page = try await outreach.unsubscribing.end(try #require(token), .topicOnChannel, oneClick: true)
            #expect(page?.topic.hasEnded == true)
            let wishes = try await Journal(path: "\(house.folder)/wishes.jsonl").entries().entries
            #expect(wishes.map(\.kind) == [.optOut])
            try await house.campaign("second", outreach.desk)
            try await house.work(outreach)
            #expect(try house.subjects("mail") == ["Hello Ana", "Hello Cleo", "Hello Cleo"])
            let verified = try await rapport.logVerifier().verify()
            #expect(verified.differences.isEmpty)
        }
    }

    @Test(
        "merged people get one message and keep the opt-outs of both; unmerged ones are two again, and both stay opted out",
        arguments: DatabaseKind.available)
    func merged(kind: DatabaseKind) async throws {
        try await withHouse(kind) { house in
            let rapport = house.rapport
            let outreach = try await rapport.outreach(rapport.makeChannels())
            try await house.define()
            try await house.arrives("Ana", consenting: true)
            try await house.arrives("Annie", consenting: true)
            try await house.work(outreach)
            let people = try await rapport.database.read { db in
                try ["ana@example.org", "annie@example.org"].map { try People.find($0, in: db) ?? 0 }
            }
            let merge = try await rapport.database.write { db in
                try rapport.merger.merge(people[1], into: people[0], actor: "ben", reason: "one voice", wall: db.now(), in: db)
            }
            try await house.work(outreach)
            try await house.campaign("one", outreach.desk)
            try await house.work(outreach)
            #expect(house.files("mail").count == 1)

            // While both are taken for one, the one objects by the other's address.
            let annie = Identifier(kind: "email", value: "annie@example.org")
            let answers = try await rapport.door.accept(
                [NewEvent(kind: "objection.made", source: "phone", identifiers: [annie])], in: rapport.database)
            #expect(answers.allSatisfy { $0.ref != nil })
            try await house.work(outreach)
            _ = try await rapport.database.write { db in try rapport.merger.unmerge(merge.id, wall: db.now(), in: db) }
            try await house.work(outreach)
            let members = try await rapport.database.read { db in try SegmentStore.all(in: db).map(\.members) }
            #expect(members == [2])
            try await house.campaign("two", outreach.desk)
            try await house.work(outreach)
            #expect(house.files("mail").count == 1)
            let report = try await outreach.desk.report("two")
            #expect(report.reasons == ["dropped:objection": 2])
            #expect(try await rapport.logVerifier().verify().differences.isEmpty)
        }
    }

    @Test("an opt-out is in force once it is accepted, whoever brings it", arguments: DatabaseKind.available)
    func atOnce(kind: DatabaseKind) async throws {
        try await withHouse(kind) { house in
            let rapport = house.rapport
            try await house.arrives("Ana", consenting: true)
            let intake = Intake(database: rapport.database, door: rapport.door)
            let ana = Identifier(kind: "email", value: "ana@example.org")
            _ = try await intake.accept([NewEvent(kind: "objection.made", source: "track.shop", identifiers: [ana])])
            // No step has seen it.
            #expect(try await rapport.database.read { try $0.integer("SELECT count(*) FROM objections") } == 1)
            #expect(try await rapport.configuration.wishes.entries().entries.map(\.kind) == [.objection])
        }
    }

    @Test("a locked database writes to the outbox and nowhere else, until it is unlocked", arguments: DatabaseKind.available)
    func locked(kind: DatabaseKind) async throws {
        try await withHouse(kind) { house in
            let rapport = house.rapport
            let outreach = try await rapport.outreach(rapport.makeChannels())
            try await house.define()
            try await house.arrives("Ana", consenting: true)
            try await house.work(outreach)
            try await rapport.database.write { try DatabaseLock.lock($0, because: "restored from a backup") }
            try await house.campaign("first", outreach.desk)
            try await house.work(outreach)
            #expect(house.files("mail").isEmpty)
            #expect(try house.subjects("outbox") == ["Hello Ana"])
            try await rapport.database.write {
                try DatabaseLock.unlock($0, named: DatabaseLock.machine, machine: DatabaseLock.machine)
            }
            try await house.campaign("second", outreach.desk)
            try await house.work(outreach)
            #expect(try house.subjects("mail") == ["Hello Ana"])
        }
    }

    @Test("an erasure is kept in the journal, and done again after a restore", arguments: DatabaseKind.available)
    func erased(kind: DatabaseKind) async throws {
        try await withHouse(kind) { house in
            let rapport = house.rapport
            try await house.arrives("Ana", consenting: true)
            _ = try await rapport.runner.drain(house.leases)
            let backup = "\(house.folder)/monday.gz"
            _ = try await Backup.write(rapport.database, to: backup)
            let wishes = rapport.configuration.wishes
            let eraser = rapport.eraser
            let person = try #require(try await rapport.database.read { try People.find("ana@example.org", in: $0) })
            #expect(try await eraser.erase(person, actor: "test", at: rapport.clock.now))
            #expect(try await !eraser.erase(person, actor: "test", at: rapport.clock.now))
            _ = try await rapport.runner.drain(house.leases)
            #expect(try await rapport.database.read { try People.find("ana@example.org", in: $0) } == nil)
            try await TemporaryDatabase.with(kind, migrations: []) { database in
                let summary = try await Restore(migrations: Host.migrations, journal: wishes, replayers: Host.replayers)
                    .run(backup, into: database)
                #expect((summary.journalled, summary.replayed) == (1, 1))
                #expect(try await database.read { try People.find("ana@example.org", in: $0) } == nil)
                #expect(try await database.read { try DatabaseLock.isLocked($0, machine: DatabaseLock.machine) })
            }
        }
    }
}
