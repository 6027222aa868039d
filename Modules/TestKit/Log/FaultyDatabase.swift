import RapportCore
public import RapportStorage
import Synchronization

/// A database that fails where it is told to: at the nth statement counted from now, or around a commit.
///
/// Failures carry the code `database.unreachable`, as a lost connection does, or `database.unknown_outcome`.
public final class FaultyDatabase: Database {
    public enum Fault: Sendable, Hashable {
        /// The nth statement (1 is the next one) throws, and its transaction is rolled back.
        case atStatement(Int)
        /// The next write commits, but whoever called it is told that it failed.
        case afterCommit
        /// The next write commits, and the connection is lost meanwhile.
        case duringCommit
    }

    private struct State {
        var fault: Fault?
        var statements = 0
    }

    private let base: any Database
    private let state = Mutex(State())

    public init(_ base: any Database) { self.base = base }

    public var dialect: Dialect { base.dialect }

    /// Fails once, by `fault`.
    public func failOnce(_ fault: Fault) { state.withLock { $0 = State(fault: fault) } }

    public func read<Result: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Result) async throws -> Result {
        try await base.read(body)
    }

    public func write<Result: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Result) async throws -> Result {
        let result = try await base.write { [self] db in
            try body(FaultyConnection(db) { try self.count() })
        }
        let problem = state.withLock { state -> Problem? in
            guard state.fault == .afterCommit || state.fault == .duringCommit else { return nil }
            defer { state.fault = nil }
            return state.fault == .afterCommit ? Self.problem : .unknownOutcome
        }
        if let problem { throw problem }
        return result
    }

    public func announce() { base.announce() }

    public func whenAnnounced(_ body: @escaping @Sendable () -> Void) { base.whenAnnounced(body) }

    public func close() async throws { try await base.close() }

    private static let problem = Problem("database.unreachable", "the connection was lost, as the test wanted")

    private func count() throws {
        try state.withLock { state in
            guard case .atStatement(let limit) = state.fault else { return }
            state.statements += 1
            guard state.statements >= limit else { return }
            state.fault = nil
            throw Self.problem
        }
    }
}

/// Passes everything on, after asking whether it may.
final class FaultyConnection: Connection {
    private let base: Connection
    private let check: () throws -> Void

    init(_ base: Connection, check: @escaping () throws -> Void) {
        self.base = base
        self.check = check
        super.init(dialect: base.dialect)
    }

    override func afterCommit(_ body: @escaping @Sendable () -> Void) { base.afterCommit(body) }

    override func run(_ sql: SQL) throws -> Int {
        try check()
        return try base.run(sql)
    }

    override func each(_ sql: SQL, _ body: (Row) throws -> Void) throws {
        try check()
        try base.each(sql, body)
    }

    override func insert(
        into table: String, _ columns: [String], onConflict conflict: String?, atLeast count: Int,
        next: (RowWriter) throws -> Bool
    ) throws -> Int {
        try check()
        return try base.insert(into: table, columns, onConflict: conflict, atLeast: count, next: next)
    }

    override func now() throws -> Timestamp { try base.now() }
}
