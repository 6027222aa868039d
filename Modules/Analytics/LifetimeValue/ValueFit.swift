import Foundation
public import RapportCore

/// What a purchase is worth: the gamma-gamma model fitted by maximum likelihood, or a plain average where it cannot be.
public struct ValueFit: Sendable {
    /// `nil`: the data cannot carry it, see `fallback`.
    public let model: GammaGamma?
    public let logLikelihood: Double?
    /// Of ln p, ln q and ln gamma.
    public let covariance: [[Double]]?
    /// Why there is no model.
    public let fallback: Remark?
    public let remarks: [Remark]
    /// Customers with repeat purchases of a positive average: those it is learnt from.
    public let customers: Int
    /// Customers with repeat purchases whose average is nothing or less, which the model cannot take.
    public let withoutValue: Int
    /// The average purchase of all customers, first purchases too.
    public let average: Double
    /// How the number of repeats and their average go together (Pearson); the model takes them as independent.
    public let correlation: Double?

    public var standardErrors: [Double]? {
        guard let covariance, let model else { return nil }
        let values = [model.p, model.q, model.gamma]
        return values.indices.map { max(0, covariance[$0][$0]).squareRoot() * values[$0] }
    }

    /// What a customer's next purchases are worth on average.
    public func expectedValue(frequency: Int, average own: Double?) -> Double {
        guard let model else {
            // Halfway between what others spend and what was seen, the more the more was seen.
            guard let own, frequency > 0 else { return average }
            return (own * Double(frequency) + average) / Double(frequency + 1)
        }
        guard let own, own > 0, frequency > 0 else { return model.mean ?? average }
        return model.expectedValue(frequency: frequency, average: own) ?? own
    }

    public init(_ summary: PurchaseSummary) {
        let repeaters = summary.customers.filter { $0.frequency > 0 }
        let seen = repeaters.compactMap { customer -> (frequency: Int, average: Double)? in
            guard let average = customer.averageValue, average > 0 else { return nil }
            return (customer.frequency, average)
        }
        let purchases = summary.customers.reduce(0) { $0 + $1.frequency + 1 }
        average = purchases > 0 ? summary.customers.reduce(0) { $0 + $1.value } / Double(purchases) : 0
        customers = seen.count
        withoutValue = repeaters.count - seen.count
        correlation = Self.correlation(seen)
        var remarks: [Remark] = []
        if withoutValue > 0 {
            remarks.append(Remark("cli.clv.note.without_value", ["count": "\(withoutValue)"]))
        }
        if let correlation, abs(correlation) > 0.3 {
            remarks.append(
                Remark(
                    correlation > 0 ? "cli.clv.note.spends_more" : "cli.clv.note.spends_less",
                    ["correlation": String(format: "%.2f", correlation)]))
        }
        guard seen.count >= PurchaseFit.fewest else {
            (model, logLikelihood, covariance) = (nil, nil, nil)
            fallback = PurchaseFit.replaced(
                Remark("cli.clv.note.few_values", ["count": "\(seen.count)", "fewest": "\(PurchaseFit.fewest)"]), by: "averages")
            self.remarks = remarks
            return
        }
        let likelihood = ValueLikelihood(seen)
        var newton = Newton()
        newton.bounds = -20...20
        let starts = [(6.0, 4.0), (1.5, 2.5), (30.0, 8.0)].map { p, q in [log(p), log(q), log(likelihood.mean * (q - 1) / p)] }
        let found = starts.map { newton.minimize(from: $0, likelihood.callAsFunction) }
        let best = found.dropFirst().reduce(found[0]) { $1.value < $0.value - 1e-9 ? $1 : $0 }
        let inverse = Cholesky(best.hessian)?.inverse
        guard best.isSettled, let inverse, inverse.indices.allSatisfy({ inverse[$0][$0] < 9 }) else {
            (model, logLikelihood, covariance) = (nil, nil, nil)
            fallback = PurchaseFit.replaced(Remark("cli.clv.note.values_alike"), by: "averages")
            self.remarks = remarks
            return
        }
        let fitted = GammaGamma(p: exp(best.at[0]), q: exp(best.at[1]), gamma: exp(best.at[2]))
        if fitted.q <= 1 {
            remarks.append(Remark("cli.clv.note.q_low"))
        }
        model = fitted
        logLikelihood = -best.value
        covariance = inverse
        fallback = nil
        self.remarks = remarks
    }

    private static func correlation(_ seen: [(frequency: Int, average: Double)]) -> Double? {
        guard seen.count > 2 else { return nil }
        let n = Double(seen.count)
        let (mx, my) = (seen.reduce(0) { $0 + Double($1.frequency) } / n, seen.reduce(0) { $0 + $1.average } / n)
        var (xx, yy, xy) = (0.0, 0.0, 0.0)
        for customer in seen {
            let (dx, dy) = (Double(customer.frequency) - mx, customer.average - my)
            xx += dx * dx
            yy += dy * dy
            xy += dx * dy
        }
        return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : nil
    }
}
