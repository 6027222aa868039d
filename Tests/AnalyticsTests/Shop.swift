import Foundation
import RapportCore

@testable import RapportAnalytics

/// Customers who buy and leave as the BG/NBD model says, with r 0.6, alpha 5, a 1, b 3.
struct Shop {
    /// Of each customer, the times of purchases after the first, in periods.
    let repeats: [[Double]]
    private var numbers: SplitMix64

    init(seed: UInt64, customers: Int, periods: Double = 52, leaving: Bool = true) {
        var numbers = SplitMix64(seed: seed)
        repeats = (0..<customers).map { _ in
            let rate = Self.gamma(0.6, &numbers) / 5
            // Beta(1, 3) by its inverse.
            let leave = leaving ? 1 - pow(Double.random(in: 0..<1, using: &numbers), 1 / 3.0) : 0
            var times: [Double] = []
            var now = 0.0
            while true {
                now -= log(1 - Double.random(in: 0..<1, using: &numbers)) / rate
                guard now < periods else { break }
                times.append(now)
                if Double.random(in: 0..<1, using: &numbers) < leave { break }
            }
            return times
        }
        self.numbers = numbers
    }

    func purchases(until time: Double) -> Int { repeats.reduce(0) { $0 + $1.count { $0 <= time } } }

    /// On days, of which a period has so many that no two purchases fall on one.
    func summary(daysPerPeriod: Double = 1_000) -> PurchaseSummary {
        var numbers = numbers
        var rows = Purchases(customers: repeats.indices.map { "c\($0)" })
        for (customer, times) in repeats.enumerated() {
            rows.add(customer: customer, day: 0, amount: 20)
            for time in times {
                let amount = 10 + 30 * Double.random(in: 0..<1, using: &numbers) * Double(customer % 7 + 1)
                rows.add(customer: customer, day: max(1, Int(time * daysPerPeriod)), amount: amount)
            }
        }
        return rows.summary(calibrationEnd: Int(52 * daysPerPeriod), periodDays: daysPerPeriod)
    }

    /// Marsaglia & Tsang 2000, with the shape below one.
    private static func gamma(_ shape: Double, _ numbers: inout SplitMix64) -> Double {
        let boost = pow(Double.random(in: 0..<1, using: &numbers), 1 / shape)
        let d = shape + 1 - 1 / 3.0
        let c = 1 / (9 * d).squareRoot()
        while true {
            let u = Double.random(in: 0..<1, using: &numbers)
            let normal =
                (-2 * log(1 - Double.random(in: 0..<1, using: &numbers))).squareRoot()
                * cos(2 * .pi * Double.random(in: 0..<1, using: &numbers))
            let v = pow(1 + c * normal, 3)
            if v > 0, log(1 - u) < 0.5 * normal * normal + d - d * v + d * log(v) { return d * v * boost }
        }
    }
}
