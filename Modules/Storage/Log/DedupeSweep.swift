import RapportCore

/// Forgets the dedupe keys whose time is over, a slice at a time, in the order of the table: no index by time is kept, which
/// every event would pay for.
public struct DedupeSweep: Sendable {
    /// What a slice has found and done.
    public struct Outcome: Sendable, Hashable {
        public var looked: Int
        public var forgotten: Int
        /// Whether the table is through; the next slice begins anew.
        public var isThrough: Bool
    }

    private static let bookmark = "dedupe_swept"
    private let slice: Int
    /// The first key of the next slice, by its first half; `nil` until the bookmark has been read.
    private var next: Int64?

    /// - Parameter slice: the most keys that are looked at by one call, and the most that one transaction takes away.
    public init(slice: Int = 5_000) { self.slice = slice }

    /// Looks at the next slice in a read; writes only if there is something to forget.
    public mutating func run(in database: any Database) async throws -> Outcome {
        let (slice, known) = (slice, next)
        let found = try await database.read { db -> Found in
            let from =
                try known ?? db.text("SELECT value FROM settings WHERE name = \(Self.bookmark)").flatMap(Int64.init) ?? .min
            let now = try db.now()
            var found = Found(from: from)
            try db.each(
                "SELECT high, expires_at FROM dedupe WHERE high >= \(from) ORDER BY high, low LIMIT \(slice)"
            ) { row in
                found.looked += 1
                found.last = row.integer(0)
                if let end = row.timestampOrNil(1), end <= now { found.expired += 1 }
            }
            return found
        }
        let isThrough = found.looked < slice || found.last == .max
        let following = isThrough ? Int64.min : found.last + 1
        var forgotten = 0
        if found.expired > 0 {
            forgotten = try await database.write { db in
                let now = try db.now()
                let gone = try db.run(
                    """
                    DELETE FROM dedupe
                    WHERE high >= \(found.from) AND high <= \(found.last) AND expires_at <= \(now)
                    """)
                try db.run(
                    """
                    INSERT INTO settings (name, value) VALUES (\(Self.bookmark), \(String(following)))
                    ON CONFLICT (name) DO UPDATE SET value = excluded.value
                    """)
                return gone
            }
        }
        next = following
        return Outcome(looked: found.looked, forgotten: forgotten, isThrough: isThrough)
    }

    private struct Found: Sendable {
        var from: Int64
        var last = Int64.max
        var looked = 0
        var expired = 0
    }
}
