/// What each column adds to each row's log-odds.
struct Contributions {
    let columns: Int
    /// Row after row.
    private var values: [Double]

    init(rows: Int, columns: Int) {
        self.columns = columns
        values = [Double](repeating: 0, count: rows * columns)
    }

    subscript(row: Int, column: Int) -> Double {
        get { values[row * columns + column] }
        set { values[row * columns + column] = newValue }
    }

    /// Those of one column, by row.
    func of(_ column: Int) -> [Double] { stride(from: column, to: values.count, by: columns).map { values[$0] } }

    mutating func withUnsafeMutableValues(_ body: (UnsafeMutableBufferPointer<Double>) -> Void) {
        values.withUnsafeMutableBufferPointer { body($0) }
    }

    /// The columns that speak most for or against a row's yes, the strongest first.
    func strongest(of row: Int, limit: Int, above least: Double) -> [Int] {
        var out: [Int] = []
        for column in 0..<columns {
            let weight = abs(self[row, column])
            guard weight > least, out.count < limit || out.last.map({ weight > abs(self[row, $0]) }) ?? false else { continue }
            var place = out.count
            while place > 0, abs(self[row, out[place - 1]]) < weight { place -= 1 }
            out.insert(column, at: place)
            if out.count > limit { out.removeLast() }
        }
        return out
    }
}
