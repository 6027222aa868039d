import CPQ
import Foundation
import RapportCore

/// One connection to the server, used by one thread.
final class PostgresSession {
    private let uri: String
    private let clock: (any WallClock)?
    private let reach: PostgresReach
    private var connection: PostgresConnection?
    private var generator = SystemRandomNumberGenerator()

    init(uri: String, clock: (any WallClock)?, reach: PostgresReach) {
        self.uri = uri
        self.clock = clock
        self.reach = reach
    }

    /// Connects, or says why not, without waiting for a server that is away.
    func connect() throws {
        guard connection == nil else { return }
        connection = try PostgresConnection(uri: uri, clock: clock)
        reach.connected()
    }

    func disconnect() {
        guard let lost = connection else { return }
        lost.finish()
        connection = nil
        reach.disconnected()
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
                reach.answered()
                return result
            } catch {
                // What failed first decides, even where the body made another error of it.
                let cause = connection?.failure ?? error
                let isLost = connection?.isLost ?? false
                // One that may only read is asked for anew: where `database:` names several servers, another takes the writes by now.
                let isReadOnly = (cause as? PostgresError)?.isReadOnly ?? false
                if isLost || isReadOnly { disconnect() } else { connection?.rollback() }
                if isLost && isCommitting { throw Problem.unknownOutcome }
                attempts += 1
                // Whose events these are changed under way: seen again, it is known.
                let isRace = cause is DoorRace && attempts <= 4
                guard attempts <= 12, (cause as? PostgresError)?.invitesRetry ?? false || isLost || isRace else {
                    throw Problem.postgres(error)
                }
                // 1, 2, 4 … 1000 ms, half of it by chance, so that two that met do not meet again.
                let longest = UInt32(min(1_000_000, 1_000 << min(attempts, 10)))
                usleep(longest / 2 + UInt32.random(in: 0...longest / 2, using: &generator))
            }
        }
    }

    private func open() throws -> PostgresConnection {
        if connection?.isLost ?? false { disconnect() }
        while true {
            do {
                try connect()
            } catch {
                guard reach.failed() else { throw error }
                usleep(250_000)
            }
            if let connection { return connection }
        }
    }
}
