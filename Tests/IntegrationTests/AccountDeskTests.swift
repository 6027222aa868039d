import RapportCore
import RapportIntegration
import RapportStorage
import RapportTestKit
import Testing

@Suite("Finding companies that are one")
struct AccountDeskTests {
    private struct Lab {
        let log: LogLab
        let desk: AccountDesk
        let clock: VirtualClock

        init(_ database: any Database, _ clock: VirtualClock, mode: MatchingSettings.Mode = .merge) {
            self.clock = clock
            log = LogLab(database, clock: clock, folds: [RecordsFold()], reactors: [MatchQueueReactor()])
            var settings = MatchingSettings.standard
            settings.mode = mode
            desk = AccountDesk(database: database, clock: clock, settings: settings)
        }

        /// `"crm:A-17"` with fields.
        func says(_ key: String, _ fields: [String: String]) async throws {
            clock.advance(by: .minutes(1))
            let parts = key.split(separator: ":").map(String.init)
            let said = JSONValue.object(fields.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })
            try await log.accept(
                NewEvent(
                    kind: RecordKind.account.eventKind, source: parts[0],
                    properties: ["id": .string(parts[1]), "fields": said]))
            try await log.drain()
            try await desk.settle()
        }

        /// The pairs with a verdict, as `crm:1 erp:2`, with what keeps them.
        func pairs(_ verdict: AccountPair.Verdict) async throws -> [String] {
            try await log.database.read { db in
                try AccountPair.list(verdict, limit: 100, in: db).map { pair in
                    [pair.one, pair.other].map { "\($0.source):\($0.external)" }.sorted().joined(separator: " ")
                        + (pair.conflict.isEmpty ? "" : " (\(pair.conflict))")
                }.sorted()
            }
        }

        func account(_ key: String) async throws -> HouseRecord? {
            try await log.database.read { db in try HouseRecord.find(.account, key, in: db) }
        }
    }

    private static func told(_ kind: DatabaseKind, mode: MatchingSettings.Mode = .merge, _ body: (Lab) async throws -> Void)
        async throws
    {
        let clock = VirtualClock()
        try await TemporaryDatabase.with(kind, clock: clock) { database in try await body(Lab(database, clock, mode: mode)) }
    }

    private static let wind = [
        "name": "North Wind Logistics Ltd", "website": "https://www.northwind.example", "phone": "+44 20 7946 0018",
        "postcode": "EC1A 1BB", "city": "London", "street": "12 Long Lane", "vat_number": "GB123456789",
    ]

    @Test(
        "the firm that sales and accounting call differently is one, linked; each keeps its own fields",
        arguments: DatabaseKind.available)
    func linked(kind: DatabaseKind) async throws {
        try await Self.told(kind) { lab in
            try await lab.says("crm:A-17", Self.wind)
            let typed = Self.wind.merging([
                "name": "Northwind Logistics", "website": "northwind.example/uk", "vat_number": "123456789",
            ]) { $1 }
            try await lab.says("erp:4711", typed)
            try await lab.says("erp:4712", ["name": "Blue Harbour Foods", "city": "Hull", "postcode": "HU1 1AA"])
            #expect(try await lab.pairs(.same) == ["crm:A-17 erp:4711"])
            #expect(try await lab.pairs(.open) == [])
            let one = try #require(try await lab.account("crm:A-17"))
            let same = try await lab.log.database.read { db in try AccountPair.same(as: one.id, in: db) }
            #expect(same.map(\.external) == ["4711"])
            #expect(one.fields.first { $0.name == "vat_number" }?.value.string == "GB123456789")
        }
    }

    @Test(
        "that two are two is remembered, whatever is said of them later; and that they are one", arguments: DatabaseKind.available
    )
    func decided(kind: DatabaseKind) async throws {
        try await Self.told(kind) { lab in
            try await lab.says("crm:A-17", Self.wind)
            try await lab.says("erp:4711", Self.wind)
            let (one, other) = (try #require(try await lab.account("crm:A-17")), try #require(try await lab.account("erp:4711")))
            let pair = MatchPair(one.id, other.id)
            let now = lab.clock.now
            try await lab.log.database.write { db in try AccountPair.decide(pair, .apart, by: "test", wall: now, in: db) }
            try await lab.says("erp:4711", Self.wind.merging(["note": "again"]) { $1 })
            try await lab.desk.enqueueAll()
            try await lab.desk.settle()
            #expect(try await lab.pairs(.same) == [])
            #expect(try await lab.pairs(.apart) == ["crm:A-17 erp:4711"])
            // A third that is like both joins one of them, and not the other through it.
            try await lab.says("shop:9", Self.wind)
            #expect(try await lab.pairs(.same).count == 1)
            #expect(try await lab.pairs(.open).count == 1)
            try await lab.log.database.write { db in try AccountPair.decide(pair, .same, by: "test", wall: now, in: db) }
            let group = try await lab.log.database.read { db in try AccountPair.group(of: one.id, in: db) }
            #expect(group.count == 3)
        }
    }

    @Test(
        "branches, two keys of one source and two register numbers wait for somebody; in review everything does",
        arguments: DatabaseKind.available)
    func waits(kind: DatabaseKind) async throws {
        try await Self.told(kind) { lab in
            try await lab.says("crm:1", Self.wind)
            try await lab.says("crm:2", Self.wind)
            try await lab.says("erp:3", Self.wind.merging(["vat_number": "GB987654321"]) { $1 })
            #expect(try await lab.pairs(.same) == [])
            #expect(try await lab.pairs(.open) == ["crm:1 crm:2 (source)", "crm:1 erp:3 (number)", "crm:2 erp:3 (number)"])
            let branch = [
                "name": "North Wind Logistics", "website": "northwind.example", "city": "Leeds", "postcode": "LS1 4AP",
                "street": "9 Mill Road",
            ]
            try await lab.says("erp:4", branch)
            #expect(try await lab.pairs(.same) == [])
        }
        try await Self.told(kind, mode: .review) { lab in
            try await lab.says("crm:1", Self.wind)
            try await lab.says("erp:2", Self.wind)
            #expect(try await lab.pairs(.open) == ["crm:1 erp:2"])
        }
    }

    @Test("a learnt model that firms of one group have taken in links only what the careful one believes, too")
    func learnt() async throws {
        try await Self.told(.sqlite) { lab in
            var numbers = SplitMix64(seed: 7)
            var events: [NewEvent] = []
            for group in 0..<200 {
                let (house, town) = (
                    "\(Int.random(in: 1...90, using: &numbers)) \(Self.word(group, 2)) Road", Self.word(group % 23, 2)
                )
                for (place, trade) in ["Foods", "Printing"].enumerated() {
                    let firm = group * 2 + place
                    for source in ["crm", "erp"] {
                        func known(_ percent: Int, _ text: String) -> JSONValue {
                            .string(Int.random(in: 0..<100, using: &numbers) < percent ? text : "")
                        }
                        let name = "\(Self.word(group, 3)) \(trade)\(Bool.random(using: &numbers) ? " Ltd" : "")"
                        let fields: JSONValue = [
                            "name": .string(name), "street": known(85, house), "postcode": known(85, "AB\(group) 1CD"),
                            "city": known(90, town), "vat_number": known(40, "GB\(100_000_000 + firm * 7919)"),
                            "phone": known(50, "+44 20 7946 \(1000 + firm)"),
                        ]
                        events.append(
                            NewEvent(
                                kind: RecordKind.account.eventKind, source: source,
                                properties: ["id": .string("\(firm)"), "fields": fields]))
                    }
                }
            }
            #expect(try await lab.log.door.accept(events, in: lab.log.database).allSatisfy { $0.ref != nil })
            try await lab.log.drain()
            try await lab.desk.settle()
            func linked() async throws -> (right: Int, wrong: Int, doubted: Int) {
                try await lab.log.database.read { db in
                    let same = try AccountPair.list(.same, limit: 5_000, in: db)
                    let right = same.count { $0.one.external == $0.other.external }
                    let doubted = try db.integer("SELECT COUNT(*) FROM account_pairs WHERE conflict = 'model'") ?? 0
                    return (right, same.count - right, Int(doubted))
                }
            }
            let before = try await linked()
            #expect(before.doubted == 0, "the model that comes with Rapport doubts nothing of its own")
            #expect(try await lab.desk.train().id == 1)
            try await lab.desk.enqueueAll()
            try await lab.desk.settle()
            let after = try await linked()
            #expect(after.doubted > 0 && after.right > before.right, "\(before) \(after)")
            #expect(after.wrong * 50 <= after.right, "\(before) \(after)")
            try await lab.desk.forgetModels()
            try await lab.desk.enqueueAll()
            try await lab.desk.settle()
            #expect(try await linked() == before)
        }
    }

    /// A made-up word of so many syllables, another for each number.
    private static func word(_ number: Int, _ syllables: Int) -> String {
        let parts = ["ka", "lo", "mir", "ten", "su", "vor", "gel", "pra", "nis", "dom", "hul"]
        var (rest, made) = (number * 37 + 11, "")
        for _ in 0..<syllables { (made, rest) = (made + parts[rest % parts.count], rest / parts.count + rest % 5) }
        return made.prefix(1).uppercased() + made.dropFirst() + (syllables > 2 ? parts[number / 11 % 11] : "")
    }

    @Test("what no longer holds waits no longer, and a firm that is no more is forgotten", arguments: DatabaseKind.available)
    func changed(kind: DatabaseKind) async throws {
        try await Self.told(kind) { lab in
            try await lab.says("crm:1", Self.wind)
            try await lab.says("erp:2", Self.wind)
            #expect(try await lab.pairs(.same).count == 1)
            let other = [
                "name": "Quist Bakery", "website": "quist.example", "phone": "", "postcode": "75001", "city": "Paris",
                "street": "3 rue Haute",
                "vat_number": "FR55555555",
            ]
            try await lab.says("erp:2", other)
            #expect(try await lab.pairs(.same) == [])
            #expect(try await lab.pairs(.open) == [])
            let gone = try #require(try await lab.account("erp:2")).id
            try await lab.log.database.write { db in
                try db.run("DELETE FROM accounts WHERE id = \(gone)")
                try AccountIndex.enqueue([gone], in: db)
            }
            try await lab.desk.settle()
            let keys = try await lab.log.database.read { db in
                try db.integer("SELECT COUNT(*) FROM account_match_keys WHERE account = \(gone)")
            }
            #expect(keys == 0)
        }
    }
}
