import Foundation

/// What is missing from the data, as far as the data itself can tell: series that stopped, and series that used to move together
/// and no longer do.
///
/// **Stopped.** A series is silent if nothing has come for longer than three times the gap that nineteen in twenty of its own gaps
/// stayed within, and for at least two days.
///
/// **Apart.** Two series that moved together before (correlation of the logarithms of their weekly counts of `minimumCorrelation` or
/// more) are compared by the logarithm of their ratio. The last seven days against the weeks before: the robust z-score
/// 0.6745 (x − median) / MAD, of which more than 3.5 is an outlier (Iglewicz & Hoaglin 1993, How to Detect and Handle Outliers).
/// The one that is further from its own weeks is the one to look at.
public struct Gaps: Sendable {
    public struct Series: Sendable, Hashable {
        /// `order.placed` of `shop`.
        public var kind: String
        public var source: String
        /// By day, the last being the day before the one asked about.
        public var counts: [Int]

        public init(kind: String, source: String, counts: [Int]) {
            self.kind = kind
            self.source = source
            self.counts = counts
        }

        public var name: String { "\(kind) (\(source))" }
        public var total: Int { counts.reduce(0, +) }
    }

    public struct Silent: Sendable, Hashable {
        public var series: Series
        /// Days without any at the end.
        public var days: Int
        /// In days: nineteen in twenty of its gaps stayed within.
        public var usual: Int
        /// A day, on average of the days before it stopped.
        public var perDay: Double
    }

    public struct Apart: Sendable, Hashable {
        /// The one that left its own weeks further behind.
        public var suspect: Series
        public var other: Series
        /// Of the last seven days, in its own usual weeks: 0.4 is 40 % of what is usual.
        public var suspectShare: Double
        public var otherShare: Double
        public var correlation: Double
        /// The robust z-score of the ratio.
        public var score: Double
    }

    public static let minimumCorrelation = 0.6
    public static let cutOff = 3.5

    public let series: [Series]
    public let silent: [Silent]
    public let apart: [Apart]
    /// Pairs that move together, by which the second question could be asked.
    public let pairs: Int

    /// - Parameter series: of equally many days, nine weeks at least for pairs to be compared.
    public init(_ series: [Series]) {
        self.series = series.sorted { $0.name < $1.name }
        silent = self.series.compactMap(Self.silence).sorted { ($1.perDay, $0.series.name) < ($0.perDay, $1.series.name) }
        let mute = Set(silent.map(\.series))
        // Those that stopped are told already.
        let weekly = self.series.filter { !mute.contains($0) }.compactMap { one in Self.weeks(one.counts).map { (one, $0) } }
        var found: [Apart] = []
        var pairs = 0
        for first in weekly.indices {
            for second in weekly.indices where second > first {
                guard let correlation = Self.correlation(weekly[first].1.before, weekly[second].1.before),
                    correlation >= Self.minimumCorrelation
                else { continue }
                pairs += 1
                if let one = Self.compare(weekly[first], weekly[second], correlation) { found.append(one) }
            }
        }
        self.pairs = pairs
        apart = found.sorted { (abs($1.score), $0.suspect.name, $0.other.name) < (abs($0.score), $1.suspect.name, $1.other.name) }
    }

    private struct Weeks {
        /// Logarithms of counts of seven days, the earliest first, without the last; half an event more, so that there is one of none.
        var before: [Double]
        var last: Double
    }

    /// `nil` for what has too few weeks or events to say anything.
    private static func weeks(_ counts: [Int]) -> Weeks? {
        let whole = counts.count / 7
        guard whole >= 9 else { return nil }
        let sums = (0..<whole).map { week in
            counts[(counts.count - (whole - week) * 7)..<(counts.count - (whole - week - 1) * 7)].reduce(0, +)
        }
        let before = sums.dropLast()
        guard median(before.map(Double.init)) >= 10 else { return nil }
        return Weeks(before: before.map { log(Double($0) + 0.5) }, last: log(Double(sums[whole - 1]) + 0.5))
    }

    private static func silence(_ series: Series) -> Silent? {
        guard let last = series.counts.lastIndex(where: { $0 > 0 }) else { return nil }
        let days = series.counts.count - 1 - last
        let filled = series.counts.indices.filter { series.counts[$0] > 0 }
        // Of five gaps the largest is no rule.
        guard filled.count >= 10 else { return nil }
        let gaps = zip(filled.dropFirst(), filled).map { $0 - $1 }.sorted()
        let usual = gaps[min(gaps.count - 1, Int((Double(gaps.count) * 0.95).rounded(.up)) - 1)]
        guard days >= 2, days > 3 * usual else { return nil }
        let first = filled[0]
        return Silent(
            series: series, days: days, usual: usual, perDay: Double(series.total) / Double(last - first + 1))
    }

    private static func compare(
        _ one: (series: Series, weeks: Weeks), _ two: (series: Series, weeks: Weeks), _ correlation: Double
    ) -> Apart? {
        let ratios = zip(one.weeks.before, two.weeks.before).map { $0 - $1 }
        let score = robust(one.weeks.last - two.weeks.last, among: ratios)
        guard abs(score) > cutOff else { return nil }
        let (first, second) = (robust(one.weeks.last, among: one.weeks.before), robust(two.weeks.last, among: two.weeks.before))
        func share(_ weeks: Weeks) -> Double { exp(weeks.last - median(weeks.before)) }
        let (shareOne, shareTwo) = (share(one.weeks), share(two.weeks))
        return abs(first) >= abs(second)
            ? Apart(
                suspect: one.series, other: two.series, suspectShare: shareOne, otherShare: shareTwo, correlation: correlation,
                score: score)
            : Apart(
                suspect: two.series, other: one.series, suspectShare: shareTwo, otherShare: shareOne, correlation: correlation,
                score: -score)
    }

    /// 0.6745 (x − median) / MAD. Where more than half are equal, a twentieth stands in for the spread (5 % up or down).
    static func robust(_ value: Double, among values: [Double]) -> Double {
        let middle = median(values)
        let spread = max(median(values.map { abs($0 - middle) }), 0.05)
        return 0.6745 * (value - middle) / spread
    }

    static func median(_ values: [Double]) -> Double {
        guard !values.isEmpty else { return .nan }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// Pearson's; `nil` where one of them never moves.
    static func correlation(_ a: [Double], _ b: [Double]) -> Double? {
        let n = Double(a.count)
        let (meanA, meanB) = (a.reduce(0, +) / n, b.reduce(0, +) / n)
        var (aa, bb, ab) = (0.0, 0.0, 0.0)
        for (x, y) in zip(a, b) {
            aa += (x - meanA) * (x - meanA)
            bb += (y - meanB) * (y - meanB)
            ab += (x - meanA) * (y - meanB)
        }
        guard aa > 1e-12, bb > 1e-12 else { return nil }
        return ab / (aa * bb).squareRoot()
    }
}
