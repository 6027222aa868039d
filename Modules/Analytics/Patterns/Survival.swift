import Foundation

/// The Kaplan–Meier estimate of how long something takes to happen, where of some it is only known that it had not yet happened
/// (Kaplan & Meier 1958, JASA 53). Variance by Greenwood 1926; intervals on the scale of log(−log S), which keeps them within 0…1
/// (Kalbfleisch & Prentice 1980; "exponential Greenwood").
public struct Survival: Sendable {
    public struct Step: Sendable, Hashable {
        /// In days.
        public var time: Int
        /// Who had it before them just before.
        public var atRisk: Int
        public var events: Int
        /// Who left unobserved at this time, after its events.
        public var censored: Int
        /// The share for whom it has not happened by then, inclusive.
        public var survival: Double
        /// `nil` where nothing is known of the variance: before the first event, and once S is 0.
        public var low: Double?
        public var high: Double?
    }

    /// At each time of an event or a censoring.
    public let steps: [Step]
    public let count: Int
    public let events: Int
    public let level: Double

    /// How often it happened, and was only not yet seen, by time.
    struct Tally {
        private(set) var events = SpanCounts()
        private(set) var censored = SpanCounts()
        var count: Int { events.count + censored.count }

        mutating func add(_ time: Int, happened: Bool) { if happened { events.add(time) } else { censored.add(time) } }

        mutating func add(_ other: Tally) {
            events.add(other.events)
            censored.add(other.censored)
        }

        fileprivate var times: [(time: Int, events: Int, censored: Int)] {
            Set((events.sorted + censored.sorted).map(\.days)).sorted().map { ($0, events[$0], censored[$0]) }
        }
    }

    /// - Parameters:
    ///   - observations: how long, and whether it happened then (or was only not yet seen).
    ///   - level: of the intervals.
    public init(_ observations: [(time: Int, happened: Bool)], level: Double = 0.95) {
        var tally = Tally()
        for one in observations { tally.add(one.time, happened: one.happened) }
        self.init(tally, level: level)
    }

    init(_ tally: Tally, level: Double) {
        let z = Distribution.normalQuantile(0.5 + level / 2)
        var atRisk = tally.count
        var (survival, variance) = (1.0, 0.0)
        var steps: [Step] = []
        for (time, events, censored) in tally.times {
            if events > 0 {
                survival *= 1 - Double(events) / Double(atRisk)
                // Greenwood's sum; without end once all that are at risk have had it.
                variance += Double(events) / (Double(atRisk) * Double(atRisk - events))
            }
            var step = Step(
                time: time, atRisk: atRisk, events: events, censored: censored, survival: survival, low: nil,
                high: nil)
            if survival > 0, survival < 1, variance.isFinite {
                let v = log(-log(survival))
                let width = z * variance.squareRoot() / abs(log(survival))
                step.low = exp(-exp(v + width))
                step.high = exp(-exp(v - width))
            }
            steps.append(step)
            atRisk -= events + censored
        }
        self.steps = steps
        self.level = level
        count = tally.count
        events = steps.reduce(0) { $0 + $1.events }
    }

    /// The share for whom it has not happened by `time`, inclusive.
    public func survival(at time: Int) -> Double { steps.last { $0.time <= time }?.survival ?? 1 }

    /// The same; `nil` for a time that nobody for whom it had not happened was watched for: the estimate ends with the data.
    public func known(at time: Int) -> Double? {
        guard let last = steps.last, time <= last.time || last.survival == 0 else { return nil }
        return survival(at: time)
    }

    /// The first time by which it has happened for `share` of all; `nil` where that was never seen.
    public func time(by share: Double) -> Int? { steps.first { $0.survival <= 1 - share + 1e-12 }?.time }

    /// The time by which it has happened for `share`, from the edges of the band (Brookmeyer & Crowley 1982).
    public func interval(by share: Double) -> (low: Int?, high: Int?) {
        (
            steps.first { ($0.low ?? 1) <= 1 - share && $0.low != nil }?.time,
            steps.first { ($0.high ?? 1) <= 1 - share && $0.high != nil }?.time
        )
    }
}
