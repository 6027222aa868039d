import Foundation

/// Probabilities of the distributions that tests and intervals need.
public enum Distribution {
    /// P(Z ≤ z) of the standard normal.
    public static func normal(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }

    /// P(|Z| ≥ |z|), accurate far out too.
    public static func normalTwoSided(_ z: Double) -> Double { erfc(abs(z) / 2.0.squareRoot()) }

    /// The z with P(Z ≤ z) = p (Wichura 1988, Algorithm AS 241, PPND16: about 1 part in 10^16).
    public static func normalQuantile(_ p: Double) -> Double {
        guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
        let q = p - 0.5
        if abs(q) <= 0.425 {
            let r = 0.180625 - q * q
            return q * polynomial(centreNumerator, r) / polynomial(centreDenominator, r)
        }
        let r = (-log(q < 0 ? p : 1 - p)).squareRoot()
        let value =
            r <= 5
            ? polynomial(middleNumerator, r - 1.6) / polynomial(middleDenominator, r - 1.6)
            : polynomial(tailNumerator, r - 5) / polynomial(tailDenominator, r - 5)
        return q < 0 ? -value : value
    }

    /// P(|T| ≥ |t|) of Student's distribution with any positive degrees of freedom.
    public static func studentTwoSided(_ t: Double, degrees: Double) -> Double {
        guard degrees > 0, !t.isNaN else { return .nan }
        if t.isInfinite { return 0 }
        return betaRegularized(degrees / (degrees + t * t), degrees / 2, 0.5)
    }

    /// The t > 0 with P(|T| ≤ t) = `level`.
    public static func studentTwoSidedQuantile(_ level: Double, degrees: Double) -> Double {
        guard level > 0, level < 1, degrees > 0 else { return level == 0 ? 0 : .nan }
        var (low, high) = (0.0, 1.0)
        while 1 - studentTwoSided(high, degrees: degrees) < level, high < 1e12 { high *= 2 }
        for _ in 0..<200 {
            let middle = (low + high) / 2
            if middle == low || middle == high { break }
            if 1 - studentTwoSided(middle, degrees: degrees) < level { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// I_x(a, b), the regularized incomplete beta function, by Lentz's continued fraction (DLMF 8.17.22): about 1e-14.
    public static func betaRegularized(_ x: Double, _ a: Double, _ b: Double) -> Double {
        if x <= 0 { return 0 }
        if x >= 1 { return 1 }
        if x > (a + 1) / (a + b + 2) { return 1 - betaRegularized(1 - x, b, a) }
        let front = exp(a * log(x) + b * log1p(-x) - Gamma.logBeta(a, b)) / a
        let tiny = 1e-300
        var c = 1.0
        var d = 1 - (a + b) * x / (a + 1)
        d = 1 / (abs(d) < tiny ? tiny : d)
        var value = d
        for m in 1...100_000 {
            let n = Double(m)
            for step in 0..<2 {
                let numerator =
                    step == 0
                    ? n * (b - n) * x / ((a + 2 * n - 1) * (a + 2 * n))
                    : -(a + n) * (a + b + n) * x / ((a + 2 * n) * (a + 2 * n + 1))
                d = 1 + numerator * d
                d = 1 / (abs(d) < tiny ? tiny : d)
                c = 1 + numerator / c
                if abs(c) < tiny { c = tiny }
                value *= d * c
            }
            if abs(d * c - 1) < 1e-16 { break }
        }
        return front * value
    }

    private static func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
        coefficients.reversed().reduce(0) { $0 * x + $1 }
    }

    private static let centreNumerator = [
        3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
        4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3,
    ]
    private static let centreDenominator = [
        1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4,
        3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3,
    ]
    private static let middleNumerator = [
        1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
        1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
    ]
    private static let middleDenominator = [
        1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1, 1.48103976427480074590e-1,
        1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
    ]
    private static let tailNumerator = [
        6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
        2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
    ]
    private static let tailDenominator = [
        1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2, 7.86869131145613259100e-4,
        1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
    ]
}
