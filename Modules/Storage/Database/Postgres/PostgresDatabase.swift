import CPQ
public import RapportCore

/// A database on a PostgreSQL server, version 15 or later, over libpq.
///
/// A few connections, each on a thread of its own, run the bodies. `write` is READ COMMITTED, `read` is REPEATABLE READ
/// READ ONLY. A body runs again after a deadlock, a serialization failure, a `DoorRace` or a connection lost before COMMIT was sent;
/// one lost during COMMIT throws `database.unknown_outcome`, and the caller looks up its cursor or key to learn the truth.
public final class PostgresDatabase: Database {
    public let dialect = Dialect.postgres
    private let pool: PostgresPool
    private let announcements = Announcements()
    private let notifier: PostgresNotifier
    private let listener: PostgresListener

    /// Connects once, so that a wrong address is told at the start.
    ///
    /// - Parameters:
    ///   - uri: a connection URI of libpq; may hold a password.
    ///   - connections: at most so many; reads leave two of them to writes.
    ///   - clock: what `Connection.now()` tells; `nil` for the server's clock.
    ///   - patience: so long a server that answered before is waited for, from when it was missed first; then it is told of at once.
    /// - Throws: `Problem` with code `database.unreachable`, `database.encoding` or `database.too_old`.
    public init(
        uri: String, connections: Int = 6, clock: (any WallClock)? = nil, patience: Duration = .seconds(10)
    ) async throws {
        let pool = PostgresPool(uri: uri, size: max(connections, 3), clock: clock, patience: patience)
        self.pool = pool
        notifier = PostgresNotifier(pool: pool)
        listener = PostgresListener(uri: uri, announcements)
        do {
            try await submit(.write) { try $0.connect() }
        } catch {
            await pool.close()
            throw error
        }
    }

    public func read<Result: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Result) async throws -> Result {
        try await submit(.read) { try $0.transaction(.read, body) }
    }

    @discardableResult
    public func write<Result: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Result) async throws -> Result {
        try await submit(.write) { try $0.transaction(.write, body) }
    }

    public func announce() {
        announcements.tell()
        notifier.notify()
    }

    /// The first call begins to listen to other processes, over a connection of its own.
    public func whenAnnounced(_ body: @escaping @Sendable () -> Void) {
        announcements.add(body)
        listener.start()
    }

    public func close() async throws {
        await listener.stop()
        await pool.close()
    }

    /// Runs statements outside any transaction: `CREATE DATABASE`, settings of the session.
    @discardableResult
    package func outsideTransaction<Result: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Result
    ) async throws -> Result {
        try await submit(.write) { try $0.outsideTransaction(body) }
    }

    private func submit<Result: Sendable>(
        _ kind: PostgresPool.Kind, _ work: @escaping @Sendable (PostgresSession) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let isTaken = pool.submit(kind) { session in
                continuation.resume(with: Swift.Result { try work(session) })
            }
            if !isTaken { continuation.resume(throwing: Problem.databaseClosed) }
        }
    }
}
