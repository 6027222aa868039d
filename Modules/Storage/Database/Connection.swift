public import RapportCore

/// One connection within one transaction. Not `Sendable`: it lives inside a `read` or `write` body.
open class Connection {
    public let dialect: Dialect

    private var whenCommitted: [@Sendable () -> Void] = []

    public init(dialect: Dialect) { self.dialect = dialect }

    /// Calls `body` once this transaction is committed, on the engine's thread; never if it is rolled back. For what a process
    /// remembers of the database: memory must not hold what a rollback takes away. On SQLite it may still be on its way to the disk:
    /// whoever tells others waits until `write` returns.
    open func afterCommit(_ body: @escaping @Sendable () -> Void) { whenCommitted.append(body) }

    /// Engines call this right after a transaction, read-only ones too, has been committed.
    public func didCommit() {
        let bodies = whenCommitted
        whenCommitted = []
        for body in bodies { body() }
    }

    /// Engines call this when a transaction was rolled back or its outcome is unknown.
    public func didRollBack() { whenCommitted = [] }

    /// Ends a SELECT that locks the rows it returns: PostgreSQL needs it, SQLite has one writer.
    public var forUpdate: String { dialect == .postgres ? " FOR UPDATE" : "" }

    /// Runs a statement and returns how many rows it changed.
    @discardableResult
    open func run(_ sql: SQL) throws -> Int { preconditionFailure("a connection implements run") }

    /// Calls `body` with each row in turn. A row is valid only within its call.
    open func each(_ sql: SQL, _ body: (Row) throws -> Void) throws { preconditionFailure("a connection implements each") }

    /// As `each`, in constant memory however many rows there are. On PostgreSQL `each` holds the whole result; this takes it
    /// in parts, which is slower for small ones.
    open func stream(_ sql: SQL, _ body: (Row) throws -> Void) throws { try each(sql, body) }

    /// Inserts rows while `next`, which gives the values of one, returns `true`. Engines implement it; callers have elements.
    ///
    /// - Parameters:
    ///   - conflict: what stands after ON CONFLICT, or `nil`.
    ///   - count: so many rows will come at least.
    /// - Returns: the number of rows inserted or updated.
    open func insert(
        into table: String, _ columns: [String], onConflict conflict: String?, atLeast count: Int,
        next: (RowWriter) throws -> Bool
    ) throws -> Int {
        preconditionFailure("a connection implements insert")
    }

    /// The database's own clock, which leases and `received_at` use.
    open func now() throws -> Timestamp { preconditionFailure("a connection implements now") }

    /// All rows, mapped.
    public func all<Element>(_ sql: SQL, _ map: (Row) throws -> Element) throws -> [Element] {
        var out: [Element] = []
        try each(sql) { out.append(try map($0)) }
        return out
    }

    /// The first row, mapped, or `nil`.
    public func first<Element>(_ sql: SQL, _ map: (Row) throws -> Element) throws -> Element? {
        var out: Element?
        try each(sql) { if out == nil { out = try map($0) } }
        return out
    }

    /// The first column of the first row as an integer, or `nil` without a row or for NULL.
    public func integer(_ sql: SQL) throws -> Int64? { try first(sql) { $0.integerOrNil(0) } ?? nil }

    /// The first column of the first row as text, or `nil` without a row or for NULL.
    public func text(_ sql: SQL) throws -> String? { try first(sql) { $0.textOrNil(0) } ?? nil }
}

/// A row being read. Columns are numbered from 0.
open class Row {
    public init() {}
    open func isNull(_ column: Int) -> Bool { preconditionFailure("a row implements isNull") }
    open func integer(_ column: Int) -> Int64 { preconditionFailure("a row implements integer") }
    open func text(_ column: Int) -> String { preconditionFailure("a row implements text") }
    open func bytes(_ column: Int) -> [UInt8] { preconditionFailure("a row implements bytes") }
    /// Calls `body` with the UTF-8 of a text where the engine has it; none for NULL. It is valid only within the call.
    open func withText(_ column: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void) rethrows {
        preconditionFailure("a row implements withText")
    }
    /// Calls `body` with bytes where the engine has them; none for NULL. They are valid only within the call.
    open func withBytes(_ column: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void) rethrows {
        preconditionFailure("a row implements withBytes")
    }

    public func int(_ column: Int) -> Int { Int(integer(column)) }
    public func bool(_ column: Int) -> Bool { integer(column) != 0 }
    public func timestamp(_ column: Int) -> Timestamp { Timestamp(milliseconds: integer(column)) }
    public func integerOrNil(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }
    public func textOrNil(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
    public func bytesOrNil(_ column: Int) -> [UInt8]? { isNull(column) ? nil : bytes(column) }
    public func timestampOrNil(_ column: Int) -> Timestamp? { isNull(column) ? nil : timestamp(column) }
}
