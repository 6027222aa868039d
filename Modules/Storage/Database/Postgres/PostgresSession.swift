import CPQ
import Foundation
import RapportCore

/// One connection to the server, used by one thread.
final class PostgresSession {
    private let uri: String
    private let clock: (any WallClock)?
    private var connection: PostgresConnection?
    private var wasConnected = false
    private var generator = SystemRandomNumberGenerator()

    init(uri: String, clock: (any WallClock)?) {
        self.uri = uri
        self.clock = clock
    }

    func connect() throws { _ = try open() }

    func disconnect() {
        connection?.finish()
        connection = nil
    }

    func outsideTransaction<Result>(_ body: (Connection) throws -> Result) throws -> Result {
        let connection = try open()
        defer { connection.forgetFailure() }
        return try body(connection)
    }

    /// Runs `body` in a transaction, again while the database asks for that.
    func transaction<Result>(_ kind: PostgresPool.Kind, _ body: (Connection) throws -> Result) throws -> Result {
        let begin =
            switch kind {
            case .read: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
            case .write: "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
            }
        var attempts = 0
        while true {
            var isCommitting = false
            do {
                let connection = try open()
                connection.forgetFailure()
                connection.didRollBack()
                try connection.execute(begin)
                let result = try body(connection)
                try connection.throwEarlierFailure()
                isCommitting = kind == .write
                try connection.execute("COMMIT")
                connection.didCommit()
                return result
            } catch {
                // What failed first decides, even where the body made another error of it.
                let cause = connection?.failure ?? error
                let isLost = connection?.isLost ?? false
                if isLost { disconnect() } else { connection?.rollback() }
                if isLost && isCommitting { throw Problem.unknownOutcome }
                attempts += 1
                guard attempts <= 12, (cause as? PostgresError)?.invitesRetry ?? false || isLost else {
                    throw Problem.postgres(error)
                }
                // 1, 2, 4 … 1000 ms, half of it by chance, so that two that met do not meet again.
                let longest = UInt32(min(1_000_000, 1_000 << min(attempts, 10)))
                usleep(longest / 2 + UInt32.random(in: 0...longest / 2, using: &generator))
            }
        }
    }

    private func open() throws -> PostgresConnection {
        if let connection, !connection.isLost { return connection }
        disconnect()
        var attempts = 0
        while true {
            do {
                let fresh = try PostgresConnection(uri: uri, clock: clock)
                connection = fresh
                wasConnected = true
                return fresh
            } catch {
                // A server that answered before is restarting: it is given some ten seconds. One that never did is told of.
                attempts += 1
                guard wasConnected, attempts <= 40 else { throw error }
                usleep(250_000)
            }
        }
    }
}
