/// A record of the sample that a file is judged by.
struct SampleRow {
    var line: Int64
    var afterBlank: Bool
    var repaired: Bool
    var fields: [String]
    var kinds: [CellKind]
    var quoted: [Bool]

    var width: Int { fields.count }
    var filled: Int { kinds.count { $0 != .empty } }

    /// Reads a sample in a dialect, at most `limit` records. `complete`: the sample is the whole file.
    static func read(
        _ sample: [UInt8], _ dialect: TableDialect, complete: Bool, limit: Int, expectedWidth: Int = 0,
        encoding: TextEncoding = .utf8, texts: Bool
    ) -> [SampleRow] {
        var rows: [SampleRow] = []
        var afterBlank = false
        let reader = DelimitedReader(dialect, expectedWidth: expectedWidth)
        func take(_ row: borrowing DelimitedRow) {
            guard rows.count < limit else { return }
            if row.isBlank {
                afterBlank = true
                return
            }
            var sampled = SampleRow(
                line: row.line, afterBlank: afterBlank, repaired: row.repaired, fields: [], kinds: [], quoted: [])
            for index in 0..<row.count {
                let bytes = row[index]
                sampled.fields.append(texts ? TextDecoder.text(bytes, encoding).text : "")
                sampled.kinds.append(CellKind(bytes))
                sampled.quoted.append(row.isQuoted(index))
            }
            rows.append(sampled)
            afterBlank = false
        }
        sample.withUnsafeBufferPointer { reader.feed($0, take) }
        if complete { reader.finish(take) }
        // A sample that holds one record only is better than none.
        if rows.isEmpty { reader.finish(take) }
        return rows
    }
}
