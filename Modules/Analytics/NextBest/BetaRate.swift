import Foundation

/// What is known of a rate: a Beta distribution.
public struct BetaRate: Sendable, Hashable {
    public let a: Double
    public let b: Double

    /// - Parameters: both above 0.
    public init(a: Double, b: Double) {
        self.a = a
        self.b = b
    }

    public var mean: Double { a / (a + b) }
    public var variance: Double { a * b / ((a + b) * (a + b) * (a + b + 1)) }

    /// What is known after so many more messages.
    public func after(_ count: ResponseCount) -> BetaRate {
        BetaRate(a: a + Double(count.responses), b: b + Double(count.messages - count.responses))
    }

    /// P(rate ≤ x).
    public func below(_ x: Double) -> Double { Distribution.betaRegularized(x, a, b) }

    /// The density of the logit at `x`: that of the rate, times x (1 − x).
    func logitDensity(_ x: Double) -> Double { exp(a * log(x) + b * log1p(-x) - logBeta) }

    private var logBeta: Double { Gamma.logBeta(a, b) }

    /// The logit of the rate that is not passed with probability `p`.
    func logitQuantile(_ p: Double) -> Double {
        var (low, high) = (-80.0, 36.0)
        for _ in 0..<48 {
            let middle = (low + high) / 2
            if below(Self.rate(ofLogit: middle)) < p { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    static func rate(ofLogit t: Double) -> Double { 1 / (1 + exp(-t)) }

    /// Leaves out as much at either side.
    public func interval(level: Double = 0.95) -> LiftComparison.Interval {
        LiftComparison.Interval(
            low: Self.rate(ofLogit: logitQuantile(0.5 - level / 2)), high: Self.rate(ofLogit: logitQuantile(0.5 + level / 2)))
    }
}
