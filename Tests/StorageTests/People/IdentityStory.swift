import RapportCore
import RapportStorage
import RapportTestKit

/// Identities told as a story: who says what, one after the other.
final class IdentityStory {
    let resolver = IdentityResolver()
    let db: Connection
    private var generator = SplitMix64(seed: 7)
    private var time = Timestamp(milliseconds: 1_700_000_000_000)

    init(_ db: Connection) { self.db = db }

    /// `"email a@x.org, device d1"`, as the source numbered `source` says it.
    func says(_ identifiers: String, source: Int64 = 1, batch: Int64 = 0) throws -> Resolution? {
        try batchSays([identifiers], source: source, batch: batch)[0]
    }

    func batchSays(_ lines: [String], source: Int64 = 1, batch: Int64 = 0) throws -> [Resolution?] {
        time = time + .minutes(1)
        return try resolver.resolve(
            lines.map { line in
                IdentityRequest(identifiers: Self.identifiers(line), source: source, at: time, batch: batch)
            }, now: time, in: db, using: &generator)
    }

    static func identifiers(_ line: String) -> [Identifier] {
        line.split(separator: ", ").map { part in
            let words = part.split(separator: " ")
            return Identifier(kind: String(words[0]), value: String(words[1]))
        }
    }

    /// Pairs in review, `1-2 email`.
    func reviews() throws -> [String] {
        try db.all("SELECT low, high, reason, verdict FROM reviews ORDER BY low, high") {
            "\($0.integer(0))-\($0.integer(1)) \($0.text(2)) \($0.text(3))"
        }
    }

    func count(_ table: String) throws -> Int64 { try db.integer("SELECT count(*) FROM \(raw: table)") ?? 0 }

    func isAnonymous(_ person: PersonID?) throws -> Bool {
        try db.integer("SELECT anonymous FROM people WHERE id = \(person)") == 1
    }

    static func told(on kind: DatabaseKind, _ story: @escaping @Sendable (IdentityStory) throws -> Void) async throws {
        try await TemporaryDatabase.with(kind) { database in
            try await database.write { db in try story(IdentityStory(db)) }
        }
    }
}
