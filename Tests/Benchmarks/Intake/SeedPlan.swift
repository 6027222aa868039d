import Foundation
import RapportCore
import RapportStorage

/// The people and events of `Seed`, drawn from one seeded generator.
struct SeedPlan: Sendable {
    static let source = "track.bench"
    static let kinds = ["order.placed", "product.viewed", "page.viewed", "cart.product_added", "link.clicked"]

    struct Numbers: Sendable {
        var source: Int64
        var kinds: [Int64]
        var external: Int64
        var device: Int64
        var euro: Int64
        var now: Timestamp
    }

    struct SeededEvent {
        var person: Int32
        var position: Int32
        var at: Int64
        var amount: Int32
        var partition: UInt8
        var kind: UInt8
    }

    let people: Int
    let devices: Int
    let events: Int
    let days: Int
    private static let slice = 20_000

    /// Numbers of names, and the tables that are small.
    func prepare(in db: Connection) throws -> Numbers {
        let catalog = Catalog()
        let kinds = try catalog.kinds(Set(Self.kinds), in: db)
        try db.insert(
            into: "identifier_kinds", ["name"], [[.text("external.track_bench")], [.text("device")]], ignoringConflicts: true)
        var identifiers: [String: Int64] = [:]
        try db.each("SELECT name, id FROM identifier_kinds") { identifiers[$0.text(0)] = $0.integer(1) }
        return Numbers(
            source: try catalog.source(Self.source, in: db).id, kinds: Self.kinds.map { kinds[$0]?.id ?? 0 },
            external: identifiers["external.track_bench"] ?? 0, device: identifiers["device"] ?? 0,
            euro: try catalog.symbols(["eur"], in: db)["eur"] ?? 0, now: try db.now())
    }

    func write(to database: any Database, kinds numbers: Numbers) async throws {
        var generator = SplitMix64(seed: 11)
        let born = numbers.now - .days(Int64(days))
        let ids = (0..<people).map { _ in PublicID(at: born, using: &generator) }
        let homes = ids.map { UInt8($0.partition) }
        try await insert(into: database, "people", ids.indices) { index in
            [
                .integer(Int64(index + 1)), .text(ids[index].description), .integer(Int64(homes[index])), .integer(0), .null,
                .integer(0), .null, .time(born), .time(born),
            ]
        }
        try await insert(into: database, "profiles", ids.indices) { index in
            [
                .integer(Int64(index + 1)), .integer(numbers.source), .integer(Int64(index + 1)), .integer(Int64(index + 1)),
                .time(born),
            ]
        }
        try await identifiers("u", numbers.external, owned: true, count: people, born, database)
        try await identifiers("a", numbers.device, owned: false, count: min(devices, people), born, database)
        try await log(homes: homes, numbers, using: &generator, database)
    }

    private func identifiers(
        _ letter: String, _ kind: Int64, owned: Bool, count: Int, _ born: Timestamp, _ database: any Database
    ) async throws {
        let sorted = (0..<count).map { ("\(letter)\($0)", Int64($0 + 1)) }.sorted { $0.0 < $1.0 }
        try await insert(into: database, "identifiers", sorted.indices) { index in
            let (value, person) = sorted[index]
            return [
                .integer(kind), .text(value), .integer(owned ? 0 : person), .integer(person), .integer(person), .integer(0),
                .time(born),
            ]
        }
    }

    private func log(
        homes: [UInt8], _ numbers: Numbers, using generator: inout SplitMix64, _ database: any Database
    ) async throws {
        // As many a person on average, in order of time within each partition.
        var heads = [Int32](repeating: 0, count: Partition.count)
        let step = Int64(days) * 86_400_000 / Int64(max(events, 1))
        var at = (numbers.now - .days(Int64(days))).milliseconds
        var all: [SeededEvent] = []
        all.reserveCapacity(events)
        for _ in 0..<events {
            at += step
            let person = Int(generator.next() % UInt64(people))
            let partition = Int(homes[person])
            heads[partition] += 1
            all.append(
                SeededEvent(
                    person: Int32(person + 1), position: heads[partition], at: at, amount: Int32(100 + generator.next() % 20_000),
                    partition: UInt8(partition), kind: UInt8(generator.next() % UInt64(Self.kinds.count))))
        }
        all.sort { ($0.partition, $0.position) < ($1.partition, $1.position) }
        try await insert(into: database, "events", all.indices) { [all] in Self.event(all[$0], numbers) }
        let keys = all.map {
            ($0.partition, $0.position, Int64(bitPattern: generator.next()), Int64(bitPattern: generator.next()))
        }
        .sorted { ($0.2, $0.3) < ($1.2, $1.3) }
        try await insert(into: database, "dedupe", keys.indices) { index in
            let (partition, position, high, low) = keys[index]
            return [
                .integer(high), .integer(low), .integer(Int64(partition)), .integer(Int64(position)),
                .time(numbers.now + .days(30)),
            ]
        }
        all.sort { ($0.person, numbers.kinds[Int($0.kind)], $0.at) < ($1.person, numbers.kinds[Int($1.kind)], $1.at) }
        try await insert(into: database, "timeline", all.indices) { [all] index in
            let event = all[index]
            return [
                .integer(Int64(event.person)), .integer(numbers.kinds[Int(event.kind)]), .integer(event.at),
                .integer(Int64(event.partition)), .integer(Int64(event.position)), .integer(Int64(event.person)),
            ] + Self.slots(event, numbers)
        }
        let last = numbers.now
        try await database.write { [heads] db in
            try db.run(
                """
                INSERT INTO totals (person, kind, first_at, last_at, count, sum1, sum2, sum3, sum4)
                SELECT person, kind, MIN(occurred_at), MAX(occurred_at), COUNT(*),
                    COALESCE(SUM(n1), 0), COALESCE(SUM(n2), 0), COALESCE(SUM(n3), 0), COALESCE(SUM(n4), 0)
                FROM timeline GROUP BY person, kind ORDER BY person, kind
                """)
            try db.run(
                """
                UPDATE people SET last_seen = COALESCE(
                    (SELECT MAX(totals.last_at) FROM totals WHERE totals.person = people.id), people.last_seen)
                """)
            for (partition, head) in heads.enumerated() {
                try db.run("UPDATE partitions SET head = \(Int(head)), clock = \(last) WHERE partition = \(partition)")
                try db.run("UPDATE cursors SET position = \(Int(head)), clock = \(last) WHERE partition = \(partition)")
            }
            for table in ["people", "profiles"] {
                try db.run(
                    "INSERT INTO numbers (name, last) VALUES (\(table), \(people)) ON CONFLICT (name) DO UPDATE SET last = excluded.last"
                )
            }
        }
    }

    private static func event(_ event: SeededEvent, _ numbers: Numbers) -> [SQLValue] {
        let (units, cents) = (event.amount / 100, event.amount % 100)
        let total = "\(units).\(cents < 10 ? "0" : "")\(cents)"
        let head: [SQLValue] = [
            .integer(Int64(event.partition)), .integer(Int64(event.position)), .integer(Int64(event.person)),
            .integer(Int64(event.person)), .integer(numbers.kinds[Int(event.kind)]), .integer(numbers.source), .integer(event.at),
            .integer(event.at), .integer(0), .integer(0), .null, .null,
        ]
        return head + slots(event, numbers)
            + [.integer(0), .text(#"{"order":"o\#(event.position)","total":\#(total),"currency":"EUR"}"#)]
    }

    private static func slots(_ event: SeededEvent, _ numbers: Numbers) -> [SQLValue] {
        // Only orders have an amount and a currency here.
        event.kind == 0 ? [.integer(Int64(event.amount)), .integer(numbers.euro), .null, .null] : [.null, .null, .null, .null]
    }

    private static let columns = [
        "people": ["id", "public_id", "partition", "state", "survivor", "anonymous", "household", "created_at", "last_seen"],
        "profiles": ["id", "source", "person", "origin", "created_at"],
        "identifiers": ["kind", "value", "holder", "profile", "person", "batch", "first_seen"],
        "dedupe": ["high", "low", "partition", "position", "expires_at"],
        "timeline": ["person", "kind", "occurred_at", "partition", "position", "profile", "n1", "n2", "n3", "n4"],
        "events": [
            "partition", "position", "person", "profile", "kind", "source", "occurred_at", "received_at", "history", "depth",
            "cause_partition", "cause_position", "n1", "n2", "n3", "n4", "personal", "properties",
        ],
    ]

    private func insert(
        into database: any Database, _ table: String, _ rows: Range<Int>, _ row: @escaping @Sendable (Int) -> [SQLValue]
    ) async throws {
        let columns = Self.columns[table] ?? []
        for start in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.slice) {
            let end = min(start + Self.slice, rows.upperBound)
            try await database.write { db in try db.insert(into: table, columns, (start..<end).map(row)) }
        }
    }
}
