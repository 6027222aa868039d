import GRDBSQLite
import RapportCore

/// Binds the values of a row to a prepared statement as they come.
///
/// Texts and bytes stand in memory of its own until the statement has run, so that SQLite neither allocates nor frees any for each: it
/// must be kept until the statement is reset.
final class SQLiteRowWriter: RowWriter {
    private let statement: OpaquePointer
    private var column: Int32 = 0
    private var failure: (any Error)?
    /// Of the rows that are bound.
    private var texts: UnsafeMutableBufferPointer<UInt8>?
    private var used = 0

    /// What 32 rows of most tables need; what is too long for the rest of it SQLite copies.
    private static let room = 65_536

    init(_ statement: OpaquePointer) { self.statement = statement }

    deinit { texts?.deallocate() }

    override func null() { note(sqlite3_bind_null(statement, next())) }
    override func integer(_ value: Int64) { note(sqlite3_bind_int64(statement, next(), value)) }

    override func bytes(_ value: [UInt8]) {
        guard let copy = value.withUnsafeBufferPointer(keep) else {
            return note(SQLiteValue.bind(value, to: statement, at: next()))
        }
        note(sqlite3_bind_blob(statement, next(), copy, Int32(value.count), nil))
    }

    override func text(_ value: String) {
        do {
            try value.checkForDatabase()
        } catch {
            failure = failure ?? error
        }
        var value = value
        value.withUTF8 { bytes in
            guard let copy = keep(bytes) else { return note(SQLiteValue.bind(text: bytes, to: statement, at: next())) }
            copy.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                note(sqlite3_bind_text(statement, next(), $0, Int32(bytes.count), nil))
            }
        }
    }

    /// A copy that stands until the next row begins; `nil` where there is no room, or nothing to copy.
    private func keep(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafePointer<UInt8>? {
        guard let start = bytes.baseAddress, !bytes.isEmpty, bytes.count <= Self.room - used else { return nil }
        let texts = texts ?? .allocate(capacity: Self.room)
        self.texts = texts
        guard let place = texts.baseAddress.map({ $0 + used }) else { return nil }
        place.initialize(from: start, count: bytes.count)
        used += bytes.count
        return UnsafePointer(place)
    }

    /// Ends a row.
    ///
    /// - Parameter values: how many the statement should have now.
    /// - Throws: what was wrong with one of them, or with their number.
    func finish(_ values: Int, of table: String) throws {
        if let failure { throw failure }
        guard column == values else {
            throw Problem("database.statement", "rows for \(table) have \(column) values, not \(values)")
        }
    }

    /// Begins again with the first value of the statement.
    func begin() { (column, used) = (0, 0) }

    private func next() -> Int32 {
        column += 1
        return column
    }

    private func note(_ code: Int32) {
        guard code != SQLITE_OK, failure == nil else { return }
        failure = SQLiteError(code: code, message: String(cString: sqlite3_errstr(code)), sql: "binding column \(column)")
    }
}

/// Values as SQLite takes them.
enum SQLiteValue {
    /// SQLITE_TRANSIENT: SQLite copies what is bound before the call returns.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    static func bind(_ text: String, to statement: OpaquePointer, at index: Int32) throws -> Int32 {
        try text.checkForDatabase()
        var text = text
        return text.withUTF8 { bind(text: $0, to: statement, at: index) }
    }

    static func bind(json bytes: [UInt8], to statement: OpaquePointer, at index: Int32) -> Int32 {
        bytes.withUnsafeBufferPointer { bind(text: $0, to: statement, at: index) }
    }

    static func bind(_ bytes: [UInt8], to statement: OpaquePointer, at index: Int32) -> Int32 {
        bytes.isEmpty
            ? sqlite3_bind_zeroblob(statement, index, 0)
            : sqlite3_bind_blob(statement, index, bytes, Int32(bytes.count), copied)
    }

    static func bind(text: UnsafeBufferPointer<UInt8>, to statement: OpaquePointer, at index: Int32) -> Int32 {
        guard let start = text.baseAddress, !text.isEmpty else { return sqlite3_bind_text(statement, index, "", 0, copied) }
        return start.withMemoryRebound(to: CChar.self, capacity: text.count) {
            sqlite3_bind_text(statement, index, $0, Int32(text.count), copied)
        }
    }
}
