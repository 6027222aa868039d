/// Takes the cells of a table, row by row.
protocol RowSink: AnyObject {
    /// One cell, without the quotes around it; the bytes are UTF-8 and valid only inside the call.
    func take(_ cell: UnsafeBufferPointer<UInt8>, column: Int)
    /// The row is complete: every column was handed over.
    func endRow(line: Int64)
}
