import Foundation
public import RapportCore

/// What each customer is worth from now on: purchases and values fitted, and what follows from them.
public struct LifetimeValue: Sendable {
    public struct Options: Sendable, Hashable {
        /// Days of a period: the unit of the models' time.
        public var periodDays = 7.0
        /// The last day that the models learn from, in days since 1970; the last day of all without.
        public var calibrationEnd: Int?
        /// How far ahead values go, in days.
        public var horizonDays = 365.0
        /// What money loses in worth a year: 0.1 is ten per cent.
        public var yearlyDiscount = 0.1

        public init() {}

        var horizon: Double { horizonDays / periodDays }
        /// Per period, continuously.
        var rate: Double { log1p(yearlyDiscount) * periodDays / 365.25 }
    }

    /// One customer's figures.
    public struct Figures: Sendable, Hashable {
        public var customer: PurchaseSummary.Customer
        public var probabilityAlive: Double
        /// Within the horizon.
        public var expectedPurchases: Double
        /// Of a purchase; `nil` where no amounts are known.
        public var expectedValue: Double?
        /// Of all purchases within the horizon, discounted; `nil` where no amounts are known.
        public var lifetimeValue: Double?
    }

    /// Customers of one number of repeats, in the calibration and after it.
    public struct HoldOutRow: Sendable, Hashable {
        public var frequency: Int
        /// Whether those with more repeats are counted here too.
        public var isLast: Bool
        public var customers: Int
        public var predicted: Double
        public var actual: Double
    }

    public let options: Options
    public let summary: PurchaseSummary
    public let purchases: PurchaseFit
    /// `nil` where no amounts are known.
    public let values: ValueFit?
    private let groups: PurchaseGroups

    /// Why models that were asked for do not stand, and what stands in for them.
    public var fallbacks: [Remark] { [purchases.fallback, values?.fallback].compactMap { $0 } }
    /// What to mind although models stand.
    public var remarks: [Remark] { purchases.remarks + (values?.remarks ?? []) }

    /// - Throws: `Problem` `clv.no_purchases`.
    public init(_ rows: Purchases, options: Options = Options()) throws {
        self.options = options
        summary = rows.summary(calibrationEnd: options.calibrationEnd, periodDays: options.periodDays)
        purchases = try PurchaseFit(summary)
        groups = PurchaseGroups(summary)
        values = summary.hasValues ? ValueFit(summary) : nil
    }

    /// Of each customer, in the order of the summary.
    public func figures() -> [Figures] {
        let model = purchases.model.model
        let ahead = groups.kinds.map { kind -> (purchases: Double, discounted: Double) in
            let age = Double(kind.ageDays) / options.periodDays
            return (
                model.expectedWhileAlive(within: options.horizon, frequency: kind.frequency, age: age),
                model.discountedWhileAlive(within: options.horizon, rate: options.rate, frequency: kind.frequency, age: age)
            )
        }
        return zip(summary.customers, groups.places).map { customer, place in
            let ahead = ahead[Int(place)]
            let alive = model.probabilityAlive(summary.history(customer))
            let value = values?.expectedValue(frequency: customer.frequency, average: customer.averageValue)
            return Figures(
                customer: customer, probabilityAlive: alive, expectedPurchases: alive * ahead.purchases, expectedValue: value,
                lifetimeValue: value.map { $0 * alive * ahead.discounted })
        }
    }

    /// What the models foretold of the days after the calibration, by the number of repeats within it; empty without such days.
    public func holdOut(upTo last: Int = 7) -> [HoldOutRow] {
        guard summary.laterDays > 0 else { return [] }
        var rows = (0...last).map { HoldOutRow(frequency: $0, isLast: $0 == last, customers: 0, predicted: 0, actual: 0) }
        let days = Double(summary.laterDays) / options.periodDays
        let model = purchases.model.model
        let ahead = groups.kinds.map {
            model.expectedWhileAlive(within: days, frequency: $0.frequency, age: Double($0.ageDays) / options.periodDays)
        }
        for (customer, place) in zip(summary.customers, groups.places) {
            let row = min(customer.frequency, last)
            rows[row].customers += 1
            rows[row].predicted += ahead[Int(place)] * model.probabilityAlive(summary.history(customer))
            rows[row].actual += Double(customer.laterPurchases)
        }
        return rows
    }

    /// The purchases expected of all customers within `days` of the calibration's end, with a standard error that tells of
    /// the parameters' uncertainty and of chance within it.
    public func total(within days: Double) -> (expected: Double, standardError: Double?) {
        let histories = groups.ordered.map { summary.history(summary.customers[Int($0)]) }
        func sum(_ fitted: FittedPurchaseModel) -> Double {
            let model = fitted.model
            var (total, from) = (0.0, 0)
            for (kind, count) in zip(groups.kinds, groups.counts) {
                let each = model.expectedWhileAlive(
                    within: days / options.periodDays, frequency: kind.frequency, age: Double(kind.ageDays) / options.periodDays)
                // Without a repeat purchase all models take a customer to be there.
                let alive =
                    kind.frequency == 0
                    ? Double(count) : histories[from..<from + count].reduce(0) { $0 + model.probabilityAlive($1) }
                total += each * alive
                from += count
            }
            return total
        }
        let expected = sum(purchases.model)
        let parameters = purchases.standardError(of: sum)
        return (expected, parameters.map { ($0 * $0 + expected).squareRoot() })
    }

    /// Repeat purchases of all known customers day by day since the first, as they were and as the model has them, cumulated.
    ///
    /// The expectation is that of the model for customers of whom nothing but the first purchase is known.
    public func tracking(every days: Int) -> [(day: Int, actual: Int, expected: Double)] {
        var byAge: [Int: Int] = [:]
        for customer in summary.customers { byAge[customer.ageDays, default: 0] += 1 }
        let ages = byAge.sorted { $0.key < $1.key }
        let last = summary.repeatsByDay.count - 1
        var actual = 0
        var upTo = 0
        guard last > 0 else { return [] }
        return stride(from: days, through: last, by: days).map { day in
            while upTo <= day {
                actual += summary.repeatsByDay[upTo]
                upTo += 1
            }
            let now = summary.start + day
            let expected = ages.reduce(0.0) { total, group in
                let since = now - (summary.end - group.key)
                guard since > 0 else { return total }
                return total
                    + Double(group.value)
                    * purchases.model.expectedWhileAlive(within: Double(since) / options.periodDays, frequency: 0, age: 0)
            }
            return (now, actual, expected)
        }
    }
}
