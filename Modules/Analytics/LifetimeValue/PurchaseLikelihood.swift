import Foundation

/// How likely a house's purchases are under each model, with first and second derivatives by the logarithms of the parameters.
///
/// Customers with the same number of repeats, last repeat and age are reckoned once.
struct PurchaseLikelihood: Sendable {
    struct Group: Sendable {
        var count: Double
        var frequency: Int
        var recency: Double
        var age: Double
        /// Its place in `distinctAges`.
        var agePlace = 0
    }

    let groups: [Group]
    /// How many customers have each number of repeats.
    let byFrequency: [(frequency: Int, count: Double)]
    let customers: Int
    let repeats: Double
    let ages: Double
    private let distinctAges: [Double]

    init(_ summary: PurchaseSummary) {
        // Days fit in 21 bits: 5,700 years.
        let limit = (1 << 21) - 1
        let keys = summary.customers.map { customer in
            min(customer.frequency, limit) << 42 | min(customer.recencyDays, limit) << 21 | min(customer.ageDays, limit)
        }.sorted()
        var groups: [Group] = []
        var byFrequency: [(frequency: Int, count: Double)] = []
        var previous = -1
        for key in keys {
            if key == previous {
                groups[groups.count - 1].count += 1
            } else {
                groups.append(
                    Group(
                        count: 1, frequency: key >> 42, recency: Double(key >> 21 & limit) / summary.periodDays,
                        age: Double(key & limit) / summary.periodDays))
                previous = key
            }
            if byFrequency.last?.frequency == key >> 42 {
                byFrequency[byFrequency.count - 1].count += 1
            } else {
                byFrequency.append((key >> 42, 1))
            }
        }
        distinctAges = Set(groups.map(\.age)).sorted()
        let places = Dictionary(uniqueKeysWithValues: distinctAges.enumerated().map { ($0.element, $0.offset) })
        for index in groups.indices { groups[index].agePlace = places[groups[index].age] ?? 0 }
        self.groups = groups
        self.byFrequency = byFrequency
        customers = summary.customers.count
        repeats = Double(summary.repeats)
        ages = groups.reduce(0) { $0 + $1.count * $1.age }
    }

    /// −ln L of `BGNBD` at the logarithms of r, alpha, a and b.
    func bgnbd(_ logs: [Double]) -> Newton.Point {
        let (r, alpha, a, b) = (exp(logs[0]), exp(logs[1]), exp(logs[2]), exp(logs[3]))
        var sum = Sum(4)
        rates(&sum, r: r, alpha: alpha)
        // Σ ln(c+i) over the repeats with its derivatives: B(a, b+x)/B(a, b) without a gamma function.
        var (fromB, fromBoth) = (RisingLog(b), RisingLog(a + b))
        for (frequency, count) in byFrequency {
            fromB.advance(to: frequency)
            fromBoth.advance(to: frequency)
            sum.value += count * (fromB.value - fromBoth.value)
            let (s1, s2) = (fromBoth.first, fromBoth.second)
            sum.add(2, -a * s1 * count)
            sum.add(3, (b * fromB.first - b * s1) * count)
            sum.add(2, 2, (-a * s1 - a * a * s2) * count)
            sum.add(3, 3, (b * fromB.first + b * b * fromB.second - b * s1 - b * b * s2) * count)
            sum.add(2, 3, -a * b * s2 * count)
        }
        mix(&sum, r: r, alpha: alpha) { x in
            let n = b + x - 1
            return Odds(log: logs[2] - log(n), by: [(2, 1, 0), (3, -b / n, -b * (x - 1) / (n * n))])
        }
        return sum.negated
    }

    /// −ln L of `EqualDropout` at ln r, ln alpha and the logarithm of the odds of leaving.
    func equalDropout(_ logs: [Double]) -> Newton.Point {
        let (r, alpha) = (exp(logs[0]), exp(logs[1]))
        let leaving = 1 / (1 + exp(-logs[2]))
        var sum = Sum(3)
        rates(&sum, r: r, alpha: alpha)
        sum.value += repeats * log1p(-leaving)
        sum.add(2, -repeats * leaving)
        sum.add(2, 2, -repeats * leaving * (1 - leaving))
        mix(&sum, r: r, alpha: alpha) { _ in Odds(log: logs[2], by: [(2, 1, 0)]) }
        return sum.negated
    }

    /// −ln L of `NBD` at ln r and ln alpha.
    func nbd(_ logs: [Double]) -> Newton.Point {
        var sum = Sum(2)
        rates(&sum, r: exp(logs[0]), alpha: exp(logs[1]))
        mix(&sum, r: exp(logs[0]), alpha: exp(logs[1]), nil)
        return sum.negated
    }

    /// ln L of `PlainRate` at its best.
    var plainRate: Double {
        let rate = repeats / ages
        return repeats > 0 && ages > 0 ? repeats * log(rate) - rate * ages : 0
    }

    /// The parts that every model has: Γ(r+x)/Γ(r)·alpha^r.
    private func rates(_ sum: inout Sum, r: Double, alpha: Double) {
        var rising = RisingLog(r)
        for (frequency, count) in byFrequency {
            rising.advance(to: frequency)
            sum.value += count * rising.value
            sum.add(0, count * r * rising.first)
            sum.add(0, 0, count * (r * rising.first + r * r * rising.second))
        }
        let count = Double(customers)
        sum.value += count * r * log(alpha)
        sum.add(0, count * r * log(alpha))
        sum.add(0, 0, count * r * log(alpha))
        sum.add(1, count * r)
        sum.add(0, 1, count * r)
    }

    /// What a customer's being gone after the last purchase adds: the logarithm of a factor, and its derivatives by variables.
    private struct Odds {
        var log: Double
        /// Variable, first and second derivative; second derivatives across them are 0.
        var by: [(variable: Int, first: Double, second: Double)]
    }

    /// Adds ln((alpha+T)^−(r+x) + factor·(alpha+t)^−(r+x)) of each customer, the second part only with repeats.
    private func mix(_ sum: inout Sum, r: Double, alpha: Double, _ odds: ((Double) -> Odds)?) {
        var factor: (frequency: Int, odds: Odds)?
        let logAges = distinctAges.map { log(alpha + $0) }
        for group in groups {
            let x = Double(group.frequency)
            let n = r + x
            let end = alpha + group.age
            let logEnd = logAges[group.agePlace]
            let stay = -n * logEnd
            // By ln r, by ln alpha, and twice by each and both.
            let stays = (
                r: -r * logEnd, alpha: -n * alpha / end, both: -r * alpha / end, twice: -n * alpha * group.age / (end * end)
            )
            guard group.frequency > 0, let odds else {
                sum.value += group.count * stay
                sum.add(0, group.count * stays.r)
                sum.add(1, group.count * stays.alpha)
                sum.add(0, 0, group.count * stays.r)
                sum.add(0, 1, group.count * stays.both)
                sum.add(1, 1, group.count * stays.twice)
                continue
            }
            if factor?.frequency != group.frequency { factor = (group.frequency, odds(x)) }
            guard let gone = factor?.odds else { continue }
            let last = alpha + group.recency
            let logLast = log(last)
            let leave = gone.log - n * logLast
            let difference = leave - stay
            let weight = 1 / (1 + exp(-difference))
            sum.value += group.count * (difference > 0 ? leave + log1p(exp(-difference)) : stay + log1p(exp(difference)))
            let leaves = (
                r: -r * logLast, alpha: -n * alpha / last, both: -r * alpha / last,
                twice: -n * alpha * group.recency / (last * last)
            )
            let rest = 1 - weight
            let c = group.count
            sum.add(0, c * (rest * stays.r + weight * leaves.r))
            sum.add(1, c * (rest * stays.alpha + weight * leaves.alpha))
            let spread = c * weight * rest
            let (dr, da) = (leaves.r - stays.r, leaves.alpha - stays.alpha)
            sum.add(0, 0, c * (rest * stays.r + weight * leaves.r) + spread * dr * dr)
            sum.add(0, 1, c * (rest * stays.both + weight * leaves.both) + spread * dr * da)
            sum.add(1, 1, c * (rest * stays.twice + weight * leaves.twice) + spread * da * da)
            for (place, part) in gone.by.enumerated() {
                sum.add(part.variable, c * weight * part.first)
                sum.add(part.variable, part.variable, c * weight * part.second + spread * part.first * part.first)
                sum.add(0, part.variable, spread * dr * part.first)
                sum.add(1, part.variable, spread * da * part.first)
                for other in gone.by[(place + 1)...] {
                    sum.add(part.variable, other.variable, spread * part.first * other.first)
                }
            }
        }
    }
}

/// Σ_{i<x} ln(c+i) for growing x, with its first and second derivative by c.
private struct RisingLog {
    private let c: Double
    private var at = 0
    private(set) var value = 0.0
    private(set) var first = 0.0
    private(set) var second = 0.0

    init(_ c: Double) { self.c = c }

    mutating func advance(to x: Int) {
        while at < x {
            let n = c + Double(at)
            value += log(n)
            first += 1 / n
            second -= 1 / (n * n)
            at += 1
        }
    }
}

/// A sum with its gradient and the upper half of its Hessian.
private struct Sum {
    var value = 0.0
    private let size: Int
    private var gradient: [Double]
    private var hessian: [Double]

    init(_ size: Int) {
        self.size = size
        gradient = [Double](repeating: 0, count: size)
        hessian = [Double](repeating: 0, count: size * size)
    }

    mutating func add(_ row: Int, _ amount: Double) { gradient[row] += amount }
    mutating func add(_ row: Int, _ column: Int, _ amount: Double) { hessian[row * size + column] += amount }

    var negated: Newton.Point {
        let full = (0..<size).map { row in
            (0..<size).map { column in -(row <= column ? hessian[row * size + column] : hessian[column * size + row]) }
        }
        return Newton.Point(value: -value, gradient: gradient.map { -$0 }, hessian: full)
    }
}
