/// A change of stage. The first has no `from`.
public struct LifecycleTransition: Sendable, Hashable {
    public enum Cause: Int64, Sendable, Hashable {
        case event = 0
        /// A window passed.
        case time = 1

        public var word: String { self == .event ? "event" : "time" }
    }

    public var at: Timestamp
    public var from: Int64?
    /// 0: in no stage.
    public var to: Int64
    public var cause: Cause

    public init(at: Timestamp, from: Int64?, to: Int64, cause: Cause) {
        self.at = at
        self.from = from
        self.to = to
        self.cause = cause
    }
}

/// Walks through somebody's past and finds at which moments the stage changed: at events, and where a window passed between them.
///
/// It is a function of the events that have happened, so history that comes late finds its place. What has no history of its own
/// (fields, identifiers, permissions) is taken as it is now.
public struct LifecycleWalk: Sendable {
    public struct Rule: Sendable {
        public var id: Int64
        public var stage: LifecycleStage
        public var expression: SegmentExpression?
        public var from: Set<Int64>

        public init(id: Int64, stage: LifecycleStage, expression: SegmentExpression?, from: Set<Int64>) {
            self.id = id
            self.stage = stage
            self.expression = expression
            self.from = from
        }
    }

    /// So many moments are looked at in one walk; a stage that flickers more than that is taken as it is at the end.
    private static let patience = 20_000

    public let rules: [Rule]
    private let house: TimeZoneRules

    public init(_ rules: [Rule], house: TimeZoneRules) {
        self.rules = rules.sorted {
            $0.stage.priority != $1.stage.priority
                ? $0.stage.priority > $1.stage.priority : ($0.stage.order, $1.stage.name) > ($1.stage.order, $0.stage.name)
        }
        self.house = house
    }

    /// The stage at a moment, for somebody who is in `current` since then; 0 if none holds.
    public func stage(for facts: PersonFacts, at moment: Timestamp, current: LifecycleTransition?) -> Int64 {
        for rule in rules {
            let isIn = current?.to == rule.id
            if !rule.from.isEmpty, !isIn, !(current.map { rule.from.contains($0.to) } ?? false) { continue }
            if isIn, let lasts = rule.stage.lasts, let since = current?.at, since + lasts <= moment { continue }
            if rule.expression?.holds(for: facts, at: moment, house: house) ?? true { return rule.id }
        }
        return 0
    }

    /// The next moment after `moment` at which the stage may change while nothing happens.
    public func nextChange(for facts: PersonFacts, after moment: Timestamp, current: LifecycleTransition?) -> Timestamp? {
        var next = rules.compactMap { $0.expression?.nextChange(for: facts, after: moment, house: house) }.min()
        if let current, let rule = rules.first(where: { $0.id == current.to }), let lasts = rule.stage.lasts {
            let end = current.at + lasts
            if end > moment { next = next.map { min($0, end) } ?? end }
        }
        return next
    }

    /// The transitions from `start` to `now`.
    ///
    /// - Parameters:
    ///   - facts: with every event of the kinds that the rules read, as far as they happened after `start` or matter then.
    ///   - before: the last transition before `start`.
    ///   - first: what brings the walk to `start`: an event, or that a moment has come.
    /// - Returns: what changed, in order, and the next moment at which the stage may change.
    public func run(
        _ facts: PersonFacts, from start: Timestamp, to now: Timestamp, before: LifecycleTransition?,
        startingBy first: LifecycleTransition.Cause = .event
    ) -> (transitions: [LifecycleTransition], next: Timestamp?) {
        let times = Set(facts.events.values.joined().map(\.at)).filter { $0 > start.milliseconds && $0 <= now.milliseconds }
            .sorted()
        var (out, current, place) = ([LifecycleTransition](), before, 0)
        var (moment, cause) = (min(start, now), first)
        for step in 0... {
            let known = place < times.count ? facts.until(moment.milliseconds) : facts
            let stage = stage(for: known, at: moment, current: current)
            if stage != current?.to {
                let transition = LifecycleTransition(at: moment, from: current?.to, to: stage, cause: cause)
                out.append(transition)
                current = transition
            }
            let change = nextChange(for: known, after: moment, current: current)
            let event = place < times.count ? Timestamp(milliseconds: times[place]) : nil
            guard let next = [change, event].compactMap({ $0 }).min(), next <= now else { return (out, change) }
            if step == Self.patience {
                (moment, place) = (now, times.count)
            } else if next == event {
                (moment, cause, place) = (next, .event, place + 1)
            } else {
                (moment, cause) = (next, .time)
            }
            if step > Self.patience { return (out, change) }
        }
        return (out, nil)
    }
}

extension PersonFacts {
    /// As they were at a moment, as far as events tell.
    func until(_ moment: Int64) -> PersonFacts {
        var facts = self
        for (kind, list) in events { facts.set(Array(list.prefix(list.partitionIndex { $0.at > moment })), of: kind) }
        return facts
    }
}
