import Foundation
internal import GRDB
import GRDBSQLite
public import RapportCore

/// A SQLite database in one file, in WAL mode: one writer at a time, readers that never wait for it.
///
/// A commit is on the disk when `write` returns (`synchronous = FULL`). Other processes may use the file at the same time:
/// whoever finds the writer's place taken tries again every 0.5 ms, for up to half a minute.
public final class SQLiteDatabase: Database {
    public let dialect = Dialect.sqlite
    /// The path of the file.
    public let path: String

    private let pool: DatabasePool
    private let checkpointer: SQLiteCheckpointer
    private let groupCommit: SQLiteGroupCommit?
    private let base: SQLiteBase
    private let clock: (any WallClock)?
    private let announcements = Announcements()

    /// Opens the file, or creates it.
    ///
    /// - Parameters:
    ///   - readers: how many reads may run at once; `nil`: one more than there are cores. Many more would only make each other
    ///     slower, and with one more a core has work while an answer is handed over.
    ///   - isServing: whether many ask of it, so that the writer maps the file too, whatever memory that takes.
    ///   - logPages: how many pages of 4 KiB the log may have before they are moved into the file.
    ///   - clock: what `Connection.now()` tells; `nil` for the machine's clock.
    /// - Throws: `Problem` with code `database.damaged` or `database.unreachable`; each `write` with `database.gone` once the file was
    ///   deleted or replaced.
    public init(
        path: String, readers: Int? = nil, isServing: Bool = false, logPages: Int = 8_000, clock: (any WallClock)? = nil
    ) throws {
        self.path = path
        self.clock = clock
        try SQLiteFile.check(path)
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        configuration.maximumReaderCount = readers ?? ProcessInfo.processInfo.activeProcessorCount + 1
        configuration.busyMode = .callback(Self.busy)
        configuration.prepareDatabase { db in
            // Readers map the file: pages come from the system's cache without a copy. The writer keeps pages of its own.
            let isReader = db.configuration.readonly
            if isReader || isServing { try db.execute(sql: "PRAGMA mmap_size = \(Self.mostMapped)") }
            try db.execute(sql: "PRAGMA cache_size = \(isReader ? -8_000 : isServing ? -64_000 : -32_000)")
        }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            checkpointer = SQLiteCheckpointer(path: path, threshold: Int32(clamping: logPages))
            let (checkpointer, pool) = (checkpointer, pool)
            groupCommit = try pool.writeWithoutTransaction { db in
                // GRDB sets NORMAL after `prepareDatabase`, so FULL is set here, once the pool is open.
                try db.execute(sql: "PRAGMA synchronous = FULL")
                guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else {
                    throw Problem("database.not_durable", "SQLite refuses synchronous = FULL for \(path)")
                }
                guard let handle = db.sqliteConnection else { return nil }
                let groupCommit = SQLiteGroupCommit(writer: handle, path: path) { checkpointer.hold() }
                SQLiteGatheredLog.gather(handle, groupCommit: groupCommit)
                checkpointer.watch(handle) { body in
                    pool.asyncWriteWithoutTransaction { db in body(db.sqliteConnection) }
                }
                return groupCommit
            }
            base = SQLiteBase(path: path)
        } catch {
            throw Problem.database(error, path: path)
        }
    }

    /// Bytes of the file that are mapped, from its start: the most that SQLite can.
    private static let mostMapped = 0x7FFF_0000

    private static func busy(attempts: Int) -> Bool {
        usleep(500)
        return attempts < 60_000
    }

    public func read<Result: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            pool.asyncRead { [clock, path] reader in
                continuation.resume(
                    with: Swift.Result {
                        do {
                            let connection = try SQLiteConnection(reader.get(), clock: clock)
                            let result = try body(connection)
                            try connection.throwEarlierFailure()
                            connection.didCommit()
                            return result
                        } catch {
                            throw Problem.database(error, path: path)
                        }
                    })
            }
        }
    }

    @discardableResult
    public func write<Result: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Result) async throws -> Result {
        try await write(isAhead: false, body)
    }

    @discardableResult
    public func writeAhead<Result: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Result
    ) async throws -> Result {
        try await write(isAhead: true, body)
    }

    private func write<Result: Sendable>(
        isAhead: Bool, _ body: @escaping @Sendable (Connection) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            pool.asyncWriteWithoutTransaction { [clock, path, base, groupCommit] db in
                do {
                    let (result, isSynced) = try Self.transaction(db, clock: clock, base, groupCommit, body)
                    if isSynced || isAhead { continuation.resume(returning: result) }
                    guard !isSynced else { return }
                    groupCommit?.whenSynced { failure in
                        guard !isAhead else { return }
                        continuation.resume(with: failure.map { .failure($0) } ?? .success(result))
                    }
                } catch {
                    continuation.resume(throwing: Problem.database(error, path: path))
                }
            }
        }
    }

    /// - Returns: what `body` did, and whether it is on the disk.
    private static func transaction<Result>(
        _ db: GRDB.Database, clock: (any WallClock)?, _ base: SQLiteBase, _ groupCommit: SQLiteGroupCommit?,
        _ body: (Connection) throws -> Result
    ) throws -> (Result, isSynced: Bool) {
        try groupCommit?.check()
        let connection = try SQLiteConnection(db, clock: clock)
        try connection.run("BEGIN IMMEDIATE")
        do {
            let result = try body(connection)
            try connection.throwEarlierFailure()
            try base.check()
            var isSynced = true
            if let groupCommit {
                isSynced = try groupCommit.commit { _ = try connection.run("COMMIT") }
            } else {
                try connection.run("COMMIT")
            }
            connection.didCommit()
            return (result, isSynced)
        } catch {
            connection.rollback()
            throw error
        }
    }

    public func announce() { announcements.tell() }

    public func whenAnnounced(_ body: @escaping @Sendable () -> Void) { announcements.add(body) }

    public func close() async throws {
        try await onThread(named: "rapport.sqlite.close") { [self] in
            // After the pool: readers, which close last in it, cannot empty the log.
            defer { checkpointer.stop() }
            if let groupCommit { pool.writeWithoutTransaction { _ in groupCommit.stop() } }
            do {
                try pool.close()
            } catch {
                throw Problem.database(error, path: path)
            }
        }
    }

    /// Runs one statement outside any transaction on the writer's connection: `VACUUM INTO`, pragmas.
    @discardableResult
    func outsideTransaction<Result: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            pool.asyncWriteWithoutTransaction { [clock, path] db in
                continuation.resume(
                    with: Swift.Result {
                        do {
                            return try body(try SQLiteConnection(db, clock: clock))
                        } catch {
                            throw Problem.database(error, path: path)
                        }
                    })
            }
        }
    }
}
