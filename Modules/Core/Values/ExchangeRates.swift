/// What currencies are in one another, day by day. Nothing is guessed: without a rate of the day or of an earlier one there is none.
public struct ExchangeRates: Sendable, Hashable {
    /// Rates are integers of their tenth decimal.
    public static let scale = 10
    private static let one: Int64 = 10_000_000_000
    /// The day of a rate that holds for all days.
    public static let always = -1_000_000

    public struct Pair: Sendable, Hashable {
        public var base: String
        public var currency: String

        public init(base: String, currency: String) {
            self.base = base
            self.currency = currency
        }
    }

    private struct Rate: Hashable {
        var day: Int
        var rate: Int64
    }

    private var rates: [Pair: [Rate]] = [:]

    public init() {}

    public var isEmpty: Bool { rates.isEmpty }
    public var pairs: [Pair] { rates.keys.sorted { ($0.base, $0.currency) < ($1.base, $1.currency) } }

    /// The days, since 1970, on which some rate begins to hold.
    public var days: Set<Int> { Set(rates.values.joined().map(\.day)) }

    /// States that one unit of `currency` is `rate` (of the tenth decimal) of `base` from `day` (since 1970) on.
    public mutating func add(base: String, currency: String, day: Int, rate: Int64) {
        guard rate > 0, base != currency else { return }
        let pair = Pair(base: base, currency: currency)
        var list = rates[pair] ?? []
        let place = list.firstIndex { $0.day >= day } ?? list.endIndex
        if place < list.endIndex, list[place].day == day {
            list[place].rate = rate
        } else {
            list.insert(Rate(day: day, rate: rate), at: place)
        }
        rates[pair] = list
    }

    /// The rate of the day, or of the nearest earlier one.
    public func rate(base: String, currency: String, on day: Int) -> Int64? {
        guard let list = rates[Pair(base: base, currency: currency)] else { return nil }
        var (low, high) = (0, list.count)
        while low < high {
            let middle = (low + high) / 2
            if list[middle].day <= day { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? list[low - 1].rate : nil
    }

    /// What minor units of one currency are in another, rounded half away from zero: by the rate itself, by its inverse, or over a
    /// currency that both have a rate in.
    public func convert(_ minor: Int64, from: String, to: String, on day: Int) -> Int64? {
        if from == to { return minor }
        guard let factor = factor(from: from, to: to, on: day) else { return nil }
        let (up, down) = (Currency.exponent(of: to), Currency.exponent(of: from))
        let numerator = Self.product([Int128(minor), factor.numerator, Self.power(max(0, up - down))])
        guard let numerator, let denominator = Self.product([factor.denominator, Self.power(max(0, down - up))]) else {
            return nil
        }
        let half = denominator / 2
        let (shifted, tooBig) = numerator.addingReportingOverflow(numerator < 0 ? -half : half)
        return tooBig ? nil : Int64(exactly: shifted / denominator)
    }

    private func factor(from: String, to: String, on day: Int) -> (numerator: Int128, denominator: Int128)? {
        if let rate = rate(base: to, currency: from, on: day) { return (Int128(rate), Int128(Self.one)) }
        if let rate = rate(base: from, currency: to, on: day) { return (Int128(Self.one), Int128(rate)) }
        for base in Set(rates.keys.map(\.base)).sorted() {
            if let source = rate(base: base, currency: from, on: day), let target = rate(base: base, currency: to, on: day) {
                return (Int128(source), Int128(target))
            }
        }
        return nil
    }

    private static func power(_ exponent: Int) -> Int128 { (0..<exponent).reduce(1) { power, _ in power * 10 } }

    private static func product(_ factors: [Int128]) -> Int128? {
        var product: Int128 = 1
        for factor in factors {
            let (next, tooBig) = product.multipliedReportingOverflow(by: factor)
            if tooBig { return nil }
            product = next
        }
        return product
    }
}
