/// How far a value may still be believed: by its age, counted from the last confirmation, and its budget.
///
/// Confidence is a whole number of thousandths: full as long as the age is within the budget, then falling in a straight line to
/// nothing at twice the budget, rounded down. What has no budget does not age.
public struct Freshness: Sendable, Hashable {
    /// Full confidence, in thousandths.
    public static let full: Int64 = 1_000

    /// When it was last confirmed, or else said.
    public var since: Timestamp
    public var budget: Span?

    public init(since: Timestamp, budget: Span?) {
        self.since = since
        self.budget = budget
    }

    public func age(at now: Timestamp) -> Span { max(now - since, Span(milliseconds: 0)) }

    public func isStale(at now: Timestamp) -> Bool { budget.map { age(at: now) > $0 } ?? false }

    /// In thousandths.
    public func confidence(at now: Timestamp) -> Int64 {
        Self.confidence(age: age(at: now).milliseconds, budget: budget?.milliseconds)
    }

    /// In thousandths; ages and budgets in milliseconds, a budget of at least one.
    public static func confidence(age: Int64, budget: Int64?) -> Int64 {
        guard let budget, budget > 0, age > budget else { return full }
        // Budgets are up to a hundred years: a thousand times that fits.
        guard age < 2 * budget else { return 0 }
        return full * (2 * budget - age) / budget
    }

    /// The greatest age at which confidence is at least `wanted` thousandths (1 to 1,000).
    public static func lastAge(of wanted: Int64, budget: Int64) -> Int64 {
        2 * budget - (wanted * budget + full - 1) / full
    }
}
