import Foundation
public import RapportCore

/// Where a database is, as `database:` in rapport.yaml says it: `sqlite:PATH` or `postgres://USER:PASSWORD@HOST:PORT/NAME`.
public enum DatabaseURL: Sendable, Hashable {
    case sqlite(path: String)
    /// A connection URI of libpq (https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-CONNSTRING).
    case postgres(uri: String)

    /// - Throws: `Problem` `database.url` for anything else.
    public init(_ text: String) throws {
        if text.hasPrefix("sqlite:") {
            var path = String(text.dropFirst("sqlite:".count))
            if path.hasPrefix("///") { path.removeFirst(2) }
            guard !path.isEmpty, !path.hasPrefix(":"), !path.hasPrefix("//") else { throw Self.problem(text) }
            self = .sqlite(path: path)
        } else if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
            self = .postgres(uri: text)
        } else {
            throw Self.problem(text)
        }
    }

    private static func problem(_ text: String) -> Problem {
        // A URL may hold a password: only its scheme is repeated.
        let scheme = text.split(separator: ":", omittingEmptySubsequences: false).first.map(String.init) ?? ""
        return Problem(
            "database.url",
            text.contains(":") ? "\"\(scheme):…\" does not name a database" : "\"\(text)\" does not name a database",
            remedy: "Write sqlite:PATH, such as sqlite:rapport.db, or postgres://USER:PASSWORD@HOST/NAME")
    }

    /// For people: a password is not shown.
    public var redacted: String {
        switch self {
        case .sqlite(let path): return "sqlite:\(path)"
        case .postgres(let uri):
            guard let at = uri.lastIndex(of: "@"), let start = uri.range(of: "://")?.upperBound, start < at,
                let colon = uri[start..<at].firstIndex(of: ":")
            else { return uri }
            return uri[..<colon] + ":…" + uri[at...]
        }
    }

    /// Opens the database. SQLite makes the file if there is none.
    ///
    /// - Parameter isServing: whether the process answers many requests.
    /// - Throws: `Problem` with code `database.damaged` or `database.unreachable`.
    public func open(clock: (any WallClock)? = nil, isServing: Bool = false) async throws -> any Database {
        switch self {
        case .sqlite(let path):
            return try await onThread(named: "rapport.sqlite.open") {
                try SQLiteDatabase(path: path, isServing: isServing, clock: clock)
            }
        case .postgres(let uri):
            return try await PostgresDatabase(uri: uri, clock: clock)
        }
    }
}
