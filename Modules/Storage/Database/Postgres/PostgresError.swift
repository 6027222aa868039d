import CPQ
import Foundation
import RapportCore

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

    var isStalePlan: Bool { state == "26000" || state == "0A000" && message.contains("cached plan") }
}

extension Problem {
    static let unknownOutcome = Problem(
        "database.unknown_outcome", "the connection was lost during COMMIT, so it is not known whether the change was made")

    static func postgres(_ error: any Error) -> any Error {
        guard let error = error as? PostgresError else { return error }
        let place = error.statement.isEmpty ? "" : " (\(error.statement.prefix(200)))"
        switch error.state {
        case "23505": return Problem("database.conflict", "a row with this key exists: \(error.message)\(place)")
        case _ where error.state.hasPrefix("23"): return Problem("database.constraint", "\(error.message)\(place)")
        case "53100": return Problem("database.full", "the server's disk is full", remedy: "Free some space; nothing was lost")
        case "40001", "40P01": return Problem("database.busy", "\(error.message)\(place)")
        case "", "57P01", "57P02", "57P03":
            return Problem("database.lost", "the connection to PostgreSQL was lost: \(error.message)")
        case _ where error.state.hasPrefix("XX"):
            return Problem(
                "database.damaged", "PostgreSQL says that it is damaged: \(error.message)\(place)",
                remedy: "Restore the last backup with `rapport restore`")
        default: return Problem("database.failed", "\(error.message)\(place)")
        }
    }
}

extension String {
    /// libpq ends its messages with a line break and spreads some over several lines.
    var trimmedLines: String {
        split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: "; ")
    }
}
