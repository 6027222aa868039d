/// An expression as it was written: shapes and names, before anything is known of their meaning.
struct SegmentSyntax: Sendable, Hashable {
    indirect enum Shape: Sendable, Hashable {
        case or([SegmentSyntax])
        case and([SegmentSyntax])
        case not(SegmentSyntax)
        case compare(SegmentSyntax, SegmentComparison, SegmentSyntax)
        /// `country in ("GB", "FR")`
        case among(SegmentSyntax, [SegmentSyntax])
        /// `last(order.placed) older than 120 days`; `newer` where `older` is false.
        case age(SegmentSyntax, older: Bool, than: SegmentSyntax)
        /// `3 * typical_gap(order.placed)`
        case times(Int64, SegmentSyntax)
        case call(String, [Argument])
        case name(String)
        case text(String)
        case number(units: Int64, scale: Int)
        /// `EUR 50.00`
        case money(currency: String, units: Int64, scale: Int)
        case span(Int64, SegmentUnit)
        case date(CivilDate)
        /// `50 %`
        case share(units: Int64, scale: Int)
    }

    struct Argument: Sendable, Hashable {
        indirect enum Value: Sendable, Hashable {
            case expression(SegmentSyntax)
            case window(SegmentWindow)
            case filter(SegmentSyntax)
            /// `has(identifier email)`
            case identifier(String)
        }
        /// `campaign` in `clicked(campaign: "spring")`
        var label: String?
        var value: Value
        var span: SegmentSpan
    }

    var shape: Shape
    var span: SegmentSpan
}

extension SegmentSyntax {
    /// Calls `body` with this node and all below it.
    func visit(_ body: (SegmentSyntax) -> Void) {
        body(self)
        switch shape {
        case .or(let parts), .and(let parts): for part in parts { part.visit(body) }
        case .not(let inner), .times(_, let inner): inner.visit(body)
        case .compare(let left, _, let right), .age(let left, _, let right):
            left.visit(body)
            right.visit(body)
        case .among(let left, let items):
            left.visit(body)
            for item in items { item.visit(body) }
        case .call(_, let arguments):
            for argument in arguments {
                switch argument.value {
                case .expression(let syntax), .filter(let syntax): syntax.visit(body)
                case .window, .identifier: break
                }
            }
        case .name, .text, .number, .money, .span, .date, .share: break
        }
    }
}

/// How two values are compared. Any comparison with a missing value is false, `!=` too.
public enum SegmentComparison: String, Sendable, Hashable, CaseIterable {
    case equal = "="
    case unequal = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    /// The comparison that says the same with its sides exchanged.
    var flipped: SegmentComparison {
        switch self {
        case .equal, .unequal: self
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        }
    }

    public func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
        switch self {
        case .equal: left == right
        case .unequal: left != right
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        }
    }
}

/// A unit of time as written. Minutes to weeks are fixed lengths; months and years are words of the calendar.
public enum SegmentUnit: String, Sendable, Hashable, CaseIterable {
    case minute, hour, day, week, month, year

    /// The length in milliseconds; `nil` for months and years.
    public var milliseconds: Int64? {
        switch self {
        case .minute: 60_000
        case .hour: 3_600_000
        case .day: 86_400_000
        case .week: 604_800_000
        case .month, .year: nil
        }
    }

    init?(word: String) {
        self.init(rawValue: word.hasSuffix("s") ? String(word.dropLast()) : word)
    }
}

/// Which of a person's events count, by when they happened.
public enum SegmentWindow: Sendable, Hashable {
    public enum Period: String, Sendable, Hashable, CaseIterable { case day, week, month, year }
    /// `last 90 days`: (now − N, now], a day being 86,400,000 ms.
    case last(Int64, SegmentUnit)
    /// `today`, `this week` (from Monday, ISO 8601), `this month`, `this year`, in the person's zone.
    case this(Period)
    /// `since 2026-01-31`: from the start of that day in the person's zone.
    case since(CivilDate)
    /// `next 7 days`: today and the six days after it. Only for birthdays.
    case next(Int64)
}
