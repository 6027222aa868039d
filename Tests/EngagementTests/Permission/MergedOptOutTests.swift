import RapportCore
import RapportEngagement
import RapportStorage
import RapportTestKit
import Testing

/// What opt-outs become when two records are made one, and two again.
@Suite("Opt-outs of merged people")
struct MergedOptOutTests {
    private static let (ann, ben) = ("ann@example.org", "ben@example.org")

    private func merge(_ loser: String, into survivor: String, _ shop: DecisionShop) async throws -> Int64 {
        shop.lab.clock.advance(by: .seconds(1))
        let (from, to, wall) = (try await shop.person(loser), try await shop.person(survivor), shop.lab.clock.now)
        return try await shop.lab.database.write { [lab = shop.lab] db in
            try Merger(folds: lab.folds, catalog: lab.catalog)
                .merge(from, into: to, actor: "test", reason: "test", wall: wall, in: db).id
        }
    }

    private func unmerge(_ id: Int64, _ shop: DecisionShop) async throws {
        shop.lab.clock.advance(by: .seconds(1))
        let wall = shop.lab.clock.now
        try await shop.lab.database.write { [lab = shop.lab] db in
            _ = try Merger(folds: lab.folds, catalog: lab.catalog).unmerge(id, wall: wall, in: db)
        }
    }

    @Test(
        "an opt-out of either stops the merged record; apart again, the other may be written to",
        arguments: DatabaseKind.available)
    func eitherStops(kind: DatabaseKind) async throws {
        try await DecisionShop.with(kind) { shop in
            for email in [Self.ann, Self.ben] { try await shop.consents(email) }
            try await shop.accept("permission.withdrawn", Self.ben, ["topic": "offers"])
            try await shop.lab.drain()
            #expect(try await shop.decide(Self.ann, Self.ben) == ["send", "permission.withdrawn"])
            let id = try await merge(Self.ben, into: Self.ann, shop)
            #expect(try await shop.decide(Self.ann) == ["permission.withdrawn"])
            try await unmerge(id, shop)
            try await shop.lab.drain()
            #expect(try await shop.decide(Self.ann, Self.ben) == ["send", "permission.withdrawn"])
        }
    }

    @Test("an opt-out made while they were one stays with both", arguments: DatabaseKind.available)
    func staysOnBoth(kind: DatabaseKind) async throws {
        try await DecisionShop.with(kind) { shop in
            for email in [Self.ann, Self.ben] { try await shop.consents(email) }
            try await shop.lab.drain()
            let id = try await merge(Self.ben, into: Self.ann, shop)
            shop.lab.clock.advance(by: .seconds(1))
            try await shop.accept("objection.made", Self.ben)
            // Before any step, and whoever is asked.
            #expect(try await shop.decide(Self.ann) == ["objection"])
            shop.lab.clock.advance(by: .seconds(1))
            try await unmerge(id, shop)
            try await shop.lab.drain()
            #expect(try await shop.decide(Self.ann, Self.ben) == ["objection", "objection"])
        }
    }

    struct Case: CustomTestStringConvertible {
        var kind: DatabaseKind
        var seed: UInt64
        var testDescription: String { "\(kind.testDescription), seed \(seed)" }
    }

    static let cases = DatabaseKind.available.flatMap { kind in (UInt64(1)...6).map { Case(kind: kind, seed: $0) } }

    /// One thing that somebody said, as a model that knows nothing of tables keeps it.
    private struct Said {
        var by: String
        var kind: String
        var at: Timestamp
        /// While the two were one record.
        var whileMerged: Bool

        var isOptOut: Bool { kind != "permission.granted" }
        var line: String { "\(kind) \(at.milliseconds)" }
    }

    @Test("after any merges, acts and unmerges the ledger is that of the events, and decisions follow it", arguments: cases)
    func anyOrder(_ test: Case) async throws {
        try await DecisionShop.with(test.kind) { shop in
            var generator = SplitMix64(seed: test.seed)
            var said: [Said] = []
            var merged: Int64?
            let kinds = [
                "permission.granted", "permission.withdrawn", "objection.made", "objection.lifted", "processing.restricted",
                "processing.released",
            ]
            for email in [Self.ann, Self.ben] {
                try await shop.consents(email, at: shop.lab.clock.now)
                said.append(Said(by: email, kind: "permission.granted", at: shop.lab.clock.now, whileMerged: false))
            }
            for _ in 0..<30 {
                shop.lab.clock.advance(by: .seconds(Int64.random(in: 1...60, using: &generator)))
                switch Int.random(in: 0..<10, using: &generator) {
                case 0, 1:
                    if let id = merged {
                        try await unmerge(id, shop)
                        merged = nil
                    } else {
                        merged = try await merge(Self.ben, into: Self.ann, shop)
                    }
                case 2, 3: try await shop.lab.drain()
                default:
                    let kind = try #require(kinds.randomElement(using: &generator))
                    let who = Bool.random(using: &generator) ? Self.ann : Self.ben
                    let at = shop.lab.clock.now
                    if kind == "permission.granted" {
                        try await shop.consents(who, at: at)
                    } else {
                        try await shop.accept(kind, who, at: at)
                    }
                    said.append(Said(by: who, kind: kind, at: at, whileMerged: merged != nil))
                }
            }
            try await shop.lab.drain()
            for who in merged == nil ? [Self.ann, Self.ben] : [Self.ann] {
                let own = said.filter { merged != nil || $0.by == who || ($0.whileMerged && $0.isOptOut) }
                #expect(try await ledger(of: who, shop) == Set(own.filter(\.isOptOut).map(\.line)), "\(who)")
                let verdict = try await shop.decide(who)
                #expect(verdict == [Self.expected(own)], "\(who): \(own.map(\.line))")
            }
        }
    }

    /// One opt-out, and who were one record with whoever made it when it was made.
    private struct Wish {
        var by: String
        var together: Set<String>
    }

    @Test(
        "merged within each other and taken apart in any order, an opt-out holds for all who were one record then",
        arguments: cases)
    func nested(_ test: Case) async throws {
        try await DecisionShop.with(test.kind) { shop in
            var generator = SplitMix64(seed: test.seed &* 77)
            let people = ["ann", "ben", "cleo", "dan"].map { "\($0)@example.org" }
            var numbers: [String: PersonID] = [:]
            for email in people {
                try await shop.consents(email)
                numbers[email] = try await shop.person(email)
            }
            try await shop.lab.drain()
            // Standing merges, by their number: the two who were merged.
            var merges: [Int64: (String, String)] = [:]
            func together(with one: String) -> Set<String> {
                var all: Set<String> = [one]
                while let next = merges.values.first(where: { all.contains($0.0) != all.contains($0.1) }) {
                    all.formUnion([next.0, next.1])
                }
                return all
            }
            var wishes: [Wish] = []
            for _ in 0..<24 {
                shop.lab.clock.advance(by: .seconds(Int64.random(in: 1...60, using: &generator)))
                let one = try #require(people.randomElement(using: &generator))
                switch Int.random(in: 0..<10, using: &generator) {
                case 0...3:
                    let other = try #require(people.randomElement(using: &generator))
                    guard !together(with: one).contains(other) else { continue }
                    let id = try await merge(other, into: one, shop)
                    // Whoever is merged into somebody lends them the name: the edge joins the same people.
                    merges[id] = (one, other)
                case 4...6:
                    guard let id = merges.keys.sorted().randomElement(using: &generator) else { continue }
                    try await unmerge(id, shop)
                    merges[id] = nil
                case 7: try await shop.lab.drain()
                default:
                    // By the link in a message that was made for one of them, which names a number and no address.
                    let event = NewEvent(
                        kind: "permission.withdrawn", source: "rapport", person: numbers[one], occurredAt: shop.lab.clock.now,
                        properties: ["topic": "offers"])
                    try await shop.lab.database.write { [lab = shop.lab, ledger = shop.ledger] db in
                        try ledger.record([event], try lab.door.accept([event], in: db), in: db)
                    }
                    wishes.append(Wish(by: one, together: together(with: one)))
                }
            }
            try await shop.lab.drain()
            for one in people {
                let now = together(with: one)
                let isOut = wishes.contains { !$0.together.isDisjoint(with: now) }
                #expect(try await shop.decide(one) == [isOut ? "permission.withdrawn" : "send"], "\(one), now \(now.sorted())")
            }
        }
    }

    private func ledger(of email: String, _ shop: DecisionShop) async throws -> Set<String> {
        let person = try await shop.person(email)
        return try await shop.lab.database.read { db in
            var lines: [String] = []
            func add(_ sql: SQL, _ word: (Row) -> String) throws {
                try db.each(sql) { lines.append("\(word($0)) \($0.integer(1))") }
            }
            try add("SELECT 0, at FROM withdrawals WHERE person = \(person)") { _ in "permission.withdrawn" }
            try add("SELECT lifts, at FROM objections WHERE person = \(person)") {
                $0.bool(0) ? "objection.lifted" : "objection.made"
            }
            try add("SELECT lifts, at FROM restrictions WHERE person = \(person)") {
                $0.bool(0) ? "processing.released" : "processing.restricted"
            }
            return Set(lines)
        }
    }

    /// The verdict by the ledger's rules in their shortest form: all scopes here are everything, all acts the person's own.
    private static func expected(_ said: [Said]) -> String {
        func last(_ kind: String) -> Timestamp? { said.filter { $0.kind == kind }.map(\.at).max() }
        func stands(_ made: String, _ lifted: String) -> Bool {
            guard let made = last(made) else { return false }
            return last(lifted).map { $0 <= made } ?? true
        }
        if stands("processing.restricted", "processing.released") { return "restricted" }
        if stands("objection.made", "objection.lifted") { return "objection" }
        return stands("permission.withdrawn", "permission.granted") ? "permission.withdrawn" : "send"
    }
}
