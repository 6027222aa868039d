public import RapportCore
public import RapportStorage

/// Writes down, in a table of its own, every event and timer in the order in which it is handled, and answers events by
/// their properties:
///
/// - `fail` names an entry of the table `recording_faults`: while it stands there, handling throws.
/// - `echo` n above 0 appends an event of the same kind with `echo` n − 1.
/// - `timer` n sets a timer n ms after the event; when it comes, `lab.woken` is appended.
///
/// Needs `Migration.recording`.
public struct RecordingReactor: Reactor {
    public let name = "recording"
    public let handlesHistory: Bool

    public init(handlesHistory: Bool = false) { self.handlesHistory = handlesHistory }

    public func react(to events: [Event], in step: StepContext) throws {
        for event in events {
            let properties = try JSONValue(parsing: event.properties)
            if let fault = properties["fail"]?.string,
                try step.db.integer("SELECT COUNT(*) FROM recording_faults WHERE name = \(fault)") != 0
            {
                throw Problem("test.fault", "told to fail by \(fault)")
            }
            try record("event \(event.ref)", event.person, event.receivedAt, event.ref.partition, step)
            if let left = properties["echo"]?.integer, left > 0 {
                let kind = try step.catalog.kind(event.kind, in: step.db).name
                step.append(NewEvent(kind: kind, source: "rapport", properties: ["echo": .integer(left - 1)]), because: event)
            }
            if let delay = properties["timer"]?.integer {
                step.set(
                    Timer(dueAt: event.receivedAt + Span(milliseconds: delay), person: event.person, owner: name, key: "t"))
            }
        }
    }

    public func wake(_ timers: [Timer], in step: StepContext) throws {
        for timer in timers {
            try record("timer \(timer.dueAt.milliseconds)", timer.person, step.now, step.partition, step)
            step.append(NewEvent(kind: "lab.woken", source: "rapport", person: timer.person))
        }
    }

    private func record(
        _ what: String, _ person: PersonID, _ at: Timestamp, _ partition: Int, _ step: StepContext
    ) throws {
        let count = try step.db.integer("SELECT COUNT(*) FROM recording WHERE partition = \(partition)") ?? 0
        try step.db.insert(
            into: "recording", ["partition", "number", "person", "what", "at"],
            [[.integer(Int64(partition)), .integer(count), .integer(person), .text(what), .time(at)]])
    }

    /// What was handled of `person`, in order.
    public static func record(of person: PersonID, in db: Connection) throws -> [String] {
        try db.all("SELECT what FROM recording WHERE person = \(person) ORDER BY partition, number") { $0.text(0) }
    }
}

extension Migration {
    public static let recording = Migration(
        "9000-recording",
        [
            """
            CREATE TABLE recording (
                partition BIGINT NOT NULL,
                number BIGINT NOT NULL,
                person BIGINT NOT NULL,
                what TEXT NOT NULL,
                at BIGINT NOT NULL,
                PRIMARY KEY (partition, number)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX recording_by_person ON recording (person, partition, number)",
            """
            CREATE TABLE recording_faults (
                name TEXT NOT NULL PRIMARY KEY
            ) STRICT
            """,
        ])
}
