import RapportCore
import RapportStorage
import RapportTestKit
import Testing

@Suite("identity")
struct IdentityTests {
    @Test("an email seen twice is one person with one profile per source", arguments: DatabaseKind.available)
    func sameEmail(kind: DatabaseKind) async throws {
        try await IdentityStory.told(on: kind) { story in
            let first = try story.says("email a@x.org")
            let again = try story.says("email a@x.org, phone +4917012345678")
            let elsewhere = try story.says("phone +4917012345678", source: 2)
            #expect(first?.created == true)
            #expect(again?.person == first?.person && again?.profile == first?.profile && again?.created == false)
            #expect(elsewhere?.person == first?.person && elsewhere?.profile != first?.profile)
            #expect(try story.says("phone +4917012345678", source: 2)?.profile == elsewhere?.profile)
            #expect(try story.count("people") == 1)
        }
    }

    @Test("requests of one batch see each other", arguments: DatabaseKind.available)
    func batch(kind: DatabaseKind) async throws {
        try await IdentityStory.told(on: kind) { story in
            let found = try story.batchSays([
                "email a@x.org", "email b@x.org", "email a@x.org, loyalty 7", "loyalty 7", "email null",
            ])
            #expect(found[0]?.person == found[2]?.person && found[2]?.person == found[3]?.person)
            #expect(found[0]?.profile == found[3]?.profile)
            #expect(found[1]?.person != found[0]?.person)
            #expect(found[4] == nil)
            let partition = try story.db.integer("SELECT partition FROM people WHERE id = \(found[0]?.person)")
            #expect(partition == found[0].map { Int64($0.partition) })
        }
    }

    @Test("who was anonymous becomes known under the same person", arguments: DatabaseKind.available)
    func anonymousToKnown(kind: DatabaseKind) async throws {
        try await IdentityStory.told(on: kind) { story in
            let visitor = try story.says("device d1")
            #expect(try story.isAnonymous(visitor?.person))
            let customer = try story.says("device d1, email a@x.org")
            #expect(customer?.person == visitor?.person && customer?.mergeDue == false)
            #expect(try !story.isAnonymous(visitor?.person))
            #expect(try story.says("device d1")?.person == visitor?.person)
        }
    }

    @Test("who was anonymous and turns out to be known is to be merged at once", arguments: DatabaseKind.available)
    func anonymousIsSomebody(kind: DatabaseKind) async throws {
        try await IdentityStory.told(on: kind) { story in
            let known = try story.says("email a@x.org")
            let visitor = try story.says("device d1")
            let login = try story.says("device d1, email a@x.org")
            #expect(login?.person == known?.person && login?.mergeDue == true)
            #expect(known?.person != visitor?.person)
            #expect(try story.reviews() == ["1-2 device due"])
        }
    }

    @Test("a shared tablet merges nobody", arguments: DatabaseKind.available)
    func sharedTablet(kind: DatabaseKind) async throws {
        try await IdentityStory.told(on: kind) { story in
            let anna = try story.says("device tablet, email anna@x.org")
            let ben = try story.says("device tablet, email ben@x.org")
            #expect(anna?.person != ben?.person)
            let somebody = try story.says("device tablet")
            #expect(somebody?.created == true)
            #expect(try story.isAnonymous(somebody?.person))
            #expect(try story.says("device tablet")?.person == somebody?.person)
            #expect(try story.says("device tablet, email carl@x.org")?.created == true)
            #expect(try story.reviews() == [])
        }
    }

    @Test("a role mailbox merges nobody, and alone it is a person of its own", arguments: DatabaseKind.available)
    func roleMailbox(kind: DatabaseKind) async throws {
        try await IdentityStory.told(on: kind) { story in
            let one = try story.says("external.crm 1, email info@x.org")
            let two = try story.says("external.crm 2, email info@x.org")
            #expect(one?.person != two?.person)
            let mailbox = try story.says("email info@x.org")
            #expect(mailbox?.created == true)
            #expect(try !story.isAnonymous(mailbox?.person))
            #expect(try story.says("email info@x.org")?.person == mailbox?.person)
            #expect(try story.says("external.crm 1, email info@x.org")?.person == one?.person)
            #expect(try story.reviews() == [])
        }
    }

    @Test("two customer numbers on one email are two people, for review", arguments: DatabaseKind.available)
    func twoNumbers(kind: DatabaseKind) async throws {
        try await IdentityStory.told(on: kind) { story in
            let one = try story.says("external.crm 1, email family@x.org")
            let two = try story.says("external.crm 2, email family@x.org")
            #expect(two?.created == true)
            #expect(try story.reviews() == ["1-2 email open"])
            #expect(try story.says("email family@x.org")?.person == one?.person)
            #expect(try story.says("external.crm 2")?.person == two?.person)
            let addresses = try story.db.integer("SELECT count(*) FROM identifiers WHERE value = 'family@x.org'")
            #expect(addresses == 2)
        }
    }

    @Test("a new loyalty card on a known customer number is the same customer", arguments: DatabaseKind.available)
    func newCard(kind: DatabaseKind) async throws {
        try await IdentityStory.told(on: kind) { story in
            let one = try story.says("external.crm 1, loyalty 10")
            #expect(try story.says("external.crm 1, loyalty 11")?.person == one?.person)
            #expect(try story.says("loyalty 11")?.person == one?.person)
            #expect(try story.says("external.shop 5, external.crm 1")?.person == one?.person)
        }
    }

    @Test("two people with one landline are two people", arguments: DatabaseKind.available)
    func landline(kind: DatabaseKind) async throws {
        try await IdentityStory.told(on: kind) { story in
            let anna = try story.says("email anna@x.org, landline +4930901820")
            let ben = try story.says("email ben@x.org, landline +4930901820")
            #expect(anna?.person != ben?.person)
            #expect(try story.reviews() == [])
        }
    }

    @Test("identifiers of two known people go to the stronger one, and the pair to review", arguments: DatabaseKind.available)
    func strongest(kind: DatabaseKind) async throws {
        try await IdentityStory.told(on: kind) { story in
            let anna = try story.says("email anna@x.org")
            let phone = try story.says("phone +4917012345678")
            let both = try story.says("phone +4917012345678, email anna@x.org")
            #expect(both?.person == anna?.person && both?.person != phone?.person)
            #expect(try story.reviews() == ["1-2 phone open"])
        }
    }

    @Test("a value said of more people than the rules allow is shared from then on", arguments: DatabaseKind.available)
    func crowd(kind: DatabaseKind) async throws {
        try await IdentityStory.told(on: kind) { story in
            for number in 1...6 { _ = try story.says("external.crm \(number), email club@x.org") }
            let reviews = try story.reviews().count
            let seventh = try story.says("external.crm 7, email club@x.org")
            #expect(seventh?.created == true)
            #expect(try story.reviews().count == reviews)
            let club = try story.says("email club@x.org")
            #expect(club?.created == true)
            #expect(try story.says("email club@x.org")?.person == club?.person)
            #expect(try story.says("email club@x.org", source: 3)?.person == club?.person)
        }
    }

    @Test("the same seed makes the same public ids", arguments: DatabaseKind.available)
    func seeded(kind: DatabaseKind) async throws {
        let ids = IDs()
        for _ in 0..<2 {
            try await TemporaryDatabase.with(kind) { database in
                let id = try await database.write { db in
                    _ = try IdentityStory(db).says("email a@x.org")
                    return try db.text("SELECT public_id FROM people WHERE id = 1")
                }
                await ids.add(id ?? "")
            }
        }
        #expect(await ids.all.count == 1)
    }

    @Test("a batch is told apart as the same requests one by one", arguments: DatabaseKind.available)
    func batchOrSingly(kind: DatabaseKind) async throws {
        for seed in 0..<(kind == .sqlite ? 40 : 6) as Range<UInt64> {
            var generator = SplitMix64(seed: seed)
            let pool =
                (0..<4).map { "external.shop \($0)x" } + (0..<3).map { "device d\($0)" } + ["email a@x.org", "email b@x.org"]
            let lines = (0..<12).map { _ in
                Set((0..<Int.random(in: 1...3, using: &generator)).compactMap { _ in pool.randomElement(using: &generator) })
                    .sorted().joined(separator: ", ")
            }
            let told = try await TemporaryDatabase.with(kind) { database in
                try await database.write { db in
                    try Told(lines: [lines.prefix(4).map { [$0] }, [Array(lines.dropFirst(4))]], in: db)
                }
            }
            let singly = try await TemporaryDatabase.with(kind) { database in
                try await database.write { db in try Told(lines: [lines.map { [$0] }], in: db) }
            }
            #expect(told == singly, "seed \(seed): \(lines)")
        }
    }

    /// What is known after some batches.
    private struct Told: Equatable {
        var answers: [[Int64]] = []
        var identifiers: [String]
        var reviews: [String]

        init(lines: [[[String]]], in db: Connection) throws {
            let story = IdentityStory(db)
            for batch in lines.joined() {
                answers += try story.batchSays(batch).map { [$0?.person ?? 0, $0?.profile ?? 0, $0?.created == true ? 1 : 0] }
            }
            identifiers = try db.all("SELECT kind, value, holder, profile, person FROM identifiers ORDER BY kind, value, holder")
            {
                "\($0.integer(0)) \($0.text(1)) \($0.integer(2)) \($0.integer(3)) \($0.integer(4))"
            }
            reviews = try story.reviews()
        }
    }

    actor IDs {
        var all: Set<String> = []
        func add(_ id: String) { all.insert(id) }
    }
}
