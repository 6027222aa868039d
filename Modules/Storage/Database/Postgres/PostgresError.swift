import CPQ
import Foundation
package import RapportCore

/// An error as the server or libpq tells it.
struct PostgresError: Error {
    /// Five characters (PostgreSQL manual, appendix A); empty where the connection was lost.
    var state: String
    var message: String
    var statement: String

    init(_ result: OpaquePointer?, _ handle: OpaquePointer, _ statement: String) {
        state = PQresultErrorField(result, 67).map { String(cString: $0) } ?? ""
        let primary = PQresultErrorField(result, 77).map { String(cString: $0) }
        message = (primary ?? String(cString: PQerrorMessage(handle))).trimmedLines
        self.statement = statement
    }

    /// Serialization failure, deadlock, and statements prepared before the schema changed.
    var invitesRetry: Bool { state == "40001" || state == "40P01" || isStalePlan }

    /// read_only_sql_transaction, and how a standby refuses to begin a transaction that writes.
    var isReadOnly: Bool { state == "25006" || state == "0A000" && message.contains("during recovery") }

    var isStalePlan: Bool { state == "26000" || state == "0A000" && message.contains("cached plan") }
}

extension Problem {
    package static let unknownOutcome = Problem(
        "database.unknown_outcome", "the connection was lost during COMMIT, so it is not known whether the change was made")

    static func postgres(_ error: any Error) -> any Error {
        guard let error = error as? PostgresError else { return error }
        let place = error.statement.isEmpty ? "" : " (\(error.statement.prefix(200)))"
        if error.isReadOnly {
            return Problem(
                "database.read_only", "PostgreSQL takes no changes: \(error.message)",
                remedy: "Name the primary server in `database:`, or let this one write again")
        }
        // Classes and codes of appendix A. What is no fault of the statement must not look like one: it would be blamed on an event.
        switch (error.state, error.state.prefix(2)) {
        case ("23505", _): return Problem("database.conflict", "a row with this key exists: \(error.message)\(place)")
        case (_, "23"): return Problem("database.constraint", "\(error.message)\(place)")
        case ("53100", _):
            return Problem("database.full", "the server's disk is full", remedy: "Free some space; nothing was lost")
        case (_, "53"):
            return Problem("database.busy", "the server has no room for this: \(error.message)", remedy: "Try again later")
        case ("55P03", _), ("55006", _), ("57014", _), (_, "40"):
            return Problem("database.busy", "\(error.message)\(place)")
        case ("", _), ("25P03", _), (_, "08"), (_, "57"):
            return Problem("database.lost", "the connection to PostgreSQL was lost: \(error.message)")
        case (_, "58"):
            return Problem("database.disk", "the server's disk fails: \(error.message)", remedy: "See the server's log")
        case ("XX001", _), ("XX002", _):
            return Problem(
                "database.damaged", "PostgreSQL says that it is damaged: \(error.message)\(place)",
                remedy: "Restore the last backup with `rapport restore`")
        case (_, "XX"):
            return Problem(
                "database.internal", "PostgreSQL met a fault of its own: \(error.message)\(place)", remedy: "See the server's log"
            )
        default: return Problem("database.failed", "\(error.message)\(place)")
        }
    }
}

extension String {
    /// libpq ends its messages with a line break, spreads some over several lines, and ends some with a question.
    var trimmedLines: String {
        let line = split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: "; ")
        return line.trimmingCharacters(in: CharacterSet(charactersIn: ".?"))
    }
}
