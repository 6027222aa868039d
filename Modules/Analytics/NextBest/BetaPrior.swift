import Foundation

/// What the rates of many groups have in common, learnt from all of them, so that a group of few messages is believed little
/// (empirical Bayes: Efron & Morris 1975, Casella 1985).
///
/// Each group's rate is drawn from Beta(mean · strength, (1 − mean) · strength), so its responses are beta-binomial (Skellam
/// 1948). `mean` and `strength` are the mode of their likelihood (Griffiths 1973) under two weak priors that keep it finite
/// where there are few groups, or none that differ: Jeffreys' for the mean, and for the strength the uniform shrinkage prior
/// (Strawderman 1971; Christiansen & Morris 1997), by which an average group is believed as much as the house before one looks.
public struct BetaPrior: Sendable, Hashable {
    /// 0…1.
    public let mean: Double
    /// In messages: a group of so many is believed as much as the house.
    public let strength: Double

    public init(mean: Double, strength: Double) {
        self.mean = mean
        self.strength = strength
    }

    /// Nothing is known: Jeffreys' prior.
    public static let none = BetaPrior(mean: 0.5, strength: 1)

    public var rate: BetaRate { BetaRate(a: mean * strength, b: (1 - mean) * strength) }

    /// How much of a group's estimate is the house's rather than its own, 0…1.
    public func shrinkage(of count: ResponseCount) -> Double { strength / (strength + Double(count.messages)) }

    /// - Parameter groups: with how many groups are alike in it; those without messages say nothing.
    public static func fit(_ groups: [ResponseCount: Int]) -> BetaPrior {
        let groups = groups.filter { $0.key.messages > 0 && $0.value > 0 }.sorted {
            ($0.key.messages, $0.key.responses) < ($1.key.messages, $1.key.responses)
        }
        guard !groups.isEmpty else { return none }
        var (messages, responses, count) = (0.0, 0.0, 0.0)
        for (group, times) in groups {
            messages += Double(group.messages * times)
            responses += Double(group.responses * times)
            count += Double(times)
        }
        let average = messages / count
        let start = (responses + 0.5) / (messages + 1)
        var newton = Newton()
        newton.bounds = -25...25
        let found = newton.minimize(from: [log(start / (1 - start)), log(average)]) { place in
            point(logit: place[0], log: place[1], groups, average)
        }
        let mean = BetaRate.rate(ofLogit: found.at[0])
        return BetaPrior(mean: min(max(mean, 1e-12), 1 - 1e-12), strength: exp(found.at[1]))
    }

    public static func fit(_ groups: [ResponseCount]) -> BetaPrior {
        fit(Dictionary(groups.map { ($0, 1) }, uniquingKeysWith: +))
    }

    /// Minus the logarithm of the posterior, by the logit of the mean and the logarithm of the strength, with its derivatives.
    static func point(logit: Double, log strength: Double, _ groups: [(key: ResponseCount, value: Int)], _ average: Double)
        -> Newton.Point
    {
        let (mean, total) = (BetaRate.rate(ofLogit: logit), exp(strength))
        let rest = BetaRate.rate(ofLogit: -logit)
        let (a, b) = (mean * total, rest * total)
        var value = 0.0
        // By a, by b, and what both share; then the second derivatives.
        var (da, db, shared, daa, dbb, sharedTwice) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        for (group, times) in groups {
            let weight = Double(times)
            let (k, n) = (Double(group.responses), Double(group.messages))
            value +=
                weight
                * (Gamma.log(a + k) - Gamma.log(a) + Gamma.log(b + n - k) - Gamma.log(b) - Gamma.log(total + n)
                    + Gamma.log(total))
            if k > 0 {
                da += weight * (Gamma.digamma(a + k) - Gamma.digamma(a))
                daa += weight * (Gamma.trigamma(a + k) - Gamma.trigamma(a))
            }
            if n > k {
                db += weight * (Gamma.digamma(b + n - k) - Gamma.digamma(b))
                dbb += weight * (Gamma.trigamma(b + n - k) - Gamma.trigamma(b))
            }
            shared += weight * (Gamma.digamma(total) - Gamma.digamma(total + n))
            sharedTwice += weight * (Gamma.trigamma(total) - Gamma.trigamma(total + n))
        }
        let spread = total * mean * rest
        let (byA, byB) = (da + shared, db + shared)
        let (aa, bb, ab) = (daa + sharedTwice, dbb + sharedTwice, sharedTwice)
        var gradient = [spread * (byA - byB), a * byA + b * byB]
        var hessian = [
            [spread * spread * (aa - 2 * ab + bb) + spread * (rest - mean) * (byA - byB), 0],
            [0, a * a * aa + 2 * a * b * ab + b * b * bb + a * byA + b * byB],
        ]
        hessian[0][1] = spread * (a * (aa - ab) + b * (ab - bb) + byA - byB)
        hessian[1][0] = hessian[0][1]
        // √mean · √rest; strength / (average + strength)².
        value += 0.5 * (Foundation.log(mean) + Foundation.log(rest)) + strength - 2 * Foundation.log(average + total)
        let share = total / (average + total)
        gradient[0] += 0.5 * (rest - mean)
        gradient[1] += 1 - 2 * share
        hessian[0][0] -= mean * rest
        hessian[1][1] -= 2 * share * (1 - share)
        return Newton.Point(value: -value, gradient: gradient.map { -$0 }, hessian: hessian.map { $0.map { -$0 } })
    }
}
