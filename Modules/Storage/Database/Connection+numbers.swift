extension Connection {
    /// Takes `count` new numbers for rows of a table whose key is IDENTITY, in rising order, so that rows can be inserted in
    /// batches by somebody who knows their numbers. A number is never given out twice, even after its row is gone.
    func newNumbers(_ count: Int, for table: String) throws -> [Int64] {
        guard count > 0 else { return [] }
        switch dialect {
        case .postgres:
            return try all(
                "SELECT nextval(pg_get_serial_sequence(\(table), 'id')) FROM generate_series(1, \(raw: String(count)))"
            ) { $0.integer(0) }.sorted()
        case .sqlite:
            try run("INSERT INTO numbers (name, last) VALUES (\(table), 0) ON CONFLICT (name) DO NOTHING")
            try run("UPDATE numbers SET last = last + \(count) WHERE name = \(table)")
            let last = try integer("SELECT last FROM numbers WHERE name = \(table)") ?? 0
            return Array(last - Int64(count) + 1...last)
        }
    }
}
