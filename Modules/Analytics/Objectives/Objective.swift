/// What the house wants to reach: a figure, from where to where, by when, and who answers for it.
public struct Objective: Sendable, Hashable {
    public enum Direction: String, Sendable, Hashable, CaseIterable { case up, down, within }

    public enum Target: Sendable, Hashable {
        /// At least this, or at most, by the direction.
        case value(Double)
        case band(ClosedRange<Double>)
    }

    /// From where it starts.
    public enum Baseline: Sendable, Hashable {
        case stated(Double)
        /// Measured over these days, before the period.
        case measured(ClosedRange<Int>)
    }

    /// What is done for it, and what a gain is worth.
    public struct Programme: Sendable, Hashable {
        /// In minor units of the currency.
        public var cost: Int64
        /// ISO 4217.
        public var currency: String
        /// What one of the figure more (or less, where down is better) is worth, in the currency's unit.
        public var value: Double
    }

    /// How a figure adds up over time.
    public enum Nature: String, Sendable, Hashable {
        /// It grows from nothing through the period, and the target is for the whole of it.
        case total
        /// It is looked at in windows that follow each other; the last one is how things stand.
        case windows
        /// It has a size at each moment.
        case size
    }

    public var name: String
    public var title: String
    public var owner: String
    public var department: String?
    public var metric: ObjectiveMetric
    public var direction: Direction
    public var baseline: Baseline?
    public var target: Target
    /// The first and the last day in the house's zone, in days since 1970.
    public var days: ClosedRange<Int>
    /// The length of a window, in days, where one is stated.
    public var over: Int?
    public var programme: Programme?

    public var nature: Nature {
        switch metric {
        case .size: .size
        case .rate, .mean: .windows
        case .figure, .revenue: over == nil ? .total : .windows
        }
    }

    /// How long a step is, in days: a window, or how often a total or a size is looked at.
    public var step: Int { over ?? (days.count >= 56 ? 7 : 1) }

    public func isMet(by value: Double) -> Bool {
        switch target {
        case .value(let wanted): direction == .down ? value <= wanted : value >= wanted
        case .band(let band): band.contains(value)
        }
    }
}
