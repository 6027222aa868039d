/// All that an expression can read of one person.
public struct PersonFacts: Sendable {
    public struct Event: Sendable, Hashable {
        /// When it happened, in milliseconds.
        public var at: Int64
        public var n1: Int64?
        public var n2: Int64?
        public var n3: Int64?
        public var n4: Int64?

        public init(at: Int64, _ n1: Int64? = nil, _ n2: Int64? = nil, _ n3: Int64? = nil, _ n4: Int64? = nil) {
            (self.at, self.n1, self.n2, self.n3, self.n4) = (at, n1, n2, n3, n4)
        }

        /// Slots are counted from 0.
        public subscript(slot: Int) -> Int64? {
            switch slot {
            case 0: n1
            case 1: n2
            case 2: n3
            default: n4
            }
        }
    }

    /// What the log's totals say of one kind.
    public struct Totals: Sendable, Hashable {
        public var first: Int64
        public var last: Int64
        public var count: Int64
        /// One for each of the four slots.
        public var sums: [Int64]

        public init(first: Int64, last: Int64, count: Int64, sums: [Int64]) {
            (self.first, self.last, self.count, self.sums) = (first, last, count, sums)
        }
    }

    /// By slot of the golden values; a missing value is absent.
    public var fields: [Int: SegmentScalar] = [:]
    public var identifierKinds: Set<Int64> = []
    /// When what ages was last confirmed, or else said, in milliseconds.
    public var since: [SegmentSubject: Int64] = [:]
    /// By kind, in the order of their time, as far back as an expression reaches.
    public var events: [Int64: [Event]] = [:]
    public var totals: [Int64: Totals] = [:]
    public var segments: Set<Int64> = []
    public var permits: Set<SegmentPermit> = []
    /// The number of the lifecycle stage's symbol, and since when.
    public var stage: Int64?
    public var stageSince: Int64?
    /// The person's own zone, where known.
    public var zone: TimeZoneRules?

    public init() {}

    /// Sets a kind's events and the totals that go with them.
    public mutating func set(_ list: [Event], of kind: Int64) {
        let sorted = list.sorted { $0.at < $1.at }
        events[kind] = sorted
        guard let first = sorted.first, let last = sorted.last else {
            totals[kind] = nil
            return
        }
        let sums = (0..<4).map { slot in sorted.reduce(Int64(0)) { $0.addingClamped($1[slot] ?? 0) } }
        totals[kind] = Totals(first: first.at, last: last.at, count: Int64(sorted.count), sums: sums)
    }
}

extension Int64 {
    /// The sum, or the nearest number that fits.
    func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    /// The product, or the nearest number that fits.
    func multipliedClamped(by other: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? ((self < 0) != (other < 0) ? .min : .max) : product
    }
}
