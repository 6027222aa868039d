public import RapportCore

/// Two people who may be one: their identifiers say so, and no rule decides.
public struct Review: Sendable, Hashable {
    /// Public ids.
    public var one: String
    public var other: String
    /// The kind of identifier that suggests it.
    public var reason: String
    public var since: Timestamp

    /// Pairs that nobody has decided, oldest numbers first; pairs that have become one person meanwhile are left out.
    public static func open(limit: Int = 200, in db: Connection) throws -> [Review] {
        try db.all(
            """
            SELECT one.public_id, other.public_id, reviews.reason, reviews.since FROM reviews
            JOIN people AS one ON one.id = reviews.low
            JOIN people AS other ON other.id = reviews.high
            WHERE reviews.verdict = 'open' AND one.state = 0 AND other.state = 0
            ORDER BY reviews.low, reviews.high LIMIT \(limit)
            """
        ) { Review(one: $0.text(0), other: $0.text(1), reason: $0.text(2), since: $0.timestamp(3)) }
    }
}
