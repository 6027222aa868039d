import RapportCore

/// What one step has done.
public struct StepOutcome: Sendable, Hashable {
    public var events = 0
    public var timers = 0
    public var appended = 0
    /// Partitions that have more to do right away.
    public var unfinished: Set<Int> = []

    /// Those of them that were not looked at, for want of time.
    public var skipped: Set<Int> = []

    /// How long the step waited for the writer's place: others were writing.
    var waited = Duration.zero

    /// How long after the step's moment what can wait goes on; `nil` where nothing of the kind is left.
    var resumesAfter: Span?

    public init() {}

    static func + (left: StepOutcome, right: StepOutcome) -> StepOutcome {
        var sum = left
        sum.events += right.events
        sum.timers += right.timers
        sum.appended += right.appended
        sum.unfinished.formUnion(right.unfinished)
        sum.skipped.formUnion(right.skipped)
        sum.waited = max(sum.waited, right.waited)
        sum.resumesAfter = [left.resumesAfter, right.resumesAfter].compactMap(\.self).min()
        return sum
    }
}

/// Handling one event or timer threw. The person is held, and others go on.
struct StepFailure: Error {
    var partition: Int
    var person: PersonID
    /// The event that threw, or the last one handled before the timer that did.
    var position: Int64
    var isEvent: Bool
    var error: any Error
}
