import Crypto
import Foundation
import Logging
import RapportCore
import RapportPluginKit
import RapportStorage

extension CallbackInbox {
    /// A callback that waits for its plugin.
    struct Waiting: Sendable {
        let id: Int64
        let instance: String
        let attempts: Int64
        let request: CallbackRequest
    }

    /// Makes callbacks into events until the task is cancelled. Any number of processes may run it on one database.
    public func run() async throws {
        while !Task.isCancelled {
            var done = 0
            do { done = try await process() } catch is CancellationError { return } catch {
                logger.warning("callbacks will be tried again", metadata: ["error": "\(error)"])
            }
            if done == 0 { try? await Task.sleep(for: .milliseconds(250)) }
        }
    }

    /// Handles what is due now.
    ///
    /// - Returns: how many were tried.
    @discardableResult
    public func process(atMost limit: Int = 50) async throws -> Int {
        let labels = targets.map(\.label)
        guard !labels.isEmpty else { return 0 }
        let now = clock.now
        let claimed = try await database.write { db in
            let due = try db.all(
                """
                SELECT id, instance, attempts, path, method, query, headers, body, received_at, due_at FROM callbacks
                WHERE state = 0 AND due_at <= \(now) AND instance IN \(list: labels)
                ORDER BY due_at, id LIMIT \(limit)
                """, Self.waiting)
            return try due.filter { waiting, dueAt in
                // Whoever moves it on first has it, for a minute.
                try db.run(
                    """
                    UPDATE callbacks SET due_at = \(now + .minutes(1)), attempts = attempts + 1
                    WHERE id = \(waiting.id) AND state = 0 AND due_at = \(dueAt)
                    """) == 1
            }.map(\.0)
        }
        for waiting in claimed {
            guard let target = targets.first(where: { $0.label == waiting.instance }) else { continue }
            _ = await handle(waiting, target)
        }
        return claimed.count
    }

    /// Has the plugin make events of it. Events, the plugin's state and the end of the callback are one transaction.
    ///
    /// - Returns: what the plugin answers, if it does.
    func handle(_ waiting: Waiting, _ target: Target) async -> String? {
        do {
            let pending = PendingPluginState()
            let result = try await PendingPluginState.$current.withValue(pending) {
                try await target.plugin.receive(waiting.request)
            }
            let refused = try await commit(result, pending.writes, waiting)
            for problem in refused { logger.warning("an event of \(target.label) was refused: \(problem)") }
            return result.answer
        } catch {
            await giveBack(waiting, because: error)
            return nil
        }
    }

    private func commit(_ result: CallbackResult, _ state: [String: JSONValue?], _ waiting: Waiting) async throws -> [Problem] {
        let act = act(of: waiting)
        var attempt = 1
        while true {
            do {
                return try await database.write { [intake] db in
                    // Somebody else was faster: its events stand, and ours would be the same.
                    guard try db.run("DELETE FROM callbacks WHERE id = \(waiting.id)") == 1 else { return [] }
                    try DatabasePluginState.write(state, of: waiting.instance, in: db)
                    return try intake.accept(
                        result.events, from: waiting.instance, act: act, in: db)
                }
            } catch let race as DoorRace {
                guard attempt < 5 else { throw race }
                attempt += 1
            }
        }
    }

    /// What tells events without an id of their own apart. A signed request that comes again, byte by byte, is a replay of the
    /// same act: only its sender could sign another one, and would say something new in it.
    private func act(of waiting: Waiting) -> String {
        let request = waiting.request
        guard let target = targets.first(where: { $0.label == waiting.instance }),
            case .hmac? = target.plugin.manifest.callbacks.first(where: { $0.path == request.path })?.verification
        else { return "callback-\(waiting.id)" }
        let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        let hash = SHA256.hash(data: Data("\(request.path)\0\(request.method)\0\(query)\0".utf8) + Data(request.body))
        return "signed-" + Data(hash).base64EncodedString()
    }

    private func giveBack(_ waiting: Waiting, because error: any Error) async {
        let problem = error as? Problem
        let reason = problem?.description ?? "\(error)"
        // A plugin that is left alone for a while has not been asked: that is no attempt of this request.
        let isResting = problem?.code == "plugin.resting"
        let isLast = !isResting && waiting.attempts >= Self.attempts
        let due = clock.now + (isResting ? .seconds(30) : Span.seconds(1 << min(waiting.attempts, 10)))
        logger.warning(
            "\(waiting.instance) could not use a callback\(isLast ? " and never will" : ""): \(reason)",
            metadata: ["callback": "\(waiting.id)"])
        try? await database.write { db in
            _ = try db.run(
                """
                UPDATE callbacks SET state = \(isLast ? 1 : 0), due_at = \(due), reason = \(reason),
                    attempts = \(isResting ? waiting.attempts - 1 : waiting.attempts)
                WHERE id = \(waiting.id)
                """)
        }
    }

    /// - Parameter span: for how long nobody else takes it.
    func store(_ request: CallbackRequest, for target: Target, heldFor span: Span) async throws -> Int64 {
        let due = clock.now + span
        return try await database.write { db in
            try db.integer(
                """
                INSERT INTO callbacks
                    (instance, path, method, query, headers, body, received_at, state, attempts, due_at, reason)
                VALUES (\(target.label), \(request.path), \(request.method), \(Self.text(request.query)),
                    \(Self.text(request.headers)), \(request.body), \(request.receivedAt), 0, 0, \(due), '')
                RETURNING id
                """) ?? 0
        }
    }

    private static func waiting(_ row: Row) throws -> (Waiting, Timestamp) {
        let request = CallbackRequest(
            path: row.text(3), method: row.text(4), query: try pairs(row.text(5)), headers: try pairs(row.text(6)),
            body: row.bytes(7), receivedAt: row.timestamp(8))
        return (
            Waiting(id: row.integer(0), instance: row.text(1), attempts: row.integer(2) + 1, request: request), row.timestamp(9)
        )
    }

    private static func text(_ pairs: [OutgoingMessage.Header]) -> String {
        JSONValue.array(pairs.map { [.string($0.name), .string($0.value)] }).text
    }

    private static func pairs(_ text: String) throws -> [OutgoingMessage.Header] {
        try (JSONValue(parsing: text).array ?? []).compactMap { pair in
            guard let name = pair.array?.first?.string, let value = pair.array?.last?.string else { return nil }
            return .init(name, value)
        }
    }
}
