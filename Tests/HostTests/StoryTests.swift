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
    private func withHouse(_ kind: DatabaseKind, _ body: (House) async throws -> Void) async throws {
        try await House.with(
            kind,
            "channels: {outbox: {plugin: channel.outbox, folder: outbox, format: json}, mail: {plugin: channel.outbox, folder: mail, format: json}}",
            body)
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
            func members() async throws -> [Int64] {
                try await rapport.database.read { db in try SegmentStore.all(in: db).map(\.members) }
            }
            #expect(try await members() == [0], "who objects is in no segment for marketing")
            // Where they are asked about all the same, the decision says why not.
            let (store, now) = (rapport.definitions, rapport.clock.now)
            try await rapport.database.write { db in
                let body: JSONValue = ["expression": "has(identifier email)", "purpose": "service"]
                _ = try store.apply([.init(kind: "segment", name: "everyone", body: body)], actor: "test", now: now, in: db)
            }
            try await house.settle(outreach)
            #expect(try await members() == [2])
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
            #expect(try await eraser.erase(person, actor: "test", at: rapport.clock.now).isDone)
            #expect(try await !eraser.erase(person, actor: "test", at: rapport.clock.now).isDone)
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
