/// Keeps some columns of a file: each distinct value once, and a code a row.
final class ColumnSink: RowSink {
    private(set) var lines: [Int64] = []
    /// One a column of the file; `nil` for those that nobody wants.
    private let columns: [Column?]

    final class Column {
        fileprivate(set) var levels = LevelIndex()
        fileprivate(set) var codes: [Int32] = []
    }

    init(_ places: [Int], of width: Int) {
        let wanted = Set(places)
        columns = (0..<width).map { wanted.contains($0) ? Column() : nil }
    }

    /// What was kept of the column at `place`, which must be one of those that were asked for.
    func column(_ place: Int) -> Column { columns[place] ?? Column() }

    func take(_ cell: UnsafeBufferPointer<UInt8>, column: Int) {
        guard let column = columns[column] else { return }
        column.codes.append(column.levels.code(of: CellNumber.trimmed(cell)))
    }

    func endRow(line: Int64) { lines.append(line) }
}
