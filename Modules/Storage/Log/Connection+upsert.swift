extension Connection {
    /// Inserts rows, in key order and no key twice, and does `conflict` (what stands after ON CONFLICT) where a key exists.
    ///
    /// Rows go in statements of 64, 8 and 1, so that few texts are kept prepared whatever the number of rows.
    func upsert(into table: String, _ columns: [String], _ rows: [[SQLValue]], onConflict conflict: String) throws {
        var start = 0
        for size in [64, 8, 1] {
            while rows.count - start >= size {
                var values: SQL = ""
                for (index, row) in rows[start..<start + size].enumerated() {
                    values = values + (index == 0 ? "(" : ", (")
                    for (column, value) in row.enumerated() { values = values + (column == 0 ? "\(value)" : ", \(value)") }
                    values = values + ")"
                }
                try run(
                    """
                    INSERT INTO \(raw: table) (\(raw: columns.joined(separator: ", "))) VALUES \(values)
                    ON CONFLICT \(raw: conflict)
                    """)
                start += size
            }
        }
    }
}
