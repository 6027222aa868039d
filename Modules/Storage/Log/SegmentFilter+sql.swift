public import RapportCore

extension SegmentFilter {
    /// The filter as a condition on a row of `timeline`, exact on both databases.
    ///
    /// - Parameter table: the name of the table and a dot, `t.`; empty where no other table has such columns.
    public func sql(of table: String = "") -> SQL {
        func column(_ slot: Int) -> SQL { "\(raw: table)n\(raw: String(slot + 1))" }
        func joined(_ parts: [SegmentFilter], _ word: String) -> SQL {
            let first = parts.first.map { $0.sql(of: table) } ?? "1 = 1"
            let sql = parts.dropFirst().reduce(first) { "\($0)\(raw: word)\($1.sql(of: table))" }
            return "(\(sql))"
        }
        switch self {
        case .all(let parts): return joined(parts, " AND ")
        case .any(let parts): return joined(parts, " OR ")
        case .not(let inner): return "NOT (\(inner.sql(of: table)))"
        case .compare(let slot, let comparison, let value):
            return "(\(column(slot)) IS NOT NULL AND \(column(slot)) \(raw: comparison.rawValue) \(value))"
        case .among(let slot, let items): return "(\(column(slot)) IS NOT NULL AND \(column(slot)) IN \(list: items))"
        case .present(let slot): return "\(column(slot)) IS NOT NULL"
        }
    }
}
