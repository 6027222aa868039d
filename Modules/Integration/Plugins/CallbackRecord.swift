public import RapportCore
public import RapportStorage

/// A callback that waits for its plugin, or that was given up. One that was used is gone: its events stand on the log.
public struct CallbackRecord: Sendable, Hashable {
    /// `channels.mail`
    public var instance: String
    public var path: String
    public var receivedAt: Timestamp
    public var attempts: Int64
    public var isGivenUp: Bool
    /// Why the plugin could not use it, so far.
    public var reason: String

    /// Those of all instances, in the order in which they came.
    ///
    /// - Parameter givenUp: only those that were, or were not; `nil`: all.
    public static func all(givenUp: Bool? = nil, in db: Connection) throws -> [CallbackRecord] {
        let states: [Int64] = givenUp.map { [$0 ? 1 : 0] } ?? [0, 1]
        return try db.all(
            """
            SELECT instance, path, received_at, attempts, state, reason FROM callbacks
            WHERE state IN \(list: states) ORDER BY id LIMIT 10000
            """
        ) { row in
            CallbackRecord(
                instance: row.text(0), path: row.text(1), receivedAt: row.timestamp(2), attempts: row.integer(3),
                isGivenUp: row.integer(4) == 1, reason: row.text(5))
        }
    }

    /// Has what was given up tried again, from the beginning.
    ///
    /// - Parameter instance: only those of this one.
    /// - Returns: how many there are.
    @discardableResult
    public static func retry(of instance: String? = nil, now: Timestamp, in db: Connection) throws -> Int {
        let condition: SQL = instance.map { " AND instance = \($0)" } ?? ""
        return try db.run("UPDATE callbacks SET state = 0, attempts = 0, due_at = \(now) WHERE state = 1\(condition)")
    }

    public var json: JSONValue {
        [
            "instance": .string(instance), "path": .string(path), "received_at": .string(receivedAt.rfc3339),
            "attempts": .integer(attempts), "given_up": .bool(isGivenUp), "reason": .string(reason),
        ]
    }
}
