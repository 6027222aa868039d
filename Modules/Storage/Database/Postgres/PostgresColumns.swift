import RapportCore

/// Rows turned into one array per column, in PostgreSQL's binary format, while they come.
final class PostgresColumns: RowWriter {
    /// One column's elements, without the array's head.
    struct Column {
        var letter: Character?
        var elements: [UInt8] = []
        var hasNull = false
    }

    private(set) var columns: [Column]
    private(set) var count = 0
    private let table: String
    private var column = 0
    private var failure: (any Error)?

    init(_ count: Int, of table: String) {
        columns = Array(repeating: Column(), count: count)
        self.table = table
    }

    override func null() { append(nil) { $0.hasNull = true } }

    override func integer(_ value: Int64) {
        append("I") { column in
            Self.put(Int32(8), &column.elements)
            Self.put(value, &column.elements)
        }
    }

    override func text(_ value: String) {
        do { try value.checkForDatabase() } catch { failure = failure ?? error }
        append("T") { column in
            Self.put(Int32(value.utf8.count), &column.elements)
            column.elements.append(contentsOf: value.utf8)
        }
    }

    override func bytes(_ value: [UInt8]) {
        append("B") { column in
            Self.put(Int32(value.count), &column.elements)
            column.elements += value
        }
    }

    /// Ends the row.
    ///
    /// - Throws: what was wrong with one of its values, or with their number.
    func finish() throws {
        if let failure { throw failure }
        guard column == columns.count else {
            throw Problem("database.statement", "a row for \(table) has \(column) values, not \(columns.count)")
        }
        column = 0
        count += 1
    }

    private func append(_ letter: Character?, _ put: (inout Column) -> Void) {
        defer { column += 1 }
        guard column < columns.count else { return }
        guard let letter else {
            Self.put(Int32(-1), &columns[column].elements)
            return put(&columns[column])
        }
        if columns[column].letter == nil { columns[column].letter = letter }
        guard columns[column].letter == letter else {
            failure = failure ?? Problem("database.statement", "the values of one column of \(table) are of different types")
            return
        }
        put(&columns[column])
    }

    static func put(_ number: some FixedWidthInteger, _ out: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { out.append(contentsOf: $0) }
    }
}
