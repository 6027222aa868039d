import RapportCore
import RapportEngagement
import RapportStorage
import RapportTestKit
import Testing

@Suite("Asking whether it still holds") struct QuestionTests {
    private static let fields: [(kind: String, name: String, body: JSONValue)] = [
        (
            "field", "job",
            ["purpose": "to talk shop", "freshness": "100d", "ask": ["worth": 80, "again": "60d", "declined": "300d"]]
        ),
        ("field", "pet", ["purpose": "to ask after it", "freshness": "100d", "ask": ["worth": 20, "at": ["call"]]]),
        ("field", "faith", ["purpose": "never asked", "freshness": "10d", "sensitive": true]),
        ("identifier", "email", ["ask": false]),
    ]

    @Test(
        "nobody is asked while all is fresh; then the most valuable, once a day, and not again soon",
        arguments: DatabaseKind.available)
    func story(kind: DatabaseKind) async throws {
        try await YearLab.with(kind) { lab in
            try await lab.apply(Self.fields)
            try await lab.says("ann", ["job": "Baker", "pet": "cat", "faith": "none", "city": "Leeds"], email: "ann@example.org")
            try await lab.settle()
            let ann = try await lab.person("ann")
            #expect(try await lab.desk.ask(ann, YearLab.contact()) == nil)
            lab.clock.set(YearLab.start + .days(150))
            let asked = try #require(try await lab.desk.ask(ann, YearLab.contact("till", "receipt-1")))
            #expect(asked.subject == "job" && asked.value == "Baker")
            #expect(asked.text(.english) == "Is your job still Baker?")
            // Before any step: the same contact has the same question, another has none.
            #expect(try await lab.desk.ask(ann, YearLab.contact("till", "receipt-1"))?.subject == "job")
            #expect(try await lab.desk.ask(ann, YearLab.contact("call")) == nil)
            try await lab.settle()
            #expect(try await lab.desk.ask(ann, YearLab.contact("till", "receipt-1"))?.subject == "job")
            #expect(try await lab.log.events().count == 2, "what was said, and one question")
            // The next day the other one, where it may be asked.
            lab.clock.advance(by: .days(1))
            #expect(try await lab.desk.ask(ann, YearLab.contact("till")) == nil)
            #expect(try await lab.desk.ask(ann, YearLab.contact("call"))?.subject == "pet")
            // Declined, it rests for longer than merely asked: 90 days from now.
            try await lab.desk.answer(ann, "pet", .declined, YearLab.contact())
            try await lab.settle()
            lab.clock.set(YearLab.start + .days(209))
            #expect(try await lab.desk.ask(ann, YearLab.contact()) == nil)
            lab.clock.set(YearLab.start + .days(210))
            #expect(try await lab.desk.ask(ann, YearLab.contact())?.subject == "job")
            #expect(try await lab.log.events().allSatisfy { !$0.properties.contains("faith") || $0.properties.contains("Baker") })
        }
    }

    @Test("an answer confirms or changes; a confirmed value stays and is young again", arguments: DatabaseKind.available)
    func answers(kind: DatabaseKind) async throws {
        try await YearLab.with(kind) { lab in
            try await lab.apply(Self.fields)
            try await lab.says("ann", ["job": "Baker", "pet": "cat"], email: "ann@example.org")
            try await lab.settle()
            let ann = try await lab.person("ann")
            lab.clock.set(YearLab.start + .days(150))
            try await lab.desk.answer(ann, "job", .holds, YearLab.contact())
            try await lab.desk.answer(ann, "pet", .changed("dog"), YearLab.contact())
            try await lab.settle()
            let record = try #require(try await lab.record("ann"))
            let (job, pet) = (try #require(record["job"]), try #require(record["pet"]))
            #expect(job.text == "Baker" && job.source == "crm" && job.confidence(at: lab.clock.now) == 1_000)
            #expect(pet.text == "dog" && pet.source == RecordEdits.person && pet.since == lab.clock.now)
            #expect(try await lab.log.fingerprints().contains("job \(lab.clock.now.milliseconds)") == false)
            await #expect(throws: Problem.self) { try await lab.desk.answer(ann, "faith", .holds, YearLab.contact()) }
            await #expect(throws: Problem.self) { try await lab.desk.answer(ann, "city", .changed("x"), YearLab.contact()) }
        }
    }

    @Test("confirming an address makes it young, and a new one comes beside it", arguments: DatabaseKind.available)
    func addresses(kind: DatabaseKind) async throws {
        try await YearLab.with(kind) { lab in
            try await lab.says("ann", [:], email: "ann@example.org")
            try await lab.settle()
            let ann = try await lab.person("ann")
            lab.clock.set(YearLab.start + .days(270))
            #expect(try await lab.record("ann")?.contacts.first?.freshness.confidence(at: lab.clock.now) == 500)
            #expect(try await lab.desk.ask(ann, YearLab.contact())?.value == "ann@example.org")
            try await lab.desk.answer(ann, "email", .holds, YearLab.contact())
            try await lab.settle()
            #expect(try await lab.record("ann")?.contacts.first?.confirmedAt == lab.clock.now)
            lab.clock.set(YearLab.start + .days(600))
            try await lab.desk.answer(ann, "email", .changed("Ann.Lee@Example.org"), YearLab.contact())
            try await lab.settle()
            let record = try #require(try await lab.record("ann"))
            #expect(record.identifiers.map(\.identifier.value).sorted() == ["ann", "ann.lee@example.org", "ann@example.org"])
            #expect(record.contacts.first?.since == lab.clock.now)
            let proven = try await lab.database.read { db in
                try db.all("SELECT address FROM address_confirmations WHERE person = \(ann) ORDER BY at DESC, address") {
                    $0.integer(0)
                }
            }
            let hashes = ["ann.lee@example.org", "ann@example.org"].map { AddressHash.of(Identifier(kind: "email", value: $0)) }
            #expect(proven == hashes, "the new one is written to")
        }
    }

    @Test(
        "merged, two have what both were asked; apart again, each has their own; erased, none", arguments: DatabaseKind.available)
    func merging(kind: DatabaseKind) async throws {
        try await YearLab.with(kind) { lab in
            try await lab.apply(Self.fields)
            try await lab.says("ann", ["job": "Baker", "pet": "cat"])
            try await lab.says("bob", ["job": "Smith", "pet": "dog"], source: "shop")
            try await lab.settle()
            lab.clock.set(YearLab.start + .days(150))
            let (ann, bob) = (try await lab.person("ann"), try await lab.person("bob"))
            #expect(try await lab.desk.ask(ann, YearLab.contact())?.subject == "job")
            try await lab.desk.answer(bob, "pet", .declined, YearLab.contact())
            try await lab.settle()
            let apart = try await lab.log.fingerprints()
            let merger = Merger(folds: lab.log.folds, participants: [SegmentMerging()], catalog: lab.log.catalog)
            let now = lab.clock.now
            let merge = try await lab.database.write { db in
                try merger.merge(bob, into: ann, actor: "test", reason: "test", wall: now, in: db)
            }
            try await lab.settle()
            lab.clock.advance(by: .days(2))
            // Both have been asked about: the job of one lately, the pet declined by the other.
            #expect(try await lab.desk.ask(ann, YearLab.contact()) == nil)
            _ = try await lab.database.write { db in try merger.unmerge(merge.id, wall: now, in: db) }
            try await lab.settle()
            #expect(try await lab.log.fingerprints() == apart)
            #expect(try await lab.desk.ask(ann, YearLab.contact())?.subject == "pet")
            #expect(try await lab.desk.ask(bob, YearLab.contact())?.subject == "job")
            try await lab.settle()
            try await lab.log.accept(NewEvent(kind: "person.erased", source: "rapport", person: ann, occurredAt: lab.clock.now))
            try await lab.settle()
            #expect(try await lab.database.read { try $0.integer("SELECT COUNT(*) FROM questions WHERE person = \(ann)") } == 0)
        }
    }

    @Test("two who ask at one moment get one question", arguments: DatabaseKind.available)
    func races(kind: DatabaseKind) async throws {
        try await YearLab.with(kind) { lab in
            try await lab.apply(Self.fields)
            try await lab.says("ann", ["job": "Baker", "pet": "cat"])
            try await lab.settle()
            lab.clock.set(YearLab.start + .days(150))
            let ann = try await lab.person("ann")
            let asked = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<6 { group.addTask { try await lab.desk.ask(ann, YearLab.contact()) != nil } }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(asked == 1)
        }
    }
}
