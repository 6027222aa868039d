public import RapportCore
public import RapportPluginKit
public import RapportStorage

/// What became of one duty: a line of the receipt of an erasure or an opt-out.
public struct DutyRecord: Sendable, Hashable {
    public enum State: Int64, Sendable {
        case waiting = 0
        case done = 1
        /// The system behind the plugin knew nothing of the person.
        case nothingThere = 2
    }

    /// `channels.mail`
    public var instance: String
    public var duty: Duty
    public var state: State
    public var at: Timestamp
    /// When the system answered; `nil` while it has not.
    public var settledAt: Timestamp?
    public var attempts: Int64
    /// Why it could not be told yet.
    public var reason: String

    /// All about a person, by public id, in the order in which they came to be.
    public static func all(of person: String, _ duty: Duty? = nil, in db: Connection) throws -> [DutyRecord] {
        try read("person = \(person)", in: db).filter { duty == nil || $0.duty == duty }
    }

    /// Those that wait and either have been tried in vain or have come up before `moment`, the oldest first.
    public static func overdue(since moment: Timestamp, in db: Connection) throws -> [DutyRecord] {
        try read("state = 0 AND (at < \(moment) OR reason <> '')", in: db)
    }

    private static func read(_ condition: SQL, in db: Connection) throws -> [DutyRecord] {
        try db.all(
            """
            SELECT instance, duty, state, at, settled_at, attempts, reason FROM plugin_duties
            WHERE \(condition) ORDER BY id LIMIT 10000
            """
        ) { row in
            DutyRecord(
                instance: row.text(0), duty: Duty(rawValue: row.text(1)) ?? .erase,
                state: State(rawValue: row.integer(2)) ?? .waiting,
                at: row.timestamp(3), settledAt: row.integer(4) == 0 ? nil : row.timestamp(4), attempts: row.integer(5),
                reason: row.text(6))
        }
    }

    public var json: JSONValue {
        [
            "instance": .string(instance), "duty": .string(duty.rawValue), "state": .string("\(state)"),
            "at": .string(at.rfc3339), "settled_at": settledAt.map { .string($0.rfc3339) } ?? .null,
            "attempts": .integer(attempts), "reason": .string(reason),
        ]
    }
}
