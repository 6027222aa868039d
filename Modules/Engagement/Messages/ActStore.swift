public import RapportCore
public import RapportStorage

/// Acts and their counts.
public enum ActStore {
    private static let columns: SQL =
        "id, kind, reference, name, brand, topic, class, channel, template, template_version, expires_at, state, hold_out"

    /// Writes a new act and returns its number.
    public static func insert(_ act: Act, at now: Timestamp, in db: Connection) throws -> Int64 {
        let id = try db.integer(
            """
            INSERT INTO acts (kind, reference, name, brand, topic, class, channel, template, template_version, expires_at,
                              state, made_at, hold_out)
            VALUES (\(act.kind), \(act.reference), \(act.name), \(act.brand), \(act.topic), \(act.topicClass.rawValue),
                    \(act.channel), \(act.template), \(act.templateVersion), \(act.expiresAt), \(act.state.rawValue), \(now),
                    \(act.holdOut))
            RETURNING id
            """)
        guard let id else { throw Problem("acts.not_written", "the database gave no number to an act") }
        return id
    }

    public static func act(_ id: Int64, in db: Connection) throws -> Act? {
        try db.first("SELECT \(columns) FROM acts WHERE id = \(id)", read)
    }

    /// Acts that may send, what people asked for before what we want of them, then the older first.
    public static func running(in db: Connection) throws -> [Act] {
        try db.all("SELECT \(columns) FROM acts WHERE state = 0 ORDER BY class DESC, id", read)
    }

    /// Sets the state, unless the act was stopped or is done. Every claim reads it, so it holds from the next one on.
    @discardableResult
    public static func set(_ state: Act.State, of id: Int64, in db: Connection) throws -> Bool {
        try db.run("UPDATE acts SET state = \(state.rawValue) WHERE id = \(id) AND state < 2") == 1
    }

    private static func read(_ row: Row) throws -> Act {
        Act(
            id: row.integer(0), kind: row.text(1), reference: row.integer(2), name: row.text(3), brand: row.text(4),
            topic: row.text(5), topicClass: TopicClass(rawValue: row.int(6)) ?? .marketing, channel: row.text(7),
            template: row.text(8), templateVersion: row.integer(9), expiresAt: row.timestamp(10), holdOut: row.int(12),
            state: Act.State(rawValue: row.integer(11)) ?? .stopped)
    }
}

/// How many messages of each act came to what, gathered within one transaction and written at once.
public struct Tally: Sendable, Hashable {
    private var changes: [Key: Int64] = [:]

    private struct Key: Hashable, Comparable {
        var act: Int64
        var outcome: String
        static func < (left: Key, right: Key) -> Bool { (left.act, left.outcome) < (right.act, right.outcome) }
    }

    public init() {}

    public mutating func add(_ outcome: String, of act: Int64, _ count: Int64 = 1) {
        changes[Key(act: act, outcome: outcome), default: 0] += count
    }

    /// Moves one message from a state to another.
    mutating func move(_ act: Int64, from old: MessageState, to new: MessageState) {
        add(old.counted, of: act, -1)
        add(new.counted, of: act)
    }

    public func write(partition: Int, in db: Connection) throws {
        for (key, change) in changes.sorted(by: { $0.key < $1.key }) where change != 0 {
            try db.run(
                """
                INSERT INTO act_counts (act, partition, outcome, count)
                VALUES (\(key.act), \(partition), \(key.outcome), \(change))
                ON CONFLICT (act, outcome, partition) DO UPDATE SET count = act_counts.count + excluded.count
                """)
        }
    }

    /// The sums over all partitions, by outcome.
    public static func read(_ act: Int64, in db: Connection) throws -> [String: Int64] {
        let rows = try db.all("SELECT outcome, SUM(count) FROM act_counts WHERE act = \(act) GROUP BY outcome ORDER BY outcome") {
            ($0.text(0), $0.integer(1))
        }
        return Dictionary(rows.filter { $0.1 != 0 }) { first, _ in first }
    }
}

extension MessageState {
    /// What counts call it: while a message is on its way, it is waiting.
    var counted: String {
        switch self {
        case .queued, .held, .claimed, .handingOver: "waiting"
        default: name
        }
    }
}
