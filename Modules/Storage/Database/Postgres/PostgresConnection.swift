import CPQ
import Foundation
import RapportCore

/// A connection of libpq. Parameters and results travel in binary; statements are prepared once and kept by their text
/// and the types of their parameters.
final class PostgresConnection: Connection {
    private let handle: OpaquePointer
    private let clock: (any WallClock)?
    private var prepared: [String: String] = [:]
    private var cursors = 0
    /// The first statement that failed: the server refuses all that follow it in the transaction.
    private(set) var failure: (any Error)?

    init(uri: String, clock: (any WallClock)?) throws {
        let handle = PostgresConnection.connect(uri)
        guard let handle, PQstatus(handle) == CONNECTION_OK else {
            let reason = handle.map { String(cString: PQerrorMessage($0)) } ?? "no memory"
            PQfinish(handle)
            throw Problem(
                "database.unreachable", "PostgreSQL does not let us in: \(reason.trimmedLines)",
                remedy: "Check `database:`, that the server runs, and that the database exists")
        }
        self.handle = handle
        self.clock = clock
        super.init(dialect: .postgres)
        do {
            try check()
            try execute("SET synchronous_commit = on; SET jit = off; SET client_min_messages = warning; SET timezone = 'UTC'")
        } catch {
            PQfinish(handle)
            throw Problem.postgres(error)
        }
    }

    private static func connect(_ uri: String) -> OpaquePointer? {
        let options = [
            ("dbname", uri), ("client_encoding", "UTF8"), ("fallback_application_name", "rapport"), ("connect_timeout", "10"),
        ]
        let names = options.map { strdup($0.0) }
        let values = options.map { strdup($0.1) }
        defer {
            for text in names + values { free(text) }
        }
        let keywords = names.map { UnsafePointer<CChar>($0) } + [nil]
        let settings = values.map { UnsafePointer<CChar>($0) } + [nil]
        let handle = PQconnectdbParams(keywords, settings, 1)
        // Notices would go to stderr; nothing below the top layer prints.
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        return handle
    }

    private func check() throws {
        guard PQserverVersion(handle) >= 150_000 else {
            throw Problem(
                "database.too_old", "the server is PostgreSQL \(PQserverVersion(handle) / 10_000)",
                remedy: "Rapport needs PostgreSQL 15 or later")
        }
        let encoding = PQparameterStatus(handle, "server_encoding").map { String(cString: $0) } ?? ""
        guard encoding == "UTF8" else {
            throw Problem(
                "database.encoding", "the database stores text as \(encoding), not as UTF8",
                remedy: "Make it with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0")
        }
    }

    func finish() { PQfinish(handle) }

    var isLost: Bool { PQstatus(handle) == CONNECTION_BAD }

    func forgetFailure() { failure = nil }

    func throwEarlierFailure() throws {
        if let failure { throw failure }
    }

    func rollback() {
        if PQtransactionStatus(handle) != PQTRANS_IDLE { PQclear(PQexec(handle, "ROLLBACK")) }
        if let error = failure as? PostgresError, error.isStalePlan { forgetStatements() }
        failure = nil
    }

    private func forgetStatements() {
        PQclear(PQexec(handle, "DEALLOCATE ALL"))
        prepared = [:]
    }

    /// Runs text without parameters and without preparing it.
    func execute(_ text: String) throws { PQclear(try checked(PQexec(handle, text), text)) }

    @discardableResult
    override func run(_ sql: SQL) throws -> Int {
        try withResult(of: sql.text(for: .postgres), sql.values) { result in
            guard !String(cString: PQcmdStatus(result)).hasPrefix("SELECT") else { return 0 }
            return Int(String(cString: PQcmdTuples(result))) ?? 0
        }
    }

    override func each(_ sql: SQL, _ body: (Row) throws -> Void) throws {
        let result = try self.result(of: sql.text(for: .postgres), sql.values)
        defer { PQclear(result) }
        let row = PostgresRow(result)
        for index in 0..<PQntuples(result) {
            row.index = index
            try body(row)
        }
    }

    override func stream(_ sql: SQL, _ body: (Row) throws -> Void) throws {
        cursors += 1
        let name = "stream\(cursors)"
        try run("DECLARE \(raw: name) NO SCROLL CURSOR FOR \(sql)")
        var isEmpty = false
        while !isEmpty {
            isEmpty = true
            try each("FETCH 5000 FROM \(raw: name)") { row in
                isEmpty = false
                try body(row)
            }
        }
        try run("CLOSE \(raw: name)")
    }

    override func insert(
        into table: String, _ columns: [String], onConflict conflict: String?, atLeast count: Int,
        next: (RowWriter) throws -> Bool
    ) throws -> Int {
        try throwEarlierFailure()
        var inserted = 0
        var isComplete = false
        while !isComplete {
            // Slices bound the memory that the arrays take here and on the server.
            let rows = PostgresColumns(columns.count, of: table)
            do {
                while !isComplete, rows.count < 10_000 {
                    isComplete = try !next(rows)
                    if !isComplete { try rows.finish() }
                }
            } catch {
                failure = failure ?? error
                throw error
            }
            if rows.count > 0 { inserted += try insert(rows, into: table, columns, conflict) }
        }
        return inserted
    }

    /// One statement for all rows: each column is an array, and `unnest` turns the arrays into rows in their order.
    private func insert(_ rows: PostgresColumns, into table: String, _ columns: [String], _ conflict: String?) throws -> Int {
        var parameters = PostgresParameters()
        var expressions: [String] = []
        var arrays: [String] = []
        for column in rows.columns {
            if let type = parameters.append(column, count: rows.count) {
                arrays.append("$\(arrays.count + 1)::\(type)[]")
                expressions.append("c\(arrays.count)")
            } else {
                expressions.append("NULL")
            }
        }
        let names = (1...max(arrays.count, 1)).map { "c\($0)" }.joined(separator: ", ")
        let source =
            arrays.isEmpty
            ? "generate_series(1, \(rows.count)) AS u(c1)" : "unnest(\(arrays.joined(separator: ", "))) AS u(\(names))"
        let text = """
            INSERT INTO \(table) (\(columns.joined(separator: ", "))) SELECT \(expressions.joined(separator: ", ")) \
            FROM \(source)\(conflict.map { " ON CONFLICT \($0)" } ?? "")
            """
        let result = try self.result(of: text, parameters)
        defer { PQclear(result) }
        return Int(String(cString: PQcmdTuples(result))) ?? 0
    }

    override func now() throws -> Timestamp {
        if let clock { return clock.now }
        let milliseconds = try integer("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")
        return Timestamp(milliseconds: milliseconds ?? 0)
    }

    /// Calls `body` if a notification has come within so many milliseconds, once for however many.
    ///
    /// - Returns: false once the connection is lost.
    func waitForNotification(atMost milliseconds: Int32, _ body: () -> Void) -> Bool {
        var socket = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        guard socket.fd >= 0 else { return false }
        guard poll(&socket, 1, milliseconds) > 0 else { return !isLost }
        guard PQconsumeInput(handle) == 1 else { return false }
        var hasCome = false
        while let notification = PQnotifies(handle) {
            hasCome = true
            PQfreemem(notification)
        }
        if hasCome { body() }
        return !isLost
    }

    // MARK: - Statements

    private func withResult<Result>(
        of text: String, _ values: [SQLValue], _ body: (OpaquePointer) throws -> Result
    ) throws -> Result {
        let result = try self.result(of: text, values)
        defer { PQclear(result) }
        return try body(result)
    }

    private func result(of text: String, _ values: [SQLValue]) throws -> OpaquePointer {
        var parameters = PostgresParameters()
        do {
            try throwEarlierFailure()
            for value in values { try parameters.append(value) }
        } catch {
            failure = failure ?? error
            throw error
        }
        return try result(of: text, parameters)
    }

    private func result(of text: String, _ parameters: PostgresParameters) throws -> OpaquePointer {
        // Statements that change the schema run once; they are not worth keeping.
        let isKept = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains { text.hasPrefix($0) }
        guard isKept else {
            return try checked(
                parameters.withPointers { PQexecParams(handle, text, $0, parameters.types, $1, $2, $3, 1) }, text)
        }
        let name = try prepare(text, parameters)
        return try checked(parameters.withPointers { PQexecPrepared(handle, name, $0, $1, $2, $3, 1) }, text)
    }

    private func prepare(_ text: String, _ parameters: PostgresParameters) throws -> String {
        let key = parameters.signature + text
        if let name = prepared[key] { return name }
        if prepared.count >= 500 { forgetStatements() }
        let name = "s\(prepared.count)"
        PQclear(try checked(PQprepare(handle, name, text, Int32(parameters.types.count), parameters.types), text))
        prepared[key] = name
        return name
    }

    private func checked(_ result: OpaquePointer?, _ text: String) throws -> OpaquePointer {
        if let result, [PGRES_COMMAND_OK, PGRES_TUPLES_OK].contains(PQresultStatus(result)) { return result }
        let error = PostgresError(result, handle, text)
        PQclear(result)
        failure = failure ?? error
        throw Problem.postgres(error)
    }
}
