import RapportCore

/// Fills newly declared properties in for events of the past: on the log, on timelines and in totals, slice by slice in the steps
/// of each partition.
public struct SlotsReactor: Reactor {
    static let owner = "slots"
    /// Other processes may go by the old declaration for `Catalog.kindsHold`; what they append until then is filled in too.
    static let grace = Span.seconds(5)
    private static let slice = 500
    /// How long one step goes on with a partition.
    private static let budget = Duration.milliseconds(25)

    public var name: String { Self.owner }

    public init() {}

    public func react(to events: [Event], in step: StepContext) throws {}

    /// Has every partition look at its events of `kind` again.
    static func begin(_ kind: Int64, after moment: Timestamp, in db: Connection) throws {
        let partitions = 0..<Int64(Partition.count)
        try db.run("DELETE FROM slot_fills WHERE kind = \(kind)")
        try db.insert(
            into: "slot_fills", ["partition", "kind", "upto", "head"],
            partitions.map { [.integer($0), .integer(kind), .integer(0), .integer(-1)] })
        for partition in partitions {
            try db.run(
                """
                INSERT INTO timers (partition, due_at, person, owner, key, payload)
                VALUES (\(partition), \(moment + grace), 0, \(owner), \("\(kind)/\(partition)"), '')
                ON CONFLICT (person, owner, key) DO UPDATE SET due_at = excluded.due_at
                """)
        }
    }

    /// Whether something is still being filled in here: answers about the past are not whole yet.
    public static func isFilling(partition: Int, in db: Connection) throws -> Bool {
        try db.integer("SELECT MIN(kind) FROM slot_fills WHERE partition = \(partition)") != nil
    }

    public func wake(_ timers: [Timer], in step: StepContext) throws {
        let start = ContinuousClock.now
        for timer in timers {
            guard let kind = timer.key.split(separator: "/").first.flatMap({ Int64($0) }) else { continue }
            var isDone = false
            let works = step.hasSpareTime
            while !isDone, step.hasSpareTime, ContinuousClock.now - start < Self.budget { isDone = try fill(kind, in: step) }
            if !isDone { step.set(Timer(dueAt: step.later(hasWorked: works), person: 0, owner: Self.owner, key: timer.key)) }
        }
    }

    /// - Returns: whether that was the last slice.
    private func fill(_ kind: Int64, in step: StepContext) throws -> Bool {
        let (db, partition) = (step.db, step.partition)
        let known = try db.first("SELECT upto, head FROM slot_fills WHERE partition = \(partition) AND kind = \(kind)") {
            (upto: $0.integer(0), head: $0.integer(1))
        }
        guard let known else { return true }
        var head = known.head
        if head < 0 { head = try db.integer("SELECT head FROM partitions WHERE partition = \(partition)") ?? 0 }
        let events = try db.all(
            """
            SELECT \(raw: Event.columns) FROM events
            WHERE partition = \(partition) AND position > \(known.upto) AND position <= \(head)
            ORDER BY position LIMIT \(Self.slice)
            """, Event.init)
        try write(events.filter { $0.kind == kind }, kind, in: step)
        guard events.count == Self.slice, let last = events.last?.ref.position else {
            try db.run("DELETE FROM slot_fills WHERE partition = \(partition) AND kind = \(kind)")
            return true
        }
        try db.run("UPDATE slot_fills SET upto = \(last), head = \(head) WHERE partition = \(partition) AND kind = \(kind)")
        return false
    }

    private func write(_ events: [Event], _ kind: Int64, in step: StepContext) throws {
        guard !events.isEmpty else { return }
        // As the database has it: this process may remember an older one.
        guard let row = try step.db.first("SELECT id, name, declared, slots FROM kinds WHERE id = \(kind)", Kind.init) else {
            return
        }
        let read = try events.map { row.definition.slotValues(of: try JSONValue(parsing: $0.properties)) }
        var texts: Set<String> = []
        for case .text(let text)? in read.joined() { texts.insert(Text.folded(text)) }
        let symbols = texts.isEmpty ? [:] : try step.catalog.symbols(texts, in: step.db)
        for (event, values) in zip(events, read) {
            var new: [(slot: Int, value: Int64)] = []
            for (slot, value) in values.enumerated() where event.slots[slot] == nil {
                switch value {
                case .integer(let number): new.append((slot, number))
                case .text(let text): if let number = symbols[Text.folded(text)] { new.append((slot, number)) }
                case nil: break
                }
            }
            if !new.isEmpty { try write(new, to: event, in: step.db) }
        }
    }

    private func write(_ new: [(slot: Int, value: Int64)], to event: Event, in db: Connection) throws {
        func list(_ column: String, adding: Bool) -> SQL {
            var out: SQL = ""
            for (index, one) in new.enumerated() {
                let name = "\(column)\(one.slot + 1)"
                let value: SQL = adding ? "\(raw: name) = \(raw: name) + \(one.value)" : "\(raw: name) = \(one.value)"
                out = out + (index == 0 ? "" : ", ") + value
            }
            return out
        }
        let (partition, position) = (Int64(event.ref.partition), event.ref.position)
        try db.run("UPDATE events SET \(list("n", adding: false)) WHERE partition = \(partition) AND position = \(position)")
        // What nobody has handled yet is not on the timeline: its fold will find it filled in.
        let isHandled =
            try db.run(
                """
                UPDATE timeline SET \(list("n", adding: false))
                WHERE person = \(event.person) AND kind = \(event.kind) AND occurred_at = \(event.occurredAt)
                    AND partition = \(partition) AND position = \(position)
                """) > 0
        guard isHandled else { return }
        try db.run("UPDATE totals SET \(list("sum", adding: true)) WHERE person = \(event.person) AND kind = \(event.kind)")
    }
}
