/// A quarter, the middle and three quarters of numbers, by linear interpolation between ranks (type 7 of Hyndman & Fan 1996, as R,
/// NumPy and DuckDB's `quantile_cont` have it).
public struct Quartiles: Sendable, Hashable {
    public var lower: Double
    public var median: Double
    public var upper: Double

    public init?(_ numbers: [Int64]) {
        guard !numbers.isEmpty else { return nil }
        let sorted = numbers.sorted()
        (lower, median, upper) = (Self.at(0.25, of: sorted), Self.at(0.5, of: sorted), Self.at(0.75, of: sorted))
    }

    /// Where a share of the numbers, which are in order and not none, lies below.
    static func at(_ share: Double, of sorted: [Int64]) -> Double {
        let place = share * Double(sorted.count - 1)
        let below = Int(place)
        let above = min(sorted.count - 1, below + 1)
        return Double(sorted[below]) + (Double(sorted[above]) - Double(sorted[below])) * (place - Double(below))
    }
}
