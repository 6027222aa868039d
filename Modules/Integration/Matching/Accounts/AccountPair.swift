public import RapportCore
public import RapportStorage

/// Two companies that may be one, or that somebody said are one or two.
public struct AccountPair: Sendable, Hashable {
    public enum Verdict: String, Sendable, Hashable, CaseIterable { case open, same, apart }

    public var one: HouseRecord
    public var other: HouseRecord
    public var probability: Double
    public var verdict: Verdict
    /// What kept a likely pair from being taken for one by itself: `source`, `number`, `apart` or `model`.
    public var conflict: String
    public var since: Timestamp
    /// Who decided; empty: nobody, the matching did.
    public var decidedBy: String

    /// By which commands name the pair: `17-42`.
    public var name: String { "\(min(one.id, other.id))-\(max(one.id, other.id))" }

    /// Pairs with a verdict, the likeliest first.
    public static func list(_ verdict: Verdict, limit: Int, in db: Connection) throws -> [AccountPair] {
        let rows = try db.all(
            """
            SELECT low, high, weight, conflict, since, decided_by FROM account_pairs WHERE verdict = \(verdict.rawValue)
            ORDER BY weight DESC, low, high LIMIT \(limit)
            """
        ) { row in
            (
                low: row.integer(0), high: row.integer(1), weight: row.integer(2), conflict: row.text(3), since: row.timestamp(4),
                by: row.text(5)
            )
        }
        let records = Dictionary(try AccountIndex.read(rows.flatMap { [$0.low, $0.high] }, in: db).map { ($0.id, $0) }) {
            first, _ in first
        }
        return rows.compactMap { row in
            guard let one = records[row.low], let other = records[row.high] else { return nil }
            return AccountPair(
                one: one, other: other, probability: MatchDesk.probability(milliBits: row.weight), verdict: verdict,
                conflict: row.conflict, since: row.since, decidedBy: row.by)
        }
    }

    /// How many pairs have a verdict.
    public static func count(_ verdict: Verdict, in db: Connection) throws -> Int64 {
        try db.integer("SELECT COUNT(*) FROM account_pairs WHERE verdict = \(verdict.rawValue)") ?? 0
    }

    /// Says what two companies are. It stays so until it is said otherwise; nothing else of either changes.
    public static func decide(_ pair: MatchPair, _ verdict: Verdict, by: String, wall: Timestamp, in db: Connection) throws {
        try db.run(
            """
            INSERT INTO account_pairs (low, high, weight, verdict, conflict, since, decided_by, decided_at)
            VALUES (\(pair.low), \(pair.high), 0, \(verdict.rawValue), '', \(wall), \(by), \(wall))
            ON CONFLICT (low, high) DO UPDATE SET verdict = excluded.verdict, decided_by = excluded.decided_by,
                decided_at = excluded.decided_at
            """)
    }

    static func forget(_ accounts: [Int64], in db: Connection) throws {
        guard !accounts.isEmpty else { return }
        try db.run("DELETE FROM account_pairs WHERE low IN \(list: accounts)")
        try db.run("DELETE FROM account_pairs WHERE high IN \(list: accounts)")
    }

    /// The companies that are one with `account`, itself included: those it is the same as, and those that they are the same as.
    public static func group(of account: Int64, in db: Connection) throws -> Set<Int64> {
        var group: Set<Int64> = [account]
        var edge: Set<Int64> = [account]
        while !edge.isEmpty {
            let asked = edge.sorted()
            edge = []
            func take(_ row: Row) {
                for id in [row.integer(0), row.integer(1)] where group.insert(id).inserted { edge.insert(id) }
            }
            try db.each("SELECT low, high FROM account_pairs WHERE low IN \(list: asked) AND verdict = 'same'", take)
            try db.each("SELECT low, high FROM account_pairs WHERE high IN \(list: asked) AND verdict = 'same'", take)
        }
        return group
    }

    /// The other companies that are one with this.
    public static func same(as account: Int64, in db: Connection) throws -> [HouseRecord] {
        try AccountIndex.read(group(of: account, in: db).subtracting([account]), in: db)
    }
}
