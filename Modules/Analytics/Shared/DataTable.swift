/// Rows of a file held as columns.
public struct DataTable: Sendable {
    public let path: String
    public let columns: [DataColumn]
    /// The physical line of each row.
    public let lines: [Int64]
    /// Rows that stand in further tables of the same file, and were not read.
    public let rowsOfOtherTables: Int

    public var count: Int { lines.count }

    public init(path: String, columns: [DataColumn], lines: [Int64], rowsOfOtherTables: Int = 0) {
        self.path = path
        self.columns = columns
        self.lines = lines
        self.rowsOfOtherTables = rowsOfOtherTables
    }
}
