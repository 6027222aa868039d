public import RapportCore

/// What folds and reactors see while one step runs: the transaction and its time.
public final class StepContext {
    public let db: Connection
    /// The partition whose timers are being handled. Events come from several at once, and each says where it stands.
    public internal(set) var partition: Int
    /// The moment being handled: a timer's due time, or the received_at of the last of the events in hand. Each event's own
    /// received_at is its now.
    public internal(set) var now: Timestamp
    /// Wall time read once for the step: only decision and gate use it.
    public let wall: Timestamp
    /// The database's clock when the step began.
    public let began: Timestamp
    /// How long this transaction may go on with what can wait, of all partitions together.
    private let spare: Duration
    private var spareUntil: ContinuousClock.Instant?
    /// When what can wait goes on.
    private(set) var resumesAt: Timestamp?
    /// Names of kinds and sources by number and back, and symbols.
    public let catalog: Catalog
    /// Whether what is being handled comes so late that its effects are history: a timer found long after its moment.
    public internal(set) var late = false

    /// What need not be read again.
    var atHand: EventsAtHand?
    let firstTimers: FirstTimers

    /// What reactors have said so far; the step writes it, in this order.
    public private(set) var appended: [NewEvent] = []
    private(set) var timerChanges: [TimerKey: Timer?] = [:]
    /// Where the people in hand are, who are not of `partition`.
    private var homes: [PersonID: Int] = [:]
    /// The events in hand, and their kinds once somebody has asked for them.
    private(set) var inHand: [Event] = []
    /// People whom events in hand have made, and when they were first heard of: nothing that folds keep is known of them yet, so it
    /// need not be looked for.
    public private(set) var newcomers: [PersonID: Timestamp] = [:]
    var kindsInHand: [String: Int64]?
    /// Names of the kinds that the step has met.
    var kindNames: [Int64: String] = [:]

    /// - Parameters:
    ///   - spare: how long the transaction may go on with what can wait.
    ///   - partitions: those that are stepped; `nil`: the one.
    public init(
        db: Connection, partition: Int, now: Timestamp, wall: Timestamp, catalog: Catalog, spare: Duration = .milliseconds(10),
        partitions: [Int]? = nil
    ) {
        self.db = db
        self.partition = partition
        self.now = now
        began = now
        self.spare = spare
        self.wall = wall
        self.catalog = catalog
        firstTimers = FirstTimers(partitions ?? [partition])
    }

    /// Whether work that can wait may still be done in this transaction: filling in what is new, slice by slice. The clock
    /// decides only where slices end, never what is in them.
    public var hasSpareTime: Bool {
        let end = spareUntil ?? .now + spare
        spareUntil = end
        return ContinuousClock.now < end
    }

    /// When what can wait goes on: what comes in meanwhile has its turn first, and where this one could do nothing, also where it
    /// is behind, so have those who could.
    public func later(hasWorked: Bool) -> Timestamp {
        let moment = hasWorked ? now + Span(milliseconds: 10) : max(now, began) + Span(milliseconds: 50)
        resumesAt = min(resumesAt ?? moment, moment)
        return moment
    }

    /// Appends an event as the last act of the step: its depth is one more than the cause's, and an effect of history is
    /// history. It goes to its person's partition. Its time is the cause's, unless given.
    public func append(_ event: NewEvent, because cause: Event) {
        var event = event
        event.cause = cause.ref
        event.depth = cause.depth + 1
        event.history = event.history || cause.history
        event.occurredAt = event.occurredAt ?? cause.receivedAt
        if event.person == nil, event.identifiers.isEmpty { event.person = cause.person }
        if event.profile == nil, event.person == cause.person, cause.profile != 0 { event.profile = cause.profile }
        appended.append(event)
    }

    /// Appends an event caused by a timer, as the last act of the step. It happens now; as history, if the timer is handled
    /// long after its moment.
    public func append(_ event: NewEvent) {
        var event = event
        event.history = event.history || late
        event.occurredAt = event.occurredAt ?? now
        appended.append(event)
    }

    /// Sets the one timer of (person, owner, key), replacing an earlier one.
    public func set(_ timer: Timer) { timerChanges[TimerKey(timer)] = .some(timer) }

    public func cancel(person: PersonID, owner: String, key: String = "") {
        timerChanges[TimerKey(person: person, owner: owner, key: key)] = .some(nil)
    }

    /// Those of `people` of whom something may be kept already, sorted.
    public func known(among people: some Sequence<PersonID>) -> [PersonID] {
        (newcomers.isEmpty ? Array(people) : people.filter { newcomers[$0] == nil }).sorted()
    }

    /// The partition of somebody whose events or timers are in hand.
    public func partition(of person: PersonID) -> Int { homes[person] ?? partition }

    /// Takes the events of several partitions in hand.
    func take(_ events: [Event]) {
        homes.removeAll(keepingCapacity: true)
        (inHand, kindsInHand) = (events, nil)
        newcomers = atHand?.newcomers(among: events) ?? [:]
        for event in events where event.person != 0 { homes[event.person] = event.ref.partition }
        now = events.map(\.receivedAt).max() ?? now
    }

    /// Takes the timers of one partition in hand, whose moment has come.
    func take(timersOf partition: Int, at moment: Timestamp) {
        homes.removeAll(keepingCapacity: true)
        (inHand, kindsInHand, newcomers) = ([], nil, [:])
        self.partition = partition
        now = moment
    }

    /// The properties of an event, which are read from their text unless they are at hand.
    ///
    /// - Throws: `Problem` `json.invalid`.
    public func properties(of event: Event) throws -> JSONValue {
        if let said = atHand?.said(by: event) { return said.properties }
        return event.properties == "{}" ? [:] : try JSONValue(parsing: event.properties)
    }

    /// The personal value of an event that is at hand; `nil` where it has to be read.
    func personalAtHand(of event: Event) -> JSONValue? { atHand?.said(by: event)?.personal }

    /// The personal values of those of `events` that are not at hand, by `Event.personal`. Erased ones are missing.
    func storedPersonalValues(of events: [Event]) throws -> [Int64: JSONValue] {
        let stored = events.filter { $0.personal != 0 && personalAtHand(of: $0) == nil }
        return stored.isEmpty ? [:] : try PersonalValues.read(of: stored, in: db)
    }

    var hasTimerChanges: Bool { !timerChanges.isEmpty }

    func takeTimerChanges() -> [TimerKey: Timer?] {
        defer { timerChanges = [:] }
        return timerChanges
    }

    struct TimerKey: Hashable, Comparable {
        var person: PersonID
        var owner: String
        var key: String

        init(person: PersonID, owner: String, key: String) {
            self.person = person
            self.owner = owner
            self.key = key
        }

        init(_ timer: Timer) { self.init(person: timer.person, owner: timer.owner, key: timer.key) }

        static func < (left: TimerKey, right: TimerKey) -> Bool {
            (left.person, left.owner, left.key) < (right.person, right.owner, right.key)
        }
    }
}
