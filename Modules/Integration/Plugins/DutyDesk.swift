public import Logging
public import RapportCore
public import RapportPluginKit
public import RapportStorage

/// Tells the systems behind plugins of opt-outs and erasures, and tries until they know: somebody's wish is never given up.
public struct DutyDesk: Sendable {
    let plugins: [String: any Plugin]
    let database: any Database
    let clock: any WallClock
    let logger: Logger

    /// - Parameter plugins: the instances with duties, by label.
    public init(
        _ plugins: [String: any Plugin], database: any Database, clock: any WallClock,
        logger: Logger = Logger(label: "rapport.duties")
    ) {
        self.plugins = plugins
        self.database = database
        self.clock = clock
        self.logger = logger
    }

    public var isNeeded: Bool { !plugins.isEmpty }

    /// Tells what is due until the task is cancelled. Any number of processes may run it on one database.
    public func run() async throws {
        while !Task.isCancelled {
            var done = 0
            do { done = try await process() } catch is CancellationError { return } catch {
                logger.warning("duties will be tried again", metadata: ["error": "\(error)"])
            }
            if done == 0 { try? await Task.sleep(for: .seconds(1)) }
        }
    }

    /// Tells what is due now.
    ///
    /// - Parameter person: only what concerns this one, by public id; `nil`: all.
    /// - Returns: how many were tried.
    @discardableResult
    public func process(of person: String? = nil, atMost limit: Int = 50) async throws -> Int {
        let labels = plugins.keys.sorted()
        guard !labels.isEmpty else { return 0 }
        let now = clock.now
        let only: SQL = person.map { "AND person = \($0)" } ?? ""
        let claimed = try await database.write { db in
            let due = try db.all(
                """
                SELECT id, instance, duty, topic, addresses, at, attempts, due_at FROM plugin_duties
                WHERE state = 0 AND due_at <= \(now) AND instance IN \(list: labels) \(only)
                ORDER BY due_at, id LIMIT \(limit)
                """, Waiting.init)
            // Whoever moves it on first has it, for two minutes.
            return try due.filter { waiting in
                try db.run(
                    """
                    UPDATE plugin_duties SET due_at = \(now + .minutes(2)), attempts = attempts + 1
                    WHERE id = \(waiting.id) AND state = 0 AND due_at = \(waiting.dueAt)
                    """) == 1
            }
        }
        for waiting in claimed {
            guard let plugin = plugins[waiting.instance] else { continue }
            await tell(waiting, plugin)
        }
        return claimed.count
    }

    /// Ends the plugins that were made for this desk alone.
    public func cleanup() async { for plugin in plugins.values { await plugin.cleanup() } }

    /// The plugin's state and the end of the duty are one transaction.
    private func tell(_ waiting: Waiting, _ plugin: any Plugin) async {
        let pending = PendingPluginState()
        do {
            let addresses = try waiting.addresses()
            let isDone = try await PendingPluginState.$current.withValue(pending) {
                switch waiting.duty {
                case .optOut:
                    try await plugin.optOut(OptOut(addresses: addresses, topic: waiting.topic, at: waiting.at))
                case .erase: try await plugin.erase(addresses)
                }
            }
            let now = clock.now
            try await database.write { db in
                let settled = try db.run(
                    """
                    UPDATE plugin_duties SET state = \(isDone ? 1 : 2), addresses = '', reason = '', settled_at = \(now)
                    WHERE id = \(waiting.id) AND state = 0
                    """)
                if settled == 1 { try DatabasePluginState.write(pending.take(), of: waiting.instance, in: db) }
            }
        } catch {
            let reason = (error as? Problem)?.description ?? "\(error)"
            let due = clock.now + min(.hours(6), Span.seconds(5 << min(waiting.attempts, 12)))
            logger.warning(
                "\(waiting.instance) could not be told of \(waiting.duty.rawValue); it is tried again at \(due): \(reason)")
            try? await database.write { db in
                _ = try db.run(
                    "UPDATE plugin_duties SET due_at = \(due), reason = \(reason) WHERE id = \(waiting.id) AND state = 0")
            }
        }
    }

    private struct Waiting: Sendable {
        let id: Int64
        let instance: String
        let duty: Duty
        let topic: String?
        let list: String
        let at: Timestamp
        let attempts: Int64
        let dueAt: Timestamp

        init(_ row: Row) throws {
            guard let duty = Duty(rawValue: row.text(2)) else {
                throw Problem("duty.unknown", "\(row.text(2)) is no duty that this Rapport knows")
            }
            self.duty = duty
            id = row.integer(0)
            instance = row.text(1)
            topic = row.text(3).isEmpty ? nil : row.text(3)
            list = row.text(4)
            at = row.timestamp(5)
            attempts = row.integer(6) + 1
            dueAt = row.timestamp(7)
        }

        func addresses() throws -> [Identifier] {
            try (JSONValue(parsing: list).array ?? []).compactMap { item in
                guard let kind = item["kind"]?.string, let value = item["value"]?.string else { return nil }
                return Identifier(kind: kind, value: value)
            }
        }
    }
}
