import RapportCore
import RapportStorage
import RapportTestKit
import Testing

/// A field's rule changes while there are people: what holds afterwards is what would hold had the rule always been so.
@Suite("Changed rules of fields")
struct ChangedRuleTests {
    private struct House {
        var lab: PeopleLab
        var store: DefinitionStore
        /// Slices of one person, and the least time that still gets some done: the work takes many steps.
        var log: LogLab
    }

    private func with(_ kind: DatabaseKind, _ body: (House) async throws -> Void) async throws {
        let clock = VirtualClock()
        try await TemporaryDatabase.with(kind, clock: clock) { database in
            let lab = PeopleLab(database, clock: clock)
            var log = lab.lab
            log.reactors = [GoldenReactor(slice: 1)]
            try await database.write { try FieldStore.declare(FieldDefinition.builtIn, in: $0) }
            try await body(House(lab: lab, store: DefinitionStore(handlers: [FieldHandler()]), log: log))
        }
    }

    private func declare(_ body: JSONValue, of field: String, _ house: House) async throws {
        let now = house.log.clock.now
        try await house.lab.database.write { db in
            _ = try house.store.apply([.init(kind: "field", name: field, body: body)], actor: "test", now: now, in: db)
        }
    }

    private func says(_ source: String, _ number: Int, _ city: String, _ company: String, at day: Int) -> NewEvent {
        PeopleLab.says(
            source, "email p\(number)@a.example", ["city": .string(city), "company": .string(company)],
            at: Timestamp(milliseconds: 1_700_000_000_000) + .days(Int64(day)))
    }

    /// People of whom the shop knows less and later than the register.
    private func fill(_ house: House) async throws {
        for number in 0..<40 {
            var events = [says("register", number, "Leeds \(number % 3)", "Acme Ltd", at: 1)]
            if number % 4 != 0 { events.append(says("shop", number, "Bath", "Acme", at: 2)) }
            _ = try await house.lab.accept(events)
        }
        try await house.log.drain()
    }

    /// What comes in meanwhile.
    private func goOn(_ house: House) async throws {
        _ = try await house.lab.accept([
            says("shop", 3, "York", "Beta", at: 3), says("register", 8, "Hull", "Gamma", at: 3),
            says("shop", 77, "Hull", "Gamma", at: 3),
        ])
    }

    private func left(_ house: House) async throws -> Int64 {
        try await house.lab.database.read { try GoldenReactor.partitionsLeft(in: $0) }
    }

    /// What people have and are found by.
    private func outcome(_ house: House) async throws -> [String] {
        let fingerprints = try await house.log.fingerprints()
        return try await house.lab.database.read { db in
            [fingerprints]
                + (try db.all("SELECT word, person FROM words ORDER BY word, person") { "\($0.text(0)) \($0.integer(1))" })
        }
    }

    private func differences(_ house: House) async throws -> Int {
        let verifier = LogVerifier(
            folds: house.log.folds, catalog: house.log.catalog, database: house.lab.database, wall: house.log.clock)
        return try await verifier.verify().peopleThatDiffer.count
    }

    private static let city: JSONValue = ["purpose": "to speak of what is near", "survivorship": [["trusted": ["register"]]]]
    private static let company: JSONValue = [
        "purpose": "to know whom a person works for", "freshness": "270d", "survivorship": ["complete"], "searched": false,
    ]

    @Test(
        "after a change everybody's values, words and fingerprints are as if the rule had always been so",
        arguments: DatabaseKind.available)
    func asIfAlways(kind: DatabaseKind) async throws {
        var outcomes: [[String]] = []
        for early in [true, false] {
            try await with(kind) { house in
                if early {
                    try await declare(Self.city, of: "city", house)
                    try await declare(Self.company, of: "company", house)
                }
                try await fill(house)
                if !early {
                    try await declare(Self.city, of: "city", house)
                    #expect(try await differences(house) > 0, "the log says otherwise than what is kept")
                    try await declare(Self.company, of: "company", house)
                    #expect(try await left(house) == Int64(Partition.count))
                }
                let leases = try await house.log.leases()
                try await goOn(house)
                var steps = 0
                repeat {
                    // Another process each time: nothing is remembered but what the database has.
                    var log = house.log
                    log.reactors = [GoldenReactor(slice: 1)]
                    _ = try await log.runner { $0.spare = .milliseconds(2) }.step(leases)
                    house.log.clock.advance(by: Span(milliseconds: 60))
                    steps += 1
                } while try await left(house) > 0 && steps < 2_000
                #expect(try await left(house) == 0)
                #expect(try await differences(house) == 0)
                outcomes.append(try await outcome(house))
            }
        }
        #expect(outcomes[0] == outcomes[1])
    }

    @Test(
        "what does not concern values sets nothing in motion, and a second change begins anew", arguments: DatabaseKind.available)
    func beginning(kind: DatabaseKind) async throws {
        try await with(kind) { house in
            try await fill(house)
            try await declare(["purpose": "other words", "freshness": "10d"], of: "city", house)
            #expect(try await left(house) == 0)
            try await declare(Self.city, of: "city", house)
            try await house.lab.database.write { try $0.run("UPDATE golden_fills SET upto = 20") }
            try await declare(Self.company, of: "company", house)
            #expect(try await house.lab.database.read { try $0.integer("SELECT SUM(upto) FROM golden_fills") } == 0)
            try await house.log.drain()
            house.log.clock.advance(by: .seconds(1))
            try await house.log.drain()
            #expect(try await left(house) == 0)
            #expect(try await differences(house) == 0)
            let found = try await house.lab.database.read { db in
                try db.integer("SELECT COUNT(*) FROM words WHERE word = 'acme'") ?? -1
            }
            #expect(found == 0, "what search does not look at any more has no words")
        }
    }
}
