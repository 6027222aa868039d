public import RapportCore

/// Turns events into state. Appends nothing, and may be rebuilt at any time: the state it keeps for a person is a pure
/// function of the *set* of that person's events, ordered by (occurred_at, received_at, ref) where order matters.
public protocol Fold: Sendable {
    /// Unique, lowercase: `fields`, `totals`, `permissions`.
    var name: String { get }
    /// Applies new events of one partition, in log order.
    func apply(_ events: [Event], in step: StepContext) throws
    /// Forgets and computes again the state of `people`, from all of their events. Called at merge, unmerge and verify.
    func refold(_ people: [PersonID], in step: StepContext) throws
    /// The folded state of a person as canonical text, for `rapport log verify` and for tests that compare.
    func fingerprint(of person: PersonID, in db: Connection) throws -> String
}

/// Appends events, sets timers or files proposals. Never run again over events that it has handled.
public protocol Reactor: Sendable {
    var name: String { get }
    /// Handles new events of one partition, in log order, after every fold has seen them.
    func react(to events: [Event], in step: StepContext) throws
    /// Handles timers that this reactor owns and whose moment has come. `step.now` is the timers' due time.
    func wake(_ timers: [Timer], in step: StepContext) throws
}

/// A moment set on the log. One exists per (person, owner, key).
public struct Timer: Sendable, Hashable {
    public var dueAt: Timestamp
    /// 0 for timers of the house.
    public var person: PersonID
    /// The name of the reactor that it wakes.
    public var owner: String
    public var key: String
    public var payload: String

    public init(dueAt: Timestamp, person: PersonID, owner: String, key: String = "", payload: String = "") {
        self.dueAt = dueAt
        self.person = person
        self.owner = owner
        self.key = key
        self.payload = payload
    }
}

/// What folds and reactors see while one step runs: the transaction, the partition and its time.
public final class StepContext {
    public let db: Connection
    public let partition: Int
    /// Folds, segments and journeys read this: the event's received_at or the timer's due time. Set by the step.
    public internal(set) var now: Timestamp
    /// Wall time read once for the step: only decision and gate use it.
    public let wall: Timestamp
    /// Names of kinds and sources by number and back, and symbols.
    public let catalog: Catalog

    /// What reactors have said so far; the step applies it at its end, in this order.
    public private(set) var appended: [NewEvent] = []
    public private(set) var timersSet: [Timer] = []
    public private(set) var timersCancelled: [(person: PersonID, owner: String, key: String)] = []

    public init(db: Connection, partition: Int, now: Timestamp, wall: Timestamp, catalog: Catalog) {
        self.db = db
        self.partition = partition
        self.now = now
        self.wall = wall
        self.catalog = catalog
    }

    /// Appends an event of the same partition as the last act of the step. It inherits history and depth from `cause`.
    public func append(_ event: NewEvent) { appended.append(event) }

    /// Sets the one timer of (person, owner, key), replacing an earlier one.
    public func set(_ timer: Timer) { timersSet.append(timer) }

    public func cancel(person: PersonID, owner: String, key: String = "") { timersCancelled.append((person, owner, key)) }
}
