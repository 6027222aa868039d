import Foundation
import GRDB
import GRDBSQLite
import RapportCore

/// A connection of the pool within one transaction. Statements are GRDB's, kept prepared by text; values are bound and
/// rows stepped through on the raw handle, which is 1.5 to 4 times as fast as the layers above it.
final class SQLiteConnection: Connection {
    private let db: GRDB.Database
    private let handle: OpaquePointer
    private let clock: (any WallClock)?
    /// The first statement that failed. On PostgreSQL it would end the transaction, so it does here.
    private var failure: (any Error)?

    init(_ db: GRDB.Database, clock: (any WallClock)?) throws {
        guard let handle = db.sqliteConnection else { throw Problem.databaseClosed }
        self.db = db
        self.handle = handle
        self.clock = clock
        super.init(dialect: .sqlite)
    }

    @discardableResult
    override func run(_ sql: SQL) throws -> Int {
        try statement(sql) { statement in
            let before = sqlite3_total_changes64(handle)
            while try step(statement) {}
            return Int(sqlite3_total_changes64(handle) - before)
        }
    }

    override func each(_ sql: SQL, _ body: (Row) throws -> Void) throws {
        var thrown: (any Error)?
        try statement(sql) { statement in
            let row = SQLiteRow(statement)
            while try step(statement) {
                do {
                    try body(row)
                } catch {
                    thrown = error
                    return
                }
            }
        }
        if let thrown { throw thrown }
    }

    override func insert(
        into table: String, _ columns: [String], onConflict conflict: String?, atLeast count: Int,
        next: (RowWriter) throws -> Bool
    ) throws -> Int {
        let marks = "(\(repeatElement("?", count: columns.count).joined(separator: ", ")))"
        let end = conflict.map { " ON CONFLICT \($0)" } ?? ""
        let rest = "INTO \(table) (\(columns.joined(separator: ", "))) VALUES "
        let before = sqlite3_total_changes64(handle)
        // Rows that are sure to come are inserted many by a statement: its start and end cost as much as half a row. A statement that
        // fails ends the transaction here anyway; said so, SQLite need not keep pages as they were before it.
        let sure = count / Self.rowsAtOnce
        if sure > 0 {
            let marks = repeatElement(marks, count: Self.rowsAtOnce).joined(separator: ", ")
            try statement("INSERT OR ROLLBACK \(raw: rest + marks + end)") { statement in
                try writing(to: statement) { row in
                    for _ in 0..<sure {
                        for number in 1...Self.rowsAtOnce {
                            guard try next(row) else {
                                throw Problem("database.statement", "there are fewer rows for \(table) than were said to come")
                            }
                            try row.finish(columns.count * number, of: table)
                        }
                        try run(statement, row)
                    }
                }
            }
        }
        try statement("INSERT \(raw: rest + marks + end)") { statement in
            try writing(to: statement) { row in
                while try next(row) {
                    try row.finish(columns.count, of: table)
                    try run(statement, row)
                }
            }
        }
        return Int(sqlite3_total_changes64(handle) - before)
    }

    private static let rowsAtOnce = 32

    /// The statement reads from the writer's memory until it is reset and its values are taken off.
    private func writing(to statement: OpaquePointer, _ body: (SQLiteRowWriter) throws -> Void) throws {
        let row = SQLiteRowWriter(statement)
        try withExtendedLifetime(row) {
            defer {
                sqlite3_reset(statement)
                sqlite3_clear_bindings(statement)
            }
            try body(row)
        }
    }

    /// Runs the statement with the rows bound to it, and has the writer begin anew.
    private func run(_ statement: OpaquePointer, _ row: SQLiteRowWriter) throws {
        while try step(statement) {}
        sqlite3_reset(statement)
        row.begin()
    }

    override func now() throws -> Timestamp {
        if let clock { return clock.now }
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }

    func throwEarlierFailure() throws {
        if let failure { throw failure }
    }

    /// Ends the transaction if one is open. An error is of no interest: SQLite may have rolled back by itself.
    func rollback() {
        if sqlite3_get_autocommit(handle) == 0 { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
    }

    /// Prepares `sql` or takes it from those kept, binds its values and resets it after `body`.
    private func statement<Result>(_ sql: SQL, _ body: (OpaquePointer) throws -> Result) throws -> Result {
        try throwEarlierFailure()
        do {
            let text = sql.text(for: .sqlite)
            var kept = try db.cachedStatement(sql: text)
            // The same text within its own loop needs a statement of its own.
            if sqlite3_stmt_busy(kept.sqliteStatement) != 0 { kept = try db.makeStatement(sql: text) }
            let statement = kept.sqliteStatement
            return try withExtendedLifetime(kept) {
                defer {
                    sqlite3_reset(statement)
                    sqlite3_clear_bindings(statement)
                }
                for (index, value) in sql.values.enumerated() { try bind(value, to: statement, at: Int32(index + 1)) }
                return try body(statement)
            }
        } catch {
            let problem = Problem.database(error, path: "the database")
            failure = problem
            throw problem
        }
    }

    /// Whether there is a row.
    private func step(_ statement: OpaquePointer) throws -> Bool {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            throw SQLiteError(
                code: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle)),
                sql: sqlite3_sql(statement).map { String(cString: $0) } ?? "")
        }
    }

    private func bind(_ value: SQLValue, to statement: OpaquePointer, at index: Int32) throws {
        let code =
            switch value {
            case .null: sqlite3_bind_null(statement, index)
            case .integer(let number): sqlite3_bind_int64(statement, index, number)
            case .text(let text): try SQLiteValue.bind(text, to: statement, at: index)
            case .bytes(let bytes): SQLiteValue.bind(bytes, to: statement, at: index)
            case .integers(let numbers): SQLiteValue.bind(json: Self.list(numbers), to: statement, at: index)
            case .texts(let texts): SQLiteValue.bind(json: try Self.list(texts), to: statement, at: index)
            }
        guard code == SQLITE_OK else {
            throw SQLiteError(code: code, message: String(cString: sqlite3_errmsg(handle)), sql: "binding parameter \(index)")
        }
    }

    private static func list(_ numbers: [Int64]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(2 + 12 * numbers.count)
        out.append(0x5B)
        for (index, number) in numbers.enumerated() {
            if index > 0 { out.append(0x2C) }
            JSONValue.integer(number).write(to: &out)
        }
        out.append(0x5D)
        return out
    }

    private static func list(_ texts: [String]) throws -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(2 + 32 * texts.count)
        out.append(0x5B)
        for (index, text) in texts.enumerated() {
            try text.checkForDatabase()
            if index > 0 { out.append(0x2C) }
            JSONValue.write(text, to: &out)
        }
        out.append(0x5D)
        return out
    }
}
