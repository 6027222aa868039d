import Foundation

/// What a treatment changed against a control group.
public struct LiftComparison: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        /// A yes or no for each member: compared by the z test of two proportions.
        case rate
        /// A number for each member: compared by Welch's t test.
        case amount
    }

    public struct Interval: Sendable, Hashable {
        public var low: Double
        public var high: Double

        public func contains(_ value: Double) -> Bool { low <= value && value <= high }
    }

    public let kind: Kind
    public let treatment: ArmOutcome
    public let control: ArmOutcome
    /// The level of the intervals, such as 0.95.
    public let level: Double

    /// Treatment minus control.
    public let difference: Double
    /// Of the difference, each group with its own variance; `nil` where a group is too small.
    public let standardError: Double?
    /// `difference` ± quantile × `standardError` (Wald; for amounts by Student's distribution).
    public let interval: Interval?
    /// Difference over control; `nil` where the control did nothing.
    public let relative: Double?
    /// By the logarithm of the ratio (Katz et al. 1978; the delta method for amounts).
    public let relativeInterval: Interval?

    /// For rates z with the pooled variance, which holds if there is no difference; for amounts Welch's t.
    public let statistic: Double?
    /// For rates z with each group's own variance.
    public let unpooledStatistic: Double?
    /// Of t (Welch 1947, Satterthwaite 1946).
    public let degrees: Double?
    /// Two-sided, of `statistic`.
    public let pValue: Double?

    /// Valid however often one looks and whenever one stops: see `Peeking`.
    public let anytimeInterval: Interval?
    public let anytimePValue: Double?

    /// - Parameters:
    ///   - planned: how many members of both groups together the experiment is planned for, where the interval for peeking is
    ///     to be tightest; as many as there are without.
    public init(_ kind: Kind, treatment: ArmOutcome, control: ArmOutcome, level: Double = 0.95, planned: Int? = nil) {
        self.kind = kind
        self.treatment = treatment
        self.control = control
        self.level = level
        difference = treatment.mean - control.mean
        relative = control.mean > 0 ? difference / control.mean : nil
        let (n1, n0) = (Double(treatment.count), Double(control.count))
        let variances: (Double, Double)? =
            kind == .rate
            ? (n1 > 0 && n0 > 0 ? (treatment.rateVariance, control.rateVariance) : nil)
            : treatment.variance.flatMap { one in control.variance.map { (one, $0) } }
        guard let (v1, v0) = variances, v1 / n1 + v0 / n0 > 0 else {
            // Without any spread nothing can be tested.
            (standardError, interval, relativeInterval, statistic, unpooledStatistic) = (nil, nil, nil, nil, nil)
            (degrees, pValue, anytimeInterval, anytimePValue) = (nil, nil, nil, nil)
            return
        }
        let error = (v1 / n1 + v0 / n0).squareRoot()
        standardError = error
        let quantile: Double
        switch kind {
        case .rate:
            let pooled = (treatment.sum + control.sum) / (n1 + n0)
            let pooledError = (pooled * (1 - pooled) * (1 / n1 + 1 / n0)).squareRoot()
            let z = difference / pooledError
            statistic = z
            unpooledStatistic = difference / error
            degrees = nil
            pValue = Distribution.normalTwoSided(z)
            quantile = Distribution.normalQuantile(0.5 + level / 2)
        case .amount:
            let t = difference / error
            let (e1, e0) = (v1 / n1, v0 / n0)
            let freedom = (e1 + e0) * (e1 + e0) / (e1 * e1 / (n1 - 1) + e0 * e0 / (n0 - 1))
            statistic = t
            unpooledStatistic = nil
            degrees = freedom
            pValue = Distribution.studentTwoSided(t, degrees: freedom)
            quantile = Distribution.studentTwoSidedQuantile(level, degrees: freedom)
        }
        interval = Interval(low: difference - quantile * error, high: difference + quantile * error)
        if treatment.mean > 0, control.mean > 0 {
            let logError =
                (v1 / (n1 * treatment.mean * treatment.mean) + v0 / (n0 * control.mean * control.mean)).squareRoot()
            let ratio = log(treatment.mean / control.mean)
            relativeInterval = Interval(low: expm1(ratio - quantile * logError), high: expm1(ratio + quantile * logError))
        } else {
            relativeInterval = nil
        }
        let peeking = Peeking(
            level: level, information: 1 / (error * error), planned: planned.map { Double($0) / (n1 + n0) } ?? 1)
        let reach = peeking.halfWidth
        anytimeInterval = Interval(low: difference - reach, high: difference + reach)
        anytimePValue = peeking.pValue(of: difference)
    }

    /// Whether the interval leaves out 0.
    public var isClear: Bool { interval.map { !$0.contains(0) } ?? false }

    /// The smallest difference that groups of this size show four times out of five, at this level.
    public func detectable(power: Double = 0.8) -> Double? {
        standardError.map { (Distribution.normalQuantile(0.5 + level / 2) + Distribution.normalQuantile(power)) * $0 }
    }

    /// How many members a group needs to show a difference of this much, with groups of equal size (Fleiss, Levin & Paik 2003,
    /// 4.14, without correction for continuity; for amounts by the variances seen).
    public func needed(for difference: Double, power: Double = 0.8) -> Int? {
        guard difference != 0 else { return nil }
        let (alpha, beta) = (Distribution.normalQuantile(0.5 + level / 2), Distribution.normalQuantile(power))
        let root: Double
        switch kind {
        case .rate:
            let (p0, p1) = (control.mean, control.mean + difference)
            guard control.count > 0, p1 >= 0, p1 <= 1 else { return nil }
            let mean = (p0 + p1) / 2
            root = alpha * (2 * mean * (1 - mean)).squareRoot() + beta * (p0 * (1 - p0) + p1 * (1 - p1)).squareRoot()
        case .amount:
            guard let v1 = treatment.variance, let v0 = control.variance else { return nil }
            root = (alpha + beta) * (v1 + v0).squareRoot()
        }
        let count = (root / difference) * (root / difference)
        return count.isFinite && count > 0 && count < 1e15 ? Int(count.rounded(.up)) : nil
    }

    /// A rate's interval that stays within 0 and 1, also for nobody and for everybody (Wilson 1927).
    public static func wilson(_ arm: ArmOutcome, level: Double) -> Interval? {
        guard arm.count > 0 else { return nil }
        let (n, z) = (Double(arm.count), Distribution.normalQuantile(0.5 + level / 2))
        let centre = arm.mean + z * z / (2 * n)
        let reach = z * (arm.rateVariance / n + z * z / (4 * n * n)).squareRoot()
        let scale = 1 + z * z / n
        return Interval(low: max(0, (centre - reach) / scale), high: min(1, (centre + reach) / scale))
    }
}
