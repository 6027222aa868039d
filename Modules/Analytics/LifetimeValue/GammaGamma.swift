import Foundation

/// The gamma-gamma model of what customers spend (Fader, Hardie & Lee 2005, "RFM and CLV: using iso-value curves"; Fader &
/// Hardie 2013, "The gamma-gamma model of monetary value").
///
/// A customer's purchases scatter around a mean by a gamma distribution of shape p; the means differ between customers by an
/// inverse gamma distribution (q, gamma). How much somebody spends says nothing of how often.
public struct GammaGamma: Sendable, Hashable, Codable {
    public var p: Double
    public var q: Double
    /// In the currency's unit.
    public var gamma: Double

    public init(p: Double, q: Double, gamma: Double) {
        self.p = p
        self.q = q
        self.gamma = gamma
    }

    /// The average purchase of all customers; `nil` where q ≤ 1, whose mean is infinite.
    public var mean: Double? { q > 1 ? p * gamma / (q - 1) : nil }

    /// What a customer's purchases are worth on average, given so many with this average: between what was seen and what
    /// others spend. `nil` where it is infinite.
    public func expectedValue(frequency: Int, average: Double) -> Double? {
        let x = Double(frequency)
        guard p * x + q > 1 else { return nil }
        return p * (gamma + average * x) / (p * x + q - 1)
    }
}

/// −ln L of averages of repeat purchases under `GammaGamma`, with derivatives by ln p, ln q and ln gamma.
struct ValueLikelihood: Sendable {
    private struct Group: Sendable {
        var frequency: Double
        var averages: [Double]
        var logs: Double
    }

    private let groups: [Group]
    let customers: Int
    let mean: Double

    /// - Parameter averages: each customer's number of repeat purchases, at least 1, and their average, above 0.
    init(_ averages: [(frequency: Int, average: Double)]) {
        groups = Dictionary(grouping: averages, by: \.frequency).sorted { $0.key < $1.key }.map { frequency, customers in
            Group(
                frequency: Double(frequency), averages: customers.map(\.average),
                logs: customers.reduce(0) { $0 + log($1.average) })
        }
        customers = averages.count
        mean = averages.isEmpty ? 0 : averages.reduce(0) { $0 + $1.average } / Double(averages.count)
    }

    func callAsFunction(_ logs: [Double]) -> Newton.Point {
        let (p, q, gamma) = (exp(logs[0]), exp(logs[1]), exp(logs[2]))
        var value = 0.0
        // By p, q and gamma themselves.
        var (dp, dq, dg) = (0.0, 0.0, 0.0)
        var (pp, pq, qq, pg, qg, gg) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        let (logQ, firstQ, secondQ) = (Gamma.log(q), Gamma.digamma(q), Gamma.trigamma(q))
        for group in groups {
            let (x, n) = (group.frequency, Double(group.averages.count))
            let sum = p * x + q
            let (firstSum, secondSum) = (Gamma.digamma(sum), Gamma.trigamma(sum))
            // Σ ln(gamma+mx), Σ 1/(gamma+mx) and Σ 1/(gamma+mx)².
            var (logTotal, inverse, square) = (0.0, 0.0, 0.0)
            for average in group.averages {
                let total = gamma + average * x
                logTotal += log(total)
                inverse += 1 / total
                square += 1 / (total * total)
            }
            value +=
                n * (Gamma.log(sum) - Gamma.log(p * x) - logQ + q * logs[2] + p * x * log(x)) + (p * x - 1) * group.logs
                - sum * logTotal
            dp += x * (n * (firstSum - Gamma.digamma(p * x) + log(x)) + group.logs - logTotal)
            dq += n * (firstSum - firstQ + logs[2]) - logTotal
            dg += n * q / gamma - sum * inverse
            pp += n * x * x * (secondSum - Gamma.trigamma(p * x))
            pq += n * x * secondSum
            qq += n * (secondSum - secondQ)
            pg -= x * inverse
            qg += n / gamma - inverse
            gg += -n * q / (gamma * gamma) + sum * square
        }
        return Newton.Point(
            value: -value, gradient: [-p * dp, -q * dq, -gamma * dg],
            hessian: [
                [-p * dp - p * p * pp, -p * q * pq, -p * gamma * pg], [-p * q * pq, -q * dq - q * q * qq, -q * gamma * qg],
                [-p * gamma * pg, -q * gamma * qg, -gamma * dg - gamma * gamma * gg],
            ])
    }
}
