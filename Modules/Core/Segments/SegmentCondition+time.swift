extension SegmentCondition {
    /// Whether the answer can change while nothing happens.
    var changesByTime: Bool {
        switch self {
        case .all(let parts), .any(let parts): parts.contains(where: \.changesByTime)
        case .not(let inner): inner.changesByTime
        case .compare(let left, _, let right): left.changesByTime || right.changesByTime
        case .among(let quantity, _), .present(let quantity): quantity.changesByTime
        case .birthday: true
        case .begins, .identified, .member, .permitted: false
        }
    }
}

extension SegmentQuantity {
    fileprivate var changesByTime: Bool {
        switch self {
        case .count(let events), .sum(let events, _), .first(let events), .last(let events), .distinct(let events, _),
            .typicalGap(let events):
            events.changesByTime
        case .times(_, let inner): inner.changesByTime
        case .ago, .today, .monthsAgo, .age, .confidence: true
        case .literal, .field, .stage, .stageSince, .start: false
        }
    }
}

extension SegmentEvents {
    fileprivate var changesByTime: Bool {
        switch window {
        case .last, .this: true
        case .since, .next, nil: false
        }
    }
}
