public import RapportCore
public import RapportStorage

/// Two people who may be one, as lists show them.
public struct Duplicate: Sendable, Hashable {
    public var pair: MatchPair
    public var one: PersonHit
    public var other: PersonHit
    /// The kind of identifier that suggests it, or `likeness`.
    public var reason: String
    public var since: Timestamp
    /// `nil` where only an identifier speaks for it.
    public var probability: Double?
    /// Kinds of identifiers of which each has another value.
    public var conflict: String

    /// By which commands name the pair: `17-42`.
    public var name: String { "\(pair.low)-\(pair.high)" }

    /// Pairs that wait for somebody to decide: those that identifiers suggest, then the likeliest first.
    public static func open(limit: Int, in db: Connection) throws -> [Duplicate] {
        let rows = try db.all(
            """
            SELECT reviews.low, reviews.high, reviews.reason, reviews.since, match_pairs.weight,
                COALESCE(match_pairs.weight, 100000000) AS rank, COALESCE(match_pairs.conflict, '')
            FROM \(waiting)
            ORDER BY rank DESC, reviews.low, reviews.high LIMIT \(limit)
            """
        ) { row in
            (
                pair: MatchPair(row.integer(0), row.integer(1)), reason: row.text(2), since: row.timestamp(3),
                weight: row.integerOrNil(4), conflict: row.text(6)
            )
        }
        let people = Set(rows.flatMap { [$0.pair.low, $0.pair.high] }).sorted()
        let hits = Dictionary(try People.hits(people, in: db).map { ($0.id, $0) }) { first, _ in first }
        return rows.compactMap { row in
            guard let one = hits[row.pair.low], let other = hits[row.pair.high] else { return nil }
            return Duplicate(
                pair: row.pair, one: one, other: other, reason: row.reason, since: row.since,
                probability: row.weight.map { MatchDesk.probability(milliBits: $0) }, conflict: row.conflict)
        }
    }

    /// How many pairs wait.
    public static func count(in db: Connection) throws -> Int64 { try db.integer("SELECT COUNT(*) FROM \(waiting)") ?? 0 }

    private static var waiting: SQL {
        """
        reviews
        JOIN people AS one ON one.id = reviews.low
        JOIN people AS other ON other.id = reviews.high
        LEFT JOIN match_pairs ON match_pairs.low = reviews.low AND match_pairs.high = reviews.high
        WHERE reviews.verdict IN ('open', 'sure') AND one.state = 0 AND other.state = 0
        """
    }
}

extension MatchPair {
    /// Reads `17-42`.
    public init?(named text: String) {
        let parts = text.split(separator: "-")
        guard parts.count == 2, let one = PersonID(parts[0]), let other = PersonID(parts[1]), one > 0, other > 0, one != other
        else { return nil }
        self.init(one, other)
    }
}
