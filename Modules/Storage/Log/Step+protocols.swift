public import RapportCore

/// Turns events into state. Appends nothing, and may be rebuilt at any time: the state it keeps for a person is a pure
/// function of the *set* of that person's events, ordered by (occurred_at, received_at, ref) where order matters.
public protocol Fold: Sendable {
    /// Unique, lowercase: `fields`, `totals`, `permissions`.
    var name: String { get }
    /// Applies new events of any partitions, those of a person in log order.
    func apply(_ events: [Event], in step: StepContext) throws
    /// Forgets and computes again the state of `people`, from all of their events. Called at merge, unmerge and verify.
    func refold(_ people: [PersonID], in step: StepContext) throws
    /// The folded state of a person as canonical text, for `rapport log verify` and for tests that compare.
    func fingerprint(of person: PersonID, in db: Connection) throws -> String
}

/// Appends events, sets timers or files proposals. Never run again over events that it has handled.
public protocol Reactor: Sendable {
    var name: String { get }
    /// Whether `react` is given events that are history. History updates folds and wakes nobody, so the answer is `false`
    /// unless the reactor keeps state of its own exact (segments do).
    var handlesHistory: Bool { get }
    /// Handles new events of any partitions, after every fold has seen them. No person occurs twice, except with history; an
    /// event's own `receivedAt` is its now.
    func react(to events: [Event], in step: StepContext) throws
    /// Handles timers of `step.partition` that this reactor owns and whose moment has come. `step.now` is the timers' due time.
    func wake(_ timers: [Timer], in step: StepContext) throws
}

extension Reactor {
    public var handlesHistory: Bool { false }
    public func wake(_ timers: [Timer], in step: StepContext) throws {}
}
