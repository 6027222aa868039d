/// A column: each distinct value once, and a code a row.
///
/// Values are trimmed of spaces at their ends. What is asked of a value (is it a number, which moment is it?) is so asked
/// once a value, not once a row.
public struct DataColumn: Sendable {
    public let name: String
    /// The place in its file, from 1.
    public let number: Int
    /// The distinct values, in the order in which they come.
    public let values: [String]
    /// An index into `values` for each row.
    public let codes: [Int32]

    public var count: Int { codes.count }

    public subscript(row: Int) -> String { values[Int(codes[row])] }

    public init(name: String, number: Int = 0, values: [String], codes: [Int32]) {
        self.name = name
        self.number = number
        self.values = values
        self.codes = codes
    }

    public init(name: String, number: Int = 0, rows: some Sequence<String>) {
        let sink = ColumnSink([0], of: 1)
        for row in rows {
            var row = row
            row.withUTF8 { sink.take($0, column: 0) }
        }
        self.init(name: name, number: number, sink.column(0))
    }

    init(name: String, number: Int, _ kept: ColumnSink.Column) {
        self.init(name: name, number: number, values: kept.levels.texts, codes: kept.codes)
    }
}
