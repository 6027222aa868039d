public import RapportCore

/// The index by which people who may be one find each other, and the queue of those who wait to be compared.
public enum MatchIndex {
    /// A key that more people share tells nothing: pairs that have only such keys in common are not compared.
    public static let common = 60

    /// Has people compared: they are new, have changed, or are no longer who they were.
    public static func enqueue(_ people: some Collection<PersonID>, in db: Connection) throws {
        try db.insert(
            into: "match_queue", ["person"], Set(people).subtracting([0]).sorted(), onConflict: "DO NOTHING"
        ) { row, person in row.integer(person) }
    }

    /// How many wait to be compared.
    public static func waiting(in db: Connection) throws -> Int64 { try db.integer("SELECT COUNT(*) FROM match_queue") ?? 0 }

    /// Takes the first of those who wait.
    public static func take(_ count: Int, in db: Connection) throws -> [PersonID] {
        let people = try db.all("SELECT person FROM match_queue ORDER BY person LIMIT \(count)") { $0.integer(0) }
        if !people.isEmpty { try db.run("DELETE FROM match_queue WHERE person IN \(list: people)") }
        return people
    }

    /// Brings the keys of `people` up to date; whoever has none any more is forgotten.
    public static func write(_ keys: [PersonID: [Int64]], of people: [PersonID], in db: Connection) throws {
        var before: [PersonID: [Int64]] = [:]
        try db.each("SELECT person, keys FROM match_people WHERE person IN \(list: people)") { row in
            before[row.integer(0)] = unpacked(row.bytes(1))
        }
        var gone: [Pair] = []
        var new: [Pair] = []
        for person in people {
            let (old, now) = (before[person] ?? [], keys[person] ?? [])
            if old == now { continue }
            gone += Set(old).subtracting(now).map { Pair(key: $0, person: person) }
            new += Set(now).subtracting(old).map { Pair(key: $0, person: person) }
        }
        let changed = people.filter { before[$0] ?? [] != keys[$0] ?? [] }.sorted()
        for pair in gone.sorted() { try db.run("DELETE FROM match_keys WHERE key = \(pair.key) AND person = \(pair.person)") }
        let stale = changed.filter { before[$0] != nil }
        if !stale.isEmpty { try db.run("DELETE FROM match_people WHERE person IN \(list: stale)") }
        try db.insert(into: "match_keys", ["key", "person"], new.sorted(), onConflict: "DO NOTHING") { row, pair in
            row.integer(pair.key)
            row.integer(pair.person)
        }
        try db.insert(into: "match_people", ["person", "keys"], changed.filter { keys[$0]?.isEmpty == false }) { row, person in
            row.integer(person)
            row.bytes(packed(keys[person] ?? []))
        }
    }

    /// Whom each of `keys` leads to, without keys that are common. A key that has become common is remembered.
    public static func people(behind keys: some Collection<Int64>, in db: Connection) throws -> [Int64: [PersonID]] {
        let asked = Set(keys).sorted()
        guard !asked.isEmpty else { return [:] }
        let common = Set(try db.all("SELECT key FROM match_common WHERE key IN \(list: asked)") { $0.integer(0) })
        var found: [Int64: [PersonID]] = [:]
        try db.each("SELECT key, person FROM match_keys WHERE key IN \(list: asked.filter { !common.contains($0) })") { row in
            found[row.integer(0), default: []].append(row.integer(1))
        }
        let crowded = found.filter { $0.value.count > Self.common }.keys.sorted()
        try db.insert(into: "match_common", ["key"], crowded, onConflict: "DO NOTHING") { row, key in row.integer(key) }
        for key in crowded { found[key] = nil }
        return found
    }

    /// Forgets people: their keys, their pairs, and that they waited.
    public static func forget(_ people: [PersonID], in db: Connection) throws {
        try write([:], of: people, in: db)
        try db.run("DELETE FROM match_queue WHERE person IN \(list: people)")
        try db.run("DELETE FROM match_pairs WHERE low IN \(list: people)")
        try db.run("DELETE FROM match_pairs WHERE high IN \(list: people)")
    }

    private struct Pair: Comparable {
        var key: Int64
        var person: PersonID
        static func < (left: Pair, right: Pair) -> Bool { (left.key, left.person) < (right.key, right.person) }
    }

    private static func packed(_ keys: [Int64]) -> [UInt8] {
        keys.flatMap { key in (0..<8).map { UInt8(truncatingIfNeeded: key >> Int64(56 - 8 * $0)) } }
    }

    private static func unpacked(_ bytes: [UInt8]) -> [Int64] {
        stride(from: 0, to: bytes.count - 7, by: 8).map { at in bytes[at..<at + 8].reduce(Int64(0)) { $0 << 8 | Int64($1) } }
    }
}
