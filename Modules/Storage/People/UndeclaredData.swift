public import RapportCore

/// Data that came and was not taken in because nobody declared it or it could not be read, counted by source and name.
public struct UndeclaredData: Sendable, Hashable {
    public var source: String
    public var name: String
    /// `dropped`, `refused`, `unfit`, `unread` or, of what came in all the same, `unnumbered`.
    public var reason: String
    public var count: Int64

    public init(source: String, name: String, reason: String, count: Int64) {
        self.source = source
        self.name = name
        self.reason = reason
        self.count = count
    }

    /// Most first.
    public static func all(in db: Connection) throws -> [UndeclaredData] {
        try db.all("SELECT source, name, reason, count FROM undeclared ORDER BY source, name, reason") {
            UndeclaredData(source: $0.text(0), name: $0.text(1), reason: $0.text(2), count: $0.integer(3))
        }.sorted { $0.count > $1.count }
    }

    /// Adds to the counts.
    public static func add(_ counts: [UndeclaredData], at now: Timestamp, in db: Connection) throws {
        try db.insert(
            into: "undeclared", ["source", "name", "reason", "count", "last_at"],
            counts.sorted { ($0.source, $0.name, $0.reason) < ($1.source, $1.name, $1.reason) },
            onConflict: """
                (source, name, reason) DO UPDATE SET
                    count = undeclared.count + excluded.count, last_at = excluded.last_at
                """
        ) { row, one in
            row.text(one.source)
            row.text(one.name)
            row.text(one.reason)
            row.integer(one.count)
            row.time(now)
        }
    }
}
