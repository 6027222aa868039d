import RapportCore
import RapportEngagement
import RapportStorage

/// A small population with random histories: in a database, and as facts.
struct GrocerWorld {
    static let now: Int64 = 1_790_000_000_000
    static let day: Int64 = 86_400_000
    static let symbols: [String: Int64] = ["eur": 1, "usd": 2, "paris": 3, "lyon": 4, "spring": 5]

    static let fields: [(slot: Int, name: String, type: String, column: String)] = [
        (101, "first_name", "text", "TEXT"), (102, "country", "choice(GB, FR, DE)", "TEXT"), (103, "points", "integer", "BIGINT"),
        (104, "born_on", "date", "BIGINT"), (105, "joined_at", "time", "BIGINT"), (106, "vip", "flag", "BIGINT"),
        (107, "credit", "money(EUR)", "BIGINT"), (108, "time_zone", "text", "TEXT"),
        (109, "job", "text", "TEXT"),
    ]
    /// Days for which a job is believed.
    static let jobBudget: Int64 = 20

    /// By person; nobody of number 1 to `people.count` is missing.
    var people: [PersonID: PersonFacts] = [:]

    init(people count: Int, zones: Bool, using generator: inout SplitMix64) {
        for person in 1...Int64(count) { people[person] = Self.person(zones: zones, using: &generator) }
    }

    private static func person(zones: Bool, using generator: inout SplitMix64) -> PersonFacts {
        var facts = PersonFacts()
        func maybe(_ make: () -> SegmentScalar) -> SegmentScalar? { Bool.random(using: &generator) ? make() : nil }
        func among(_ texts: [String]) -> SegmentScalar { .text(texts.randomElement(using: &generator) ?? "") }
        func number(_ range: ClosedRange<Int64>) -> SegmentScalar { .number(.random(in: range, using: &generator)) }
        facts.fields[101] = maybe { among(["ann", "anton", "élodie", "zoë"]) }
        facts.fields[102] = maybe { among(["gb", "fr", "de"]) }
        facts.fields[103] = maybe { number(0...6) }
        facts.fields[104] = maybe { number(0...20_000) }
        facts.fields[105] = maybe { number(now - 40 * day...now) }
        facts.fields[106] = maybe { number(0...1) }
        facts.fields[107] = maybe { number(-500...5_000) }
        // Coarse, so that budgets end exactly on moments that are tried.
        func past(_ days: Int64) -> Int64 { now - Int64.random(in: 0...days * 4, using: &generator) * (day / 4) }
        if let job = maybe({ among(["baker", "smith"]) }) {
            facts.fields[109] = job
            facts.since[.field(slot: 109)] = past(50)
        }
        if zones, let zone = maybe({ among(["europe/paris", "pacific/auckland", "america/new_york", "nowhere/at_all"]) }),
            case .text(let name) = zone
        {
            facts.fields[108] = zone
            facts.zone = TimeZoneRules(name)
        }
        for kind in Int64(1)...3 {
            let count = Int.random(in: 0...7, using: &generator) - 1
            guard count > 0 else { continue }
            let events = (0..<count).map { _ in
                // Coarse times, so that windows end exactly on events.
                let at = now - Int64.random(in: 0...160, using: &generator) * (day / 4)
                func slot(_ values: ClosedRange<Int64>) -> Int64? {
                    Int.random(in: 0..<5, using: &generator) == 0 ? nil : .random(in: values, using: &generator)
                }
                return switch kind {
                case 1: PersonFacts.Event(at: at, slot(0...90).map { $0 * 100 }, slot(1...2), slot(0...4), slot(3...4))
                case 2: PersonFacts.Event(at: at, slot(5...6), slot(0...1))
                default: PersonFacts.Event(at: at)
                }
            }
            facts.set(events, of: kind)
        }
        for kind in Int64(1)...2 where Bool.random(using: &generator) {
            facts.identifierKinds.insert(kind)
            facts.since[.identifier(kind: kind)] = past(400)
        }
        for segment in Int64(10)...11 where Bool.random(using: &generator) { facts.segments.insert(segment) }
        return facts
    }

    /// Writes everything as the folds would.
    func write(to db: Connection) throws {
        for table in ["fields", "kinds", "symbols", "identifier_kinds"] { try db.run("DELETE FROM \(raw: table)") }
        let budget = #","freshness":"\#(Self.jobBudget)d"}"#
        for field in Self.fields {
            try db.insert(
                into: "fields", ["slot", "name", "type", "identifying", "definition"],
                [
                    [
                        .integer(Int64(field.slot)), .text(field.name), .text(field.type), .integer(0),
                        .text(#"{"type":"\#(field.type)","purpose":"test""# + (field.name == "job" ? budget : "}")),
                    ]
                ])
            let column = Migration.translate("ADD COLUMN f\(field.slot) \(field.column)", for: db.dialect)
            try db.run("ALTER TABLE golden \(raw: column)")
        }
        for (id, name, slots) in [
            (1, "order.placed", #"[["total","money(currency)"],["currency","text"],["items","integer"],["store","text"]]"#),
            (2, "link.clicked", #"[["campaign","text"],["human","flag"]]"#), (3, "order.returned", "[]"),
        ] {
            try db.insert(
                into: "kinds", ["id", "name", "declared", "slots"],
                [[.integer(Int64(id)), .text(name), .integer(1), .text(slots)]])
        }
        try db.insert(
            into: "symbols", ["id", "value"],
            Self.symbols.sorted { $0.value < $1.value }.map { [.integer($0.value), .text($0.key)] })
        try db.insert(
            into: "identifier_kinds", ["id", "name"], [(1, "email"), (2, "phone")].map { [.integer($0.0), .text($0.1)] })
        try db.insert(
            into: "segments", ["id", "name", "version", "expression", "state", "changed_at"],
            [(10, "loyal"), (11, "lapsed")].map {
                [.integer($0.0), .text($0.1), .integer(1), .text("vip"), .text("active"), .integer(0)]
            })
        try db.run("DELETE FROM sources")
        try db.run("INSERT INTO sources (id, name, horizon) VALUES (1, 'lab', 0)")
        for (person, facts) in people.sorted(by: { $0.key < $1.key }) { try write(person, facts, to: db) }
    }

    private func write(_ person: PersonID, _ facts: PersonFacts, to db: Connection) throws {
        try db.insert(
            into: "people", ["id", "public_id", "partition", "state", "anonymous", "created_at", "last_seen"],
            [[.integer(person), .text("p\(person)"), .integer(0), .integer(0), .integer(0), .integer(0), .integer(0)]])
        let golden: [SQLValue] = Self.fields.map { field in
            switch facts.fields[field.slot] {
            case .number(let number)?: .integer(number)
            case .text(let text)?: .text(text)
            case nil: .null
            }
        }
        try db.insert(into: "golden", ["person"] + Self.fields.map { "f\($0.slot)" }, [[.integer(person)] + golden])
        if let said = facts.since[.field(slot: 109)] {
            var provenance = Provenance()
            let stamp = Provenance.Stamp(
                occurredAt: .init(milliseconds: said), receivedAt: .init(milliseconds: said),
                ref: .init(partition: 0, position: 1))
            provenance.say(.text("Smith"), slot: 109, stamp: stamp, confirming: person % 2 == 0)
            try db.insert(
                into: "profiles", ["id", "source", "person", "origin", "created_at"],
                [[person, 1, person, person, 0].map { .integer($0) }])
            try db.insert(
                into: "provenance", ["profile", "person", "data"],
                [[.integer(person), .integer(person), .text(provenance.packed)]])
        }
        for (kind, events) in facts.events.sorted(by: { $0.key < $1.key }) {
            try db.insert(
                into: "timeline", ["person", "kind", "occurred_at", "partition", "position", "profile", "n1", "n2", "n3", "n4"],
                events.enumerated().map { index, event in
                    [.integer(person), .integer(kind), .integer(event.at), .integer(0), .integer(Int64(index) + 1), .integer(1)]
                        + (0..<4).map { .integer(event[$0]) }
                })
        }
        for (kind, total) in facts.totals.sorted(by: { $0.key < $1.key }) {
            try db.insert(
                into: "totals", ["person", "kind", "first_at", "last_at", "count", "sum1", "sum2", "sum3", "sum4"],
                [
                    [.integer(person), .integer(kind), .integer(total.first), .integer(total.last), .integer(total.count)]
                        + total.sums.map { .integer($0) }
                ])
        }
        for kind in facts.identifierKinds.sorted() {
            try db.insert(
                into: "identifiers", ["kind", "value", "holder", "profile", "person", "batch", "first_seen"],
                [
                    [kind, -1, 0, person, person, 0, facts.firstSeen(of: kind, person)].enumerated().map {
                        $0 == 1 ? .text("v\(person)") : .integer($1)
                    }
                ])
            if let confirmed = facts.since[.identifier(kind: kind)], person % 3 == 0 {
                try db.insert(
                    into: "confirmations", ["person", "kind", "at"], [[.integer(person), .integer(kind), .integer(confirmed)]])
            }
        }
        for segment in facts.segments.sorted() {
            try db.insert(
                into: "membership", ["segment", "person", "since"], [[.integer(segment), .integer(person), .integer(0)]])
        }
    }
}

extension PersonFacts {
    /// Some have confirmed an address that has been known for longer.
    fileprivate func firstSeen(of kind: Int64, _ person: PersonID) -> Int64 {
        (since[.identifier(kind: kind)] ?? 0) - (person % 3 == 0 ? GrocerWorld.day : 0)
    }
}

extension GrocerWorld {
    /// What `SegmentSchema.read` reads from the tables that `write` fills.
    static let schema: SegmentSchema = {
        var schema = declared
        schema.identifierBudgets = ["email": 180 * day, "phone": 365 * day]
        return schema
    }()

    private static let declared = SegmentSchema(
        fields: [
            "first_name": .init(slot: 101, type: .text), "country": .init(slot: 102, type: .text),
            "points": .init(slot: 103, type: .integer), "born_on": .init(slot: 104, type: .date),
            "joined_at": .init(slot: 105, type: .time), "vip": .init(slot: 106, type: .flag),
            "credit": .init(slot: 107, type: .money(currency: "EUR")), "time_zone": .init(slot: 108, type: .text),
            "job": .init(slot: 109, type: .text, budget: jobBudget * day),
        ],
        kinds: [
            "order.placed": .init(
                id: 1,
                properties: [
                    .init("total", .amount(property: "currency")), .init("currency", .symbol), .init("items", .integer),
                    .init("store", .symbol),
                ]),
            "link.clicked": .init(id: 2, properties: [.init("campaign", .symbol), .init("human", .flag)]),
            "order.returned": .init(id: 3),
        ],
        identifierKinds: ["email": 1, "phone": 2], segments: ["loyal": 10, "lapsed": 11], zoneField: 108, symbols: symbols)
}
