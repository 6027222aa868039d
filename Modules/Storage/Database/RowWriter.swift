public import RapportCore

/// Takes the values of one row, in the order of its columns. Nothing is kept between rows, so many rows cost no memory.
///
///     try db.insert(into: "totals", ["person", "count"], totals) { row, total in
///         row.integer(total.person)
///         row.integer(total.count)
///     }
///
/// A value that cannot be stored fails the insert once the row is complete.
open class RowWriter {
    public init() {}
    open func null() { preconditionFailure("a row writer implements null") }
    open func integer(_ value: Int64) { preconditionFailure("a row writer implements integer") }
    open func text(_ value: String) { preconditionFailure("a row writer implements text") }
    open func bytes(_ value: [UInt8]) { preconditionFailure("a row writer implements bytes") }

    public func integer(_ value: Int64?) { if let value { integer(value) } else { null() } }
    public func text(_ value: String?) { if let value { text(value) } else { null() } }
    public func int(_ value: Int) { integer(Int64(value)) }
    public func bool(_ value: Bool) { integer(value ? 1 : 0) }
    public func time(_ value: Timestamp) { integer(value.milliseconds) }
    public func time(_ value: Timestamp?) { integer(value?.milliseconds) }

    func value(_ value: SQLValue) throws {
        switch value {
        case .null: null()
        case .integer(let number): integer(number)
        case .text(let value): text(value)
        case .bytes(let value): bytes(value)
        case .integers, .texts: throw Problem("database.statement", "a list is no value of a column")
        }
    }
}

extension Connection {
    /// Inserts a row per element, in the order given (which should be key order).
    ///
    /// - Parameters:
    ///   - conflict: what stands after ON CONFLICT, such as `DO NOTHING`; `nil`: a row whose key exists is an error. No key may
    ///     come twice where rows are updated.
    ///   - write: gives a row's values, one per column.
    /// - Returns: the number of rows inserted or updated.
    @discardableResult
    public func insert<Elements: Sequence>(
        into table: String, _ columns: [String], _ elements: Elements, onConflict conflict: String? = nil,
        _ write: (RowWriter, Elements.Element) throws -> Void
    ) throws -> Int {
        var iterator = elements.makeIterator()
        guard let first = iterator.next() else { return 0 }
        var next: Elements.Element? = first
        return try insert(into: table, columns, onConflict: conflict, atLeast: elements.underestimatedCount) { row in
            guard let element = next else { return false }
            try write(row, element)
            next = iterator.next()
            return true
        }
    }

    /// Inserts many rows, in the order given (which should be key order), each with a value per column.
    ///
    /// - Returns: the number of rows inserted; with `ignoringConflicts`, rows whose key exists are passed over.
    @discardableResult
    public func insert(into table: String, _ columns: [String], _ rows: [[SQLValue]], ignoringConflicts: Bool = false) throws
        -> Int
    {
        try insert(into: table, columns, rows, onConflict: ignoringConflicts ? "DO NOTHING" : nil) { row, values in
            for value in values { try row.value(value) }
        }
    }
}
