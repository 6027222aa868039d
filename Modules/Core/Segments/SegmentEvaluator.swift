/// One person at one moment, judged by any number of conditions. This evaluator is the definition of the language: the population
/// query must agree with it.
public struct SegmentEvaluator {
    public internal(set) var facts: PersonFacts
    var now: Int64
    /// The person's zone, else the house's.
    let calendar: TimeZoneRules

    public init(facts: PersonFacts, now: Timestamp, house: TimeZoneRules) {
        self.facts = facts
        self.now = now.milliseconds
        calendar = facts.zone ?? house
    }

    /// Notes that the person has entered a segment, or left it: others may mention it.
    public mutating func set(_ segment: Int64, holds: Bool) {
        if holds { facts.segments.insert(segment) } else { facts.segments.remove(segment) }
    }

    public func holds(_ condition: SegmentCondition) -> Bool {
        switch condition {
        // Loops: a closure would hold a copy of all facts.
        case .all(let parts):
            for part in parts where !holds(part) { return false }
            return true
        case .any(let parts):
            for part in parts where holds(part) { return true }
            return false
        case .not(let inner): return !holds(inner)
        case .compare(let left, let comparison, let right): return compare(left, comparison, right)
        case .among(let quantity, let items): return value(quantity).map(items.contains) ?? false
        case .begins(let field, let prefix):
            guard case .text(let text)? = facts.fields[field] else { return false }
            return text.utf8.starts(with: prefix.utf8)
        case .present(let quantity): return value(quantity) != nil
        case .identified(let kind): return facts.identifierKinds.contains(kind)
        case .member(let segment): return facts.segments.contains(segment)
        case .permitted(let permit): return facts.permits.contains(permit)
        case .birthday(let field, let days):
            guard case .number(let born)? = facts.fields[field] else { return false }
            return birthday(of: born, onOrAfter: today) - today < days
        }
    }

    private func compare(_ left: SegmentQuantity, _ comparison: SegmentComparison, _ right: SegmentQuantity) -> Bool {
        switch (value(left), value(right)) {
        case (.number(let left)?, .number(let right)?): comparison.holds(left, right)
        case (.text(let left)?, .text(let right)?): comparison.holds(ByteOrder(text: left), ByteOrder(text: right))
        default: false
        }
    }

    func value(_ quantity: SegmentQuantity) -> SegmentScalar? {
        if case .literal(let scalar) = quantity { return scalar }
        if case .field(let slot) = quantity { return facts.fields[slot] }
        return number(quantity).map { .number($0) }
    }

    private func number(_ quantity: SegmentQuantity) -> Int64? {
        switch quantity {
        case .literal(let scalar): scalar.number
        case .field(let slot): facts.fields[slot]?.number
        case .count(let events): events.isWhole ? totals(events)?.count ?? 0 : Int64(matching(events).count { _ in true })
        case .sum(let events, let slot):
            events.isWhole
                ? totals(events)?.sums[slot] ?? 0 : matching(events).reduce(0) { $0.addingClamped($1[slot] ?? 0) }
        case .first(let events): events.isWhole ? totals(events)?.first : matching(events).first { _ in true }?.at
        case .last(let events): events.isWhole ? totals(events)?.last : matching(events).reduce(nil) { $1.at }
        case .distinct(let events, let slot): Int64(Set(matching(events).compactMap { $0[slot] }).count)
        case .typicalGap(let events): typicalGap(events)
        case .times(let factor, let inner): number(inner).map { $0.multipliedClamped(by: factor) }
        case .ago(let span): number(span).map { now.addingClamped($0 == .min ? .max : -$0) }
        case .today: today
        case .monthsAgo(let months): calendar.day(of: now, monthsEarlier: months)
        case .start(let day): calendar.start(ofDay: day)
        case .age(let subject): facts.since[subject].map { max(now - $0, 0) }
        case .confidence(let subject, let budget):
            facts.since[subject].map { Freshness.confidence(age: max(now - $0, 0), budget: budget) }
        case .stage: facts.stage
        case .stageSince: facts.stageSince
        }
    }

    private func typicalGap(_ events: SegmentEvents) -> Int64? {
        let times = matching(events).map(\.at)
        guard times.count >= 2 else { return nil }
        let gaps = zip(times.dropFirst(), times).map { $0 - $1 }.sorted()
        let middle = gaps.count / 2
        return gaps.count % 2 == 1 ? gaps[middle] : (gaps[middle - 1] + gaps[middle]) >> 1
    }

    // MARK: Events

    private func totals(_ events: SegmentEvents) -> PersonFacts.Totals? { facts.totals[events.kind] }

    func matching(_ events: SegmentEvents) -> some Sequence<PersonFacts.Event> {
        let all = facts.events[events.kind] ?? []
        let first = events.window?.firstMoment(at: now, in: calendar)
        let start = first.map { first in all.partitionIndex { $0.at >= first } } ?? 0
        let end = first == nil ? all.count : max(start, all.partitionIndex { $0.at > now })
        return all[start..<end].lazy.filter { [filter = events.filter] in filter?.passes($0) ?? true }
    }

    // MARK: Calendar

    var today: Int64 { calendar.day(of: now) }

    /// The day of the first birthday of somebody born on day `born`, on or after `day`.
    func birthday(of born: Int64, onOrAfter day: Int64) -> Int64 {
        let birth = CivilDate(daysSince1970: Int(born))
        let year = CivilDate(daysSince1970: Int(day)).year
        for candidate in [year, year + 1] {
            let last = CivilDate.days(in: birth.month, of: candidate)
            guard let date = CivilDate(year: candidate, month: birth.month, day: min(birth.day, last)) else { continue }
            if Int64(date.daysSince1970) >= day { return Int64(date.daysSince1970) }
        }
        return day + 366
    }
}

extension SegmentFilter {
    func passes(_ event: PersonFacts.Event) -> Bool {
        switch self {
        case .all(let parts): parts.allSatisfy { $0.passes(event) }
        case .any(let parts): parts.contains { $0.passes(event) }
        case .not(let inner): !inner.passes(event)
        case .compare(let slot, let comparison, let value): event[slot].map { comparison.holds($0, value) } ?? false
        case .among(let slot, let items): event[slot].map(items.contains) ?? false
        case .present(let slot): event[slot] != nil
        }
    }
}

/// Text in the order of its UTF-8 bytes, as both databases order it.
private struct ByteOrder: Comparable {
    let text: String
    static func < (left: ByteOrder, right: ByteOrder) -> Bool { left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }
    static func == (left: ByteOrder, right: ByteOrder) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }
}

extension Array {
    /// The first index whose element satisfies `belongsAfter`, in an array where all such stand at the end.
    func partitionIndex(where belongsAfter: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if belongsAfter(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
