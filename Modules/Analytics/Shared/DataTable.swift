public import RapportCore

/// Rows of a file held as columns.
public struct DataTable: Sendable {
    public let path: String
    public let columns: [DataColumn]
    /// The physical line of each row.
    public let lines: [Int64]
    /// What was odd about the file and did not stop anything.
    public let notes: [Remark]

    public var count: Int { lines.count }

    public init(path: String, columns: [DataColumn], lines: [Int64], notes: [Remark] = []) {
        self.path = path
        self.columns = columns
        self.lines = lines
        self.notes = notes
    }
}
