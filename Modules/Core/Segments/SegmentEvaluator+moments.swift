extension SegmentEvaluator {
    /// How many moments are tried before one is returned that may change nothing.
    private static let patience = 32

    /// The earliest moment after now at which `condition` may come out differently, with the same facts.
    ///
    /// Each part names the next moment at which one of its values moves; the whole is evaluated there, and the search goes
    /// on from there while the answer stays.
    ///
    /// - Parameter answer: what the condition comes out as now.
    public func nextChange(of condition: SegmentCondition, from answer: Bool) -> Timestamp? {
        guard let first = nextMove(of: condition) else { return nil }
        var later = self
        later.now = first
        for _ in 1..<Self.patience {
            if later.holds(condition) != answer { break }
            guard let moment = later.nextMove(of: condition) else { return nil }
            later.now = moment
        }
        return Timestamp(milliseconds: later.now)
    }

    private func nextMove(of condition: SegmentCondition) -> Int64? {
        switch condition {
        case .all(let parts): return nextMove(of: parts, settledBy: false)
        case .any(let parts): return nextMove(of: parts, settledBy: true)
        case .not(let inner): return nextMove(of: inner)
        case .compare(let left, _, let right):
            let meeting = [meeting(of: left, with: right), meeting(of: right, with: left)].compactMap { $0 }.min()
            return earliest(earliest(nextMove(of: left), nextMove(of: right)), meeting)
        case .among(let quantity, _), .present(let quantity): return nextMove(of: quantity)
        case .birthday(let field, let days):
            guard case .number(let born)? = facts.fields[field] else { return nil }
            let next = birthday(of: born, onOrAfter: today)
            // Inside: the day after it. Outside: the first day that has it among its days.
            return start(ofDayAfterToday: [next + 1, next - days + 1])
        case .begins, .identified, .member, .permitted: return nil
        }
    }

    /// A part that time cannot change settles the whole: of those who live elsewhere nobody comes to be of a town by waiting.
    private func nextMove(of parts: [SegmentCondition], settledBy answer: Bool) -> Int64? {
        for part in parts where !part.changesByTime && holds(part) == answer { return nil }
        var earliest: Int64?
        for part in parts { earliest = self.earliest(earliest, nextMove(of: part)) }
        return earliest
    }

    /// When a value that events make moves, because one of them leaves its window.
    private func nextMove(of quantity: SegmentQuantity) -> Int64? {
        switch quantity {
        case .count(let events), .sum(let events, _), .first(let events), .last(let events), .distinct(let events, _),
            .typicalGap(let events):
            nextMove(of: events)
        case .times(_, let inner), .ago(let inner): nextMove(of: inner)
        // What ages moves with the clock: see `meeting`.
        case .literal, .field, .today, .monthsAgo, .start, .stage, .stageSince, .age, .confidence: nil
        }
    }

    private func nextMove(of events: SegmentEvents) -> Int64? {
        switch events.window {
        case .last: return matching(events).first { _ in true }.map { $0.at + (events.window?.reach ?? 0) }
        case .this(let period):
            guard matching(events).contains(where: { _ in true }) else { return nil }
            return calendar.start(ofDay: calendar.bounds(of: period, around: today).next)
        case .since, .next, nil: return nil
        }
    }

    /// The next moment at which a value that moves with the clock meets, or has just passed, the other side.
    private func meeting(of moving: SegmentQuantity, with other: SegmentQuantity) -> Int64? {
        switch moving {
        case .ago(let span):
            guard let span = value(span)?.number, let other = value(other)?.number else { return nil }
            let meeting = other.addingClamped(span)
            return [meeting, meeting.addingClamped(1)].filter { $0 > now && $0 < .max }.min()
        case .today:
            guard let day = value(other)?.number else { return nil }
            return start(ofDayAfterToday: [day, day + 1])
        case .monthsAgo(let months):
            guard let day = value(other)?.number, abs(day) < 10_000_000 else { return nil }
            let met = Int64(CivilDate(daysSince1970: Int(day)).adding(months: Int(months)).daysSince1970)
            // Months end on different days: the meeting is within a few days of it.
            return start(ofDayAfterToday: (met - 1...met + 4).map { $0 })
        case .age(let subject):
            guard let since = facts.since[subject], let length = value(other)?.number, length >= 0 else { return nil }
            let meeting = since.addingClamped(length)
            return [meeting, meeting.addingClamped(1)].filter { $0 > now && $0 < .max }.min()
        case .confidence(let subject, let budget):
            guard let since = facts.since[subject], let budget, let wanted = value(other)?.number else { return nil }
            // Below the share on the other side, and down to it.
            return [wanted, wanted + 1].filter { (1...Freshness.full).contains($0) }
                .map { since.addingClamped(Freshness.lastAge(of: $0, budget: budget) + 1) }.filter { $0 > now }.min()
        default: return nil
        }
    }

    /// The start of the earliest of `days` that lies ahead.
    private func start(ofDayAfterToday days: [Int64]) -> Int64? {
        days.filter { $0 > today && $0 < 10_000_000 }.min().map(calendar.start)
    }

    private func earliest(_ left: Int64?, _ right: Int64?) -> Int64? {
        guard let left, let right else { return left ?? right }
        return min(left, right)
    }
}
