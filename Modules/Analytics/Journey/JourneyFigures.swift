/// The customer's journey stage by stage: who was in each, who went on, how content they were, and how long they waited.
public struct JourneyFigures: Sendable, Hashable {
    /// Lengths of time in milliseconds.
    public struct Waits: Sendable, Hashable {
        public var count: Int
        public var median: Double
        /// Nine in ten were no longer.
        public var ninth: Double

        init?(_ lengths: [Int64]) {
            guard !lengths.isEmpty else { return nil }
            let sorted = lengths.sorted()
            count = sorted.count
            (median, ninth) = (Quartiles.at(0.5, of: sorted), Quartiles.at(0.9, of: sorted))
        }
    }

    /// Answers on a scale.
    public struct Answers: Sendable, Hashable {
        public var count: Int
        public var mean: Double
        /// The share of those from `from` on, 0…1.
        public var good: Double
        public var from: Double
    }

    public struct Stage: Sendable, Hashable {
        public var name: JourneyStage.Name
        public var title: String?
        /// Different people with an event of the stage.
        public var people = 0
        public var next: JourneyStage.Name?
        /// Those of them with an event of the next stage, or of one after it, later; 0 where there is no next.
        public var wentOn = 0
        /// Whether any event of the stages ahead has ever come.
        public var isAheadKnown = false
        /// From the first event of this stage to that one.
        public var untilNext: Waits?
        public var satisfaction: Answers?
        public var effort: Answers?
        /// Waits that ended.
        public var waiting: Waits?
        /// Waits that had not ended at the end.
        public var open = 0
        public var complaints = 0
        /// What they bought from their first moment in the stage on, net, in minor units; `nil` where no order has ever come.
        public var revenue: Int64?
        /// Those who bought then.
        public var buyers = 0
        /// Events that would say that somebody is in it, and that have never come.
        public var unseen: [String] = []
        /// All the events that would.
        public var events: [String] = []

        public var dropOff: Double? { !isAheadKnown || people == 0 ? nil : 1 - Double(wentOn) / Double(people) }
    }

    /// The first and the last day, in days since 1970.
    public let days: ClosedRange<Int>
    public let stages: [Stage]
    /// Complaints of people who had not been in any stage before.
    public let complaintsElsewhere: Int
    /// ISO 4217, of revenue.
    public let currency: String
    /// Orders without an amount, or in a currency without a stated rate.
    public let leftOut: Int
    public var isEmpty: Bool { stages.allSatisfy { $0.people == 0 } }
}
