import Foundation

/// The beta-geometric/NBD model (Fader, Hardie & Lee 2005, "Counting your customers" the easy way, Marketing Science 24).
///
/// While a customer has not left, purchases come at a rate λ, gamma distributed over customers (r, alpha); after each repeat
/// purchase the customer leaves with a probability p, beta distributed over customers (a, b).
public struct BGNBD: PurchaseModel, Hashable, Codable {
    public var r: Double
    /// In periods.
    public var alpha: Double
    public var a: Double
    public var b: Double

    public init(r: Double, alpha: Double, a: Double, b: Double) {
        self.r = r
        self.alpha = alpha
        self.a = a
        self.b = b
    }

    public var timeScale: Double { alpha }

    public func probabilityAlive(_ history: PurchaseHistory) -> Double {
        guard history.frequency > 0 else { return 1 }
        let x = Double(history.frequency)
        let odds = log(a) - log(b + x - 1) + (r + x) * (log(alpha + history.age) - log(alpha + history.recency))
        return 1 / (1 + exp(odds))
    }

    /// Equation (10) of the paper without its denominator, in a form that holds at a = 1 too.
    ///
    /// With C = a+b+x−1, z = t/(alpha+T+t) and Euler's transformation of ₂F₁ the expectation is
    /// C·(−expm1((a−1)·ln(1−z))/(a−1)) − (1−z)^(a−1)·Σ_{n≥1} (a+b−1−r)ₙ(a)ₙ₋₁ / ((C+1)ₙ₋₁·n!)·zⁿ.
    /// Relative error below 1e-10 (compared with the integral over p).
    public func expectedWhileAlive(within periods: Double, frequency: Int, age: Double) -> Double {
        guard periods > 0 else { return 0 }
        let x = Double(frequency)
        let c = a + b + x - 1
        let z = periods / (alpha + age + periods)
        let logRest = log(alpha + age) - log(alpha + age + periods)
        let power = (a - 1) * logRest
        let first = abs(power) < 1e-300 ? -logRest * c : -expm1(power) / (a - 1) * c
        let big = a + b - 1 - r
        var term = big * z
        var (sum, largest) = (term, abs(term))
        var n = 1.0
        while n < 20_000 {
            term *= (big + n) * (a + n - 1) / ((c + n) * (n + 1)) * z
            sum += term
            largest = max(largest, abs(term))
            n += 1
            // What is left is at most a geometric series once terms shrink.
            if abs(term) < 1e-17 * (1 - z) * abs(sum) || term == 0 { break }
        }
        let second = exp(power) * sum
        let value = first - second
        // Large parts that cancel, or a series that has not ended: the integral is slower and never wrong.
        guard n < 20_000, value.isFinite, max(abs(first), exp(power) * largest) < 1e5 * abs(value) else {
            return expectedByIntegral(within: periods, frequency: frequency, age: age)
        }
        return value
    }

    /// ∫ Beta(p; a, b+x)·(1 − (1 + p·t/(alpha+T))^−(r+x))/p dp: the same by another way.
    func expectedByIntegral(within periods: Double, frequency: Int, age: Double) -> Double {
        let x = Double(frequency)
        let scale = periods / (alpha + age)
        let constant = Gamma.logBeta(a, b + x)
        func rest(_ logP: Double) -> Double { -expm1(-(r + x) * log1p(exp(logP) * scale)) * exp(-logP) }
        // With a < 1 much of the weight lies where p is next to nothing: u = p^a spreads it evenly.
        if a < 1 {
            return Quadrature.doubleExponential { u, v in
                let logP = (u < 0.5 ? log(u) : log1p(-v)) / a
                guard logP < 0 else { return 0 }
                let value = logP < -600 ? (r + x) * scale : rest(logP)
                return value * exp((b + x - 1) * log(-expm1(logP)) - constant) / a
            }
        }
        return Quadrature.doubleExponential { p, q in
            guard p > 0, q > 0 else { return 0 }
            let logP = p < 0.5 ? log(p) : log1p(-q)
            return rest(logP) * exp((a - 1) * logP + (b + x - 1) * log(q) - constant)
        }
    }

    /// The probability of each number of repeat purchases 0...`most` within `periods` of the first one (equation 8).
    public func distribution(upTo most: Int, within periods: Double) -> [Double] {
        let z = periods / (alpha + periods)
        let start = r * (log(alpha) - log(alpha + periods))
        // The negative binomial's probabilities and their running sum.
        var (count, below) = (exp(start), 0.0)
        // B(a, b+x)/B(a, b), and B(a+1, b+x−1)/B(a, b).
        var (stays, leaves) = (1.0, a / (a + b))
        return (0...most).map { x in
            let n = Double(x)
            if x > 0 {
                below += count
                count *= (r + n - 1) / n * z
                stays *= (b + n - 1) / (a + b + n - 1)
                if x > 1 { leaves *= (b + n - 2) / (a + b + n - 1) }
            }
            return stays * count + (x > 0 ? leaves * max(0, 1 - below) : 0)
        }
    }
}
