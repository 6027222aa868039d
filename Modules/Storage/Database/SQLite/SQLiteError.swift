import GRDB
import GRDBSQLite
import RapportCore

/// An error as SQLite tells it.
struct SQLiteError: Error {
    /// Extended.
    var code: Int32
    var message: String
    var sql: String
}

extension Problem {
    static let databaseClosed = Problem("database.closed", "the database has been closed")

    /// What people are told of an error of SQLite; other errors, those that a body throws, pass through.
    static func database(_ error: any Error, path: String) -> any Error {
        switch error {
        case let error as SQLiteError: return sqlite(error.code, error.message, error.sql, path)
        case let error as DatabaseError:
            return sqlite(error.extendedResultCode.rawValue, error.message ?? "", error.sql ?? "", path)
        default: return error
        }
    }

    /// SQLITE_CONSTRAINT_PRIMARYKEY, _UNIQUE and _ROWID, which are macros that Swift does not import.
    private static let keyConflicts: Set<Int32> = [1555, 2067, 2579]

    /// SQLITE_IOERR_SHMSIZE: the first to open a file has to make the index of its log, 32 KB beside it.
    private static let noSharedMemory: Int32 = 4874

    private static func sqlite(_ code: Int32, _ message: String, _ sql: String, _ path: String) -> Problem {
        let place = sql.isEmpty ? "" : " (\(sql.prefix(200)))"
        switch code & 0xFF {
        case SQLITE_CONSTRAINT where keyConflicts.contains(code):
            return Problem("database.conflict", "a row with this key exists: \(message)\(place)")
        case SQLITE_CONSTRAINT: return Problem("database.constraint", "\(message)\(place)")
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            return Problem(
                "database.damaged", "\(path) is damaged: \(message)", remedy: "Restore the last backup with `rapport restore`")
        case SQLITE_FULL:
            return Problem("database.full", "the disk of \(path) is full", remedy: "Free some space; nothing was lost")
        case SQLITE_IOERR where code == noSharedMemory:
            return Problem(
                "database.full", "the disk of \(path) is so full that the file cannot even be opened",
                remedy: "Free some space, 100 KB are enough to read it; nothing was lost")
        case SQLITE_IOERR:
            return Problem(
                "database.disk", "the disk of \(path) fails: \(message) (SQLite's code \(code))",
                remedy: "See what the system's log says of the disk; `rapport doctor --pages` reads all of the file")
        case SQLITE_NOMEM: return Problem("database.memory", "there is not enough memory for SQLite\(place)")
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL:
            return Problem(
                "database.busy", "another process has been writing to \(path) for half a minute",
                remedy: "See what it is, and try again")
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_READONLY, SQLITE_AUTH:
            return Problem(
                "database.unreachable", "\(path) cannot be opened or written: \(message)\(place)",
                remedy: "Check the path and who may read and write it")
        case SQLITE_MISUSE where message.contains("closed"): return databaseClosed
        default: return Problem("database.failed", "\(message)\(place)")
        }
    }
}
