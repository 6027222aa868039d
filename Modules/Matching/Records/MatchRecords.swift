/// The records of one or more lists as they are read: each column's distinct texts once, and a number a record.
public struct MatchRecords: Sendable {
    /// The columns, in the order of the fields.
    public let columns: [String]
    /// How many records were taken.
    public private(set) var count = 0
    /// Which list each record is of, from 0.
    public private(set) var files: [UInt8] = []
    private(set) var pools: [TextPool]
    private(set) var codes: [[Int32]]
    private var folder = TextFolder()

    public init(columns: [String]) {
        self.columns = columns
        pools = columns.map { _ in TextPool() }
        codes = columns.map { _ in [] }
    }

    /// Takes one record: a field a column, in order; empty text is a missing value, fields too many are passed over.
    ///
    /// - Parameter file: which list it is of, at most 255.
    public mutating func append(_ fields: some Collection<String>, file: Int = 0) {
        var fields = fields.makeIterator()
        for column in columns.indices {
            folder.fold(fields.next() ?? "")
            let code: Int32 = folder.units.isEmpty ? -1 : folder.units.withUnsafeBufferPointer { pools[column].intern($0) }
            codes[column].append(code)
        }
        files.append(UInt8(clamping: file))
        count += 1
    }

    /// Up to 2,000 values of a column, taken evenly over all records.
    func sample(_ column: Int) -> ColumnKind.Sample {
        let step = max(1, count / 4_000)
        var values: [[UInt16]] = []
        var seen = 0
        for record in stride(from: 0, to: count, by: step) {
            seen += 1
            let code = codes[column][record]
            if code >= 0 { values.append(pools[column].with(code) { Array($0) }) }
        }
        return ColumnKind.Sample(header: columns[column], values: values, records: seen)
    }

    /// For each record the first that is the same in `columns`; records without any value are like none.
    func alike(in columns: [Int]) -> [Int32] {
        var firsts: [[Int32]: Int32] = [:]
        return (0..<count).map { record in
            let values = columns.map { codes[$0][record] }
            guard values.contains(where: { $0 >= 0 }) else { return Int32(record) }
            let first = firsts[values] ?? Int32(record)
            firsts[values] = first
            return first
        }
    }

    /// Lets go of a column's texts once they are taken over.
    mutating func release(_ column: Int) {
        pools[column] = TextPool()
        codes[column] = []
    }
}
