/// Which of the two databases SQL is about to run on. SQL is written once, in the subset of docs/decisions; a dialect is
/// asked only where the subset's tokens are translated.
public enum Dialect: String, Sendable {
    case sqlite
    case postgres
}

/// A relational database: SQLite inside the process, or a PostgreSQL server.
///
/// Bodies run synchronously on a thread of the engine. They may run again after a deadlock or a lost connection, so they
/// must have no effect outside the database; nothing that is not `Sendable` leaves them.
public protocol Database: Sendable {
    var dialect: Dialect { get }

    /// Runs `body` in a read-only transaction with a stable view.
    func read<Result: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Result) async throws -> Result

    /// Runs `body` in a transaction that is durable when this returns, and rolled back if the body throws.
    @discardableResult
    func write<Result: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Result) async throws -> Result

    /// As `write`, but may return before the transaction is on the disk. It is there when a later `write` returns, at the latest. For who
    /// can do it again, or goes on in the next one, and promises nothing meanwhile.
    @discardableResult
    func writeAhead<Result: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Result) async throws -> Result

    /// Says that something new stands in the database: at once to those in this process who asked with `whenAnnounced`, soon
    /// and perhaps to those in others. A hint and never the truth: whoever waits for work looks for it now and then as well.
    func announce()

    /// Has `body` called, on any thread, whenever something is announced, until the database is closed.
    func whenAnnounced(_ body: @escaping @Sendable () -> Void)

    /// Closes connections once running bodies have ended. Later calls throw `Problem` `database.closed`.
    func close() async throws
}

extension Database {
    @discardableResult
    public func writeAhead<Result: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Result
    ) async throws -> Result {
        try await write(body)
    }
}
