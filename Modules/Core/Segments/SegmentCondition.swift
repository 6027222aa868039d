/// What a checked expression says of a person at a moment: names have become numbers, literals typed values.
///
/// Logic is two-valued: a comparison with a missing value is false, and `not` is plain negation.
public indirect enum SegmentCondition: Sendable, Hashable {
    case all([SegmentCondition])
    case any([SegmentCondition])
    case not(SegmentCondition)
    /// Of two values of one type. A literal stands on the right.
    case compare(SegmentQuantity, SegmentComparison, SegmentQuantity)
    case among(SegmentQuantity, [SegmentScalar])
    /// The text field begins with the folded text.
    case begins(field: Int, with: String)
    case present(SegmentQuantity)
    case identified(kind: Int64)
    case member(segment: Int64)
    case permitted(SegmentPermit)
    /// The birthday in a date field is one of `days` days, today the first. On 29 February born, on the 28th in other years.
    case birthday(field: Int, days: Int64)
}

/// A value of a person at a moment, or none.
public indirect enum SegmentQuantity: Sendable, Hashable {
    case literal(SegmentScalar)
    case field(slot: Int)
    /// 0 without events.
    case count(SegmentEvents)
    /// 0 without events; events whose slot is empty add nothing.
    case sum(SegmentEvents, slot: Int)
    case first(SegmentEvents)
    case last(SegmentEvents)
    /// How many different values the slot has; empty ones are none.
    case distinct(SegmentEvents, slot: Int)
    /// The median of the milliseconds between events that follow each other; of an even number of gaps the mean of the two
    /// middle ones, rounded down. Missing with fewer than two events.
    case typicalGap(SegmentEvents)
    case times(Int64, SegmentQuantity)
    /// Now minus a length of time.
    case ago(SegmentQuantity)
    /// The day in the person's zone, as days since 1970.
    case today
    /// The same day of the month so many months earlier, or that month's last day.
    case monthsAgo(Int64)
    /// The number of the lifecycle stage's symbol.
    case stage
    /// Since when the person has been in that stage.
    case stageSince
    /// The first moment of a day (days since 1970) in the person's zone.
    case start(ofDay: Int64)
    /// The milliseconds since a value was last confirmed, or else said. Missing where there is no value.
    case age(SegmentSubject)
    /// In thousandths; a budget in milliseconds, `nil` for what does not age. Missing where there is no value.
    case confidence(SegmentSubject, budget: Int64?)
}

/// What ages: a field, or the identifiers of a kind.
public enum SegmentSubject: Sendable, Hashable {
    case field(slot: Int)
    case identifier(kind: Int64)
}

/// A value that is there.
public enum SegmentScalar: Sendable, Hashable {
    /// A whole number, scaled decimal, minor unit, millisecond, day, symbol, 0 or 1.
    case number(Int64)
    /// Folded.
    case text(String)

    public var number: Int64? { if case .number(let number) = self { number } else { nil } }
}

/// Some of a person's events: of one kind, within a window, that pass a filter.
public struct SegmentEvents: Sendable, Hashable {
    public var kind: Int64
    public var window: SegmentWindow?
    public var filter: SegmentFilter?

    public init(kind: Int64, window: SegmentWindow? = nil, filter: SegmentFilter? = nil) {
        self.kind = kind
        self.window = window
        self.filter = filter
    }

    /// Whether totals answer for them, without a look at single events.
    public var isWhole: Bool { window == nil && filter == nil }
}

/// A condition on one event's slots, two-valued like the rest.
public indirect enum SegmentFilter: Sendable, Hashable {
    case all([SegmentFilter])
    case any([SegmentFilter])
    case not(SegmentFilter)
    case compare(slot: Int, SegmentComparison, Int64)
    case among(slot: Int, [Int64])
    case present(slot: Int)
}

/// A topic on a channel for which a person may be contacted.
public struct SegmentPermit: Sendable, Hashable {
    public var topic: String
    public var channel: String

    public init(topic: String, channel: String) {
        self.topic = topic
        self.channel = channel
    }
}
