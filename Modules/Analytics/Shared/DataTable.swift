/// Rows of a file held as columns.
public struct DataTable: Sendable {
    public let path: String
    public let columns: [DataColumn]
    /// The physical line of each row.
    public let lines: [Int64]

    public var count: Int { lines.count }

    public init(path: String, columns: [DataColumn], lines: [Int64]) {
        self.path = path
        self.columns = columns
        self.lines = lines
    }
}
