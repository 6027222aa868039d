/// A record of the sample that a file is judged by.
struct SampleRow {
    var line: Int64
    /// Where it starts and where the next record does, in bytes of the text.
    var offset: Int64
    var nextOffset: Int64
    var afterBlank: Bool
    var fields: [String]
    var kinds: [CellKind]
    var quoted: [Bool]
    var isRepaired = false

    var width: Int { fields.count }
    var filled: Int { kinds.count { $0 != .empty } }

    /// Reads a sample in a dialect, at most `limit` records. `complete`: the sample is the whole file.
    ///
    /// - Parameter expected: what a record should be like; `nil`: as it comes, without repairs.
    static func read(
        _ sample: [UInt8], _ dialect: TableDialect, complete: Bool, limit: Int, expected: ExpectedRow? = nil,
        encoding: TextEncoding = .utf8
    ) -> [SampleRow] {
        var rows: [SampleRow] = []
        var afterBlank = false
        let reader = DelimitedReader(dialect, expecting: expected ?? ExpectedRow(width: 0))
        reader.repairsDisabled = expected == nil
        func take(_ row: borrowing DelimitedRow) {
            guard rows.count < limit else { return }
            if row.isBlank {
                afterBlank = true
                return
            }
            rows.append(SampleRow(row, afterBlank: afterBlank, encoding))
            afterBlank = false
        }
        sample.withUnsafeBufferPointer { reader.feed($0, take) }
        // A sample that holds one record only is better than none.
        if complete || rows.isEmpty { reader.finish(take) }
        return rows
    }

    init(_ row: borrowing DelimitedRow, afterBlank: Bool, _ encoding: TextEncoding) {
        line = row.line
        offset = row.offset
        nextOffset = row.nextOffset
        self.afterBlank = afterBlank
        isRepaired = row.repaired
        fields = []
        kinds = []
        quoted = []
        for index in 0..<row.count {
            let bytes = row[index]
            fields.append(TextDecoder.text(bytes, encoding).text)
            kinds.append(CellKind(bytes))
            quoted.append(row.isQuoted(index))
        }
    }

    /// Of a row that was read already.
    init(_ row: TabularRow, count: Int, afterBlank: Bool) {
        line = row.line
        offset = row.offset
        nextOffset = row.nextOffset
        self.afterBlank = afterBlank
        fields = Array(row.fields.prefix(count))
        kinds = fields.map { CellKind(of: $0) }
        quoted = fields.map { _ in false }
    }
}

extension CellKind {
    init(of text: String) {
        var text = text
        self = text.withUTF8 { CellKind($0) }
    }
}
