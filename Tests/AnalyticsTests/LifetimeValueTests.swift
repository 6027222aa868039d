import Foundation
import RapportCore
import Testing

@testable import RapportAnalytics

@Suite("Lifetime value")
struct LifetimeValueTests {
    private func cdnow() throws -> LifetimeValue {
        let rows = try Purchases.read(
            DataFile.open(SharedData.path("cdnow/CDNOW_sample.txt")), customer: "1", date: "3", amount: "5"
        ).purchases
        var options = LifetimeValue.Options()
        options.calibrationEnd = CivilDate(year: 1997, month: 9, day: 30)?.daysSince1970
        return try LifetimeValue(rows, options: options)
    }

    @Test(
        "the published figures of the CDNOW sample come out", .enabled(if: SharedData.has("cdnow"), "needs ../shared/data/cdnow"))
    func published() throws {
        let value = try cdnow()
        guard case .bgnbd(let model) = value.purchases.model, let spend = value.values?.model else {
            Issue.record("no model was fitted: \(value.purchases.fallback?.key ?? "")")
            return
        }
        // Fader, Hardie & Lee 2005, table 2; Fader & Hardie 2013.
        #expect(value.summary.customers.count == 2_357 && value.summary.repeaters == 946)
        #expect(abs(model.r - 0.243) < 0.0005 && abs(model.alpha - 4.414) < 0.0005)
        #expect(abs(model.a - 0.793) < 0.0005 && abs(model.b - 2.426) < 0.0005)
        #expect(abs(value.purchases.logLikelihood + 9_582.4) < 0.05)
        #expect(abs(spend.p - 6.25) < 0.005 && abs(spend.q - 3.74) < 0.005 && abs(spend.gamma - 15.44) < 0.005)
        // The paper's customer 1: two repeats, the last after 30.43 of 38.86 weeks: 1.226 purchases in the next 39 weeks.
        let first = PurchaseHistory(frequency: 2, recency: 30.43, age: 38.86)
        #expect(abs(model.expectedPurchases(within: 39, first) - 1.226) < 0.002)
        let rows = value.holdOut()
        #expect(rows.map(\.customers).reduce(0, +) == 2_357)
        for row in rows where row.customers > 50 {
            #expect(abs(row.predicted - row.actual) / Double(row.customers) < 0.4, "\(row)")
        }
    }

    @Test("the standard errors are those of the curvature, whose derivatives agree with differences of the likelihood")
    func derivatives() {
        let summary = Shop(seed: 3, customers: 300).summary()
        let likelihood = PurchaseLikelihood(summary)
        let averages = summary.customers.compactMap { customer in
            customer.averageValue.flatMap { $0 > 0 ? (frequency: customer.frequency, average: $0) : nil }
        }
        let value = ValueLikelihood(averages)
        let functions: [(([Double]) -> Newton.Point, [Double])] = [
            (likelihood.bgnbd, [-0.5, 1.2, -0.2, 0.9]), (likelihood.equalDropout, [-0.3, 1.5, -1.5]),
            (likelihood.nbd, [0.1, 2]), (value.callAsFunction, [1.5, 1.2, 2.5]),
        ]
        for (function, at) in functions {
            let here = function(at)
            for index in at.indices {
                var (up, down) = (at, at)
                up[index] += 1e-5
                down[index] -= 1e-5
                let (above, below) = (function(up), function(down))
                let slope = (above.value - below.value) / 2e-5
                #expect(abs(slope - here.gradient[index]) < 1e-4 * (1 + abs(slope)))
                for other in at.indices {
                    let bend = (above.gradient[other] - below.gradient[other]) / 2e-5
                    #expect(abs(bend - here.hessian[index][other]) < 1e-4 * (1 + abs(bend)))
                }
            }
        }
    }

    @Test("parameters that made the purchases are found again within their errors", arguments: [1, 2, 3] as [UInt64])
    func recovery(seed: UInt64) throws {
        let shop = Shop(seed: seed, customers: 4_000)
        let fit = try PurchaseFit(shop.summary())
        guard case .bgnbd(let model) = fit.model, let errors = fit.standardErrors else {
            Issue.record("\(fit.fallback?.key ?? "")")
            return
        }
        for (found, (truth, error)) in zip([model.r, model.alpha, model.a, model.b], zip([0.6, 5, 1, 3], errors)) {
            #expect(abs(found - truth) < 4 * error, "\(found) for \(truth) ± \(error)")
        }
    }

    @Test("what is expected agrees with what simulated customers do")
    func simulated() {
        let truth = BGNBD(r: 0.6, alpha: 5, a: 1, b: 3)
        let shop = Shop(seed: 11, customers: 40_000, periods: 60)
        let (early, late) = (shop.purchases(until: 30), shop.purchases(until: 60))
        let mean = Double(late - early) / 40_000
        let expected =
            truth.expectedWhileAlive(within: 60, frequency: 0, age: 0)
            - truth.expectedWhileAlive(within: 30, frequency: 0, age: 0)
        #expect(abs(mean - expected) < 0.04 * expected)
    }

    @Test("probabilities stay within 0 and 1, fall with silence and rise with a later last purchase")
    func probabilities() {
        for model in Self.models {
            var before = 1.0
            for age in stride(from: 10.0, through: 500, by: 10) {
                let now = model.probabilityAlive(.init(frequency: 3, recency: 8, age: age))
                #expect(now >= 0 && now <= before)
                before = now
            }
            before = 0
            for recency in stride(from: 0.0, through: 50, by: 5) {
                let now = model.probabilityAlive(.init(frequency: 3, recency: recency, age: 50))
                #expect(now >= before && now <= 1)
                before = now
            }
        }
    }

    @Test("expectations grow with the horizon, and the series agrees with the integral where it is hardest")
    func expectations() {
        for model in Self.models {
            var before = 0.0
            for periods in [0.0, 1e-6, 0.1, 1, 10, 100, 1_000, 1e5] {
                let now = model.expectedWhileAlive(within: periods, frequency: 2, age: 30)
                #expect(now >= before && now.isFinite)
                before = now
            }
        }
        for a in [0.01, 0.5, 0.999_999, 1, 1.000_001, 3, 40] {
            for (frequency, age, periods) in [(0, 0.0, 500.0), (2, 38.9, 39), (100, 52, 520), (0, 1, 0.01)] {
                let model = BGNBD(r: 0.24, alpha: 4.4, a: a, b: 2.4)
                let series = model.expectedWhileAlive(within: periods, frequency: frequency, age: age)
                let integral = model.expectedByIntegral(within: periods, frequency: frequency, age: age)
                #expect(abs(series - integral) < 1e-9 * integral, "a \(a), \(frequency) repeats: \(series), \(integral)")
            }
        }
    }

    @Test("the probabilities of each number of purchases sum to one, and their mean is what is expected")
    func distribution() {
        let model = BGNBD(r: 0.6, alpha: 5, a: 1.2, b: 3)
        let shares = model.distribution(upTo: 2_000, within: 30)
        #expect(abs(shares.reduce(0, +) - 1) < 1e-9)
        #expect(shares.allSatisfy { $0 >= 0 })
        let mean = shares.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
        #expect(abs(mean - model.expectedWhileAlive(within: 30, frequency: 0, age: 0)) < 1e-6)
    }

    @Test("discounting takes away what it should: nothing at no rate, and as a sum over short periods says")
    func discounting() {
        for model in Self.models {
            let plain = model.expectedWhileAlive(within: 52, frequency: 1, age: 20)
            #expect(model.discountedWhileAlive(within: 52, rate: 0, frequency: 1, age: 20) == plain)
            let discounted = model.discountedWhileAlive(within: 52, rate: 0.01, frequency: 1, age: 20)
            var (sum, before) = (0.0, 0.0)
            for step in 1...5_200 {
                let now = model.expectedWhileAlive(within: Double(step) / 100, frequency: 1, age: 20)
                sum += (now - before) * exp(-0.01 * (Double(step) - 0.5) / 100)
                before = now
            }
            #expect(abs(sum - discounted) < 1e-6 * sum)
        }
    }

    private static let models: [FittedPurchaseModel] = [
        .bgnbd(BGNBD(r: 0.243, alpha: 4.414, a: 0.793, b: 2.426)), .bgnbd(BGNBD(r: 1.4, alpha: 1.39, a: 0.29, b: 421)),
        .equalDropout(EqualDropout(r: 1.4, alpha: 2, dropout: 0.02)), .nbd(NBD(r: 0.3, alpha: 5)),
    ]
}
