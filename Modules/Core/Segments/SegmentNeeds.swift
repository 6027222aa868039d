/// What an expression reads of a person: whose change can change its answer, and what must be loaded to evaluate it.
public struct SegmentNeeds: Sendable, Hashable {
    public struct Kind: Sendable, Hashable {
        /// Totals answer some of it.
        public var totals: Bool
        /// How far back single events are read, in milliseconds; 0: none are; `nil`: all are.
        public var reach: Int64?

        public init(totals: Bool = false, reach: Int64? = 0) {
            self.totals = totals
            self.reach = reach
        }
    }

    public var kinds: [Int64: Kind] = [:]
    public var fields: Set<Int> = []
    public var identifiers = false
    /// Whose age it reads. Fields among them are in `fields`, too.
    public var ages: Set<SegmentSubject> = []
    public var segments: Set<Int64> = []
    public var permits: Set<SegmentPermit> = []
    /// The lifecycle stage.
    public var stage = false
    /// The answer depends on the person's zone.
    public var zone = false
    /// The answer can change while nothing happens.
    public var changesByTime = false

    public init() {}

    public init(_ condition: SegmentCondition) {
        read(condition)
        changesByTime = condition.changesByTime
    }

    public mutating func formUnion(_ other: SegmentNeeds) {
        for (kind, need) in other.kinds { add(kind, need) }
        fields.formUnion(other.fields)
        identifiers = identifiers || other.identifiers
        ages.formUnion(other.ages)
        segments.formUnion(other.segments)
        permits.formUnion(other.permits)
        stage = stage || other.stage
        zone = zone || other.zone
        changesByTime = changesByTime || other.changesByTime
    }

    private mutating func add(_ kind: Int64, _ need: Kind) {
        var own = kinds[kind] ?? Kind()
        own.totals = own.totals || need.totals
        if let reach = own.reach, let wanted = need.reach { own.reach = max(reach, wanted) } else { own.reach = nil }
        kinds[kind] = own
    }

    private mutating func read(_ condition: SegmentCondition) {
        switch condition {
        case .all(let parts), .any(let parts): for part in parts { read(part) }
        case .not(let inner): read(inner)
        case .compare(let left, _, let right):
            read(left)
            read(right)
        case .among(let quantity, _), .present(let quantity): read(quantity)
        case .begins(let field, _): fields.insert(field)
        case .identified: identifiers = true
        case .member(let segment): segments.insert(segment)
        case .permitted(let permit): permits.insert(permit)
        case .birthday(let field, _):
            fields.insert(field)
            zone = true
        }
    }

    private mutating func read(_ quantity: SegmentQuantity) {
        switch quantity {
        case .literal: break
        case .field(let slot): fields.insert(slot)
        case .count(let events), .sum(let events, _), .first(let events), .last(let events): read(events, totals: events.isWhole)
        case .distinct(let events, _), .typicalGap(let events): read(events, totals: false)
        case .times(_, let inner): read(inner)
        case .ago(let span): read(span)
        case .today, .monthsAgo, .start: zone = true
        case .age(let subject), .confidence(let subject, _):
            ages.insert(subject)
            switch subject {
            case .field(let slot): fields.insert(slot)
            case .identifier: identifiers = true
            }
        case .stage, .stageSince: stage = true
        }
    }

    private mutating func read(_ events: SegmentEvents, totals: Bool) {
        guard !totals else { return add(events.kind, Kind(totals: true)) }
        add(events.kind, Kind(reach: events.window?.reach))
        switch events.window {
        case .this, .since: zone = true
        case .last, .next, nil: break
        }
    }
}

extension SegmentWindow {
    /// The farthest that the window looks back from now, in any zone; `nil` where there is no such length.
    var reach: Int64? {
        let day: Int64 = 86_400_000
        return switch self {
        case .last(let count, let unit): count * (unit.milliseconds ?? day)
        case .this(.day): 3 * day
        case .this(.week): 9 * day
        case .this(.month): 33 * day
        case .this(.year): 368 * day
        case .since, .next: nil
        }
    }
}
