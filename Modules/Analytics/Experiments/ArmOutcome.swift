/// What the members of one group of an experiment did: enough to compare groups by.
public struct ArmOutcome: Sendable, Hashable {
    public private(set) var count = 0
    public private(set) var mean = 0.0
    /// Σ(x − mean)², kept as values come (Welford 1962).
    private var squares = 0.0
    public private(set) var sum = 0.0
    /// Members whose outcome is not 0.
    public private(set) var nonzero = 0

    public init() {}

    public mutating func add(_ value: Double) {
        count += 1
        let step = value - mean
        mean += step / Double(count)
        squares += step * (value - mean)
        sum += value
        if value != 0 { nonzero += 1 }
    }

    /// A group of whom so many of so many did what was hoped for.
    public init(successes: Int, of count: Int) {
        self.count = count
        mean = count > 0 ? Double(successes) / Double(count) : 0
        squares = count > 0 ? Double(successes) * (1 - mean) : 0
        sum = Double(successes)
        nonzero = successes
    }

    /// The variance of a value, by count − 1; `nil` with fewer than two.
    public var variance: Double? { count > 1 ? max(0, squares) / Double(count - 1) : nil }
    /// The variance of a rate: p(1 − p).
    public var rateVariance: Double { max(0, mean * (1 - mean)) }
}
