import Foundation

/// An interval that holds at all times at once, so that one may look at an experiment every day and stop when it is clear.
///
/// The normal mixture of Robbins (1970) in the form of Howard, Ramdas, McAuliffe & Sekhon (2021, "Time-uniform,
/// nonparametric, nonasymptotic confidence sequences", equation 14): with the information I = 1/variance of the estimate,
/// |estimate − truth| ≤ √((I+ρ)·ln((I+ρ)/(ρα²)))/I for all I together with probability 1 − α. It is asymptotic here, since
/// variances are estimated (Waudby-Smith et al. 2021), and the same as the mixture SPRT of Johari et al. (2017).
public struct Peeking: Sendable, Hashable {
    let level: Double
    let information: Double
    /// Where the interval is tightest.
    let rho: Double

    /// - Parameter planned: how much more information the experiment is planned for than there is.
    public init(level: Double, information: Double, planned: Double = 1) {
        self.level = level
        self.information = information
        // ρ that makes the interval narrowest at the planned information: Howard et al., section 3.5.
        let logs = -2 * log(1 - level)
        rho = information * max(planned, 1e-9) / (logs + log1p(logs))
    }

    public var halfWidth: Double {
        let alpha = 1 - level
        let sum = information + rho
        return (sum * log(sum / (rho * alpha * alpha))).squareRoot() / information
    }

    /// May be read at any time; the smallest read so far stays valid.
    public func pValue(of difference: Double) -> Double {
        let sum = information + rho
        let score = difference * information
        return min(1, (sum / rho).squareRoot() * exp(-score * score / (2 * sum)))
    }
}
