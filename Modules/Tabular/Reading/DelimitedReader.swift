/// Reads delimited text as a stream of bytes in constant memory: whatever comes in chunks goes out in records.
///
/// Nothing that a file contains makes it fail. Where quotes do not fit, the record is repaired from its neighbours' width;
/// `DelimitedRow.repaired` and `repairs` say so. The text must be in an encoding that keeps ASCII (see `TextDecoder`).
public final class DelimitedReader {
    public let dialect: TableDialect
    /// The number of fields that a record should have; 0 takes it from the first record. Only repairs ask for it.
    public var expectedWidth: Int
    /// Records whose quotes had to be repaired.
    public private(set) var repairs = 0

    /// A quoted field longer than this was never closed. After the first such field the reader gives later ones less.
    var quotedLimit = 16 << 20
    /// For judging a dialect: what does not fit stays as it was scanned and is only counted.
    var repairsDisabled = false

    var buffer: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// Bytes in the buffer, and where the current record starts in it.
    var filled = 0
    var start = 0
    var fields: UnsafeMutablePointer<DelimitedRow.Field>
    private var fieldCapacity = 64
    var fieldCount = 0
    /// What a byte means outside quotes, and inside.
    let outside: UnsafeMutablePointer<ByteRole>
    let inside: UnsafeMutablePointer<ByteRole>

    private var line: Int64
    /// The stream offset of `buffer[0]`.
    private var bufferOffset: Int64

    // What scanning the current record found.
    var next = 0
    var newlines = 0
    var irregular = false
    var unterminated = false

    /// - Parameters:
    ///   - line: the physical line of the first byte, 1-based.
    ///   - offset: the stream offset of the first byte.
    public init(_ dialect: TableDialect, expectedWidth: Int = 0, line: Int64 = 1, offset: Int64 = 0) {
        self.dialect = dialect
        self.expectedWidth = expectedWidth
        self.line = line
        bufferOffset = offset
        capacity = 1 << 16
        buffer = .allocate(capacity: capacity)
        fields = .allocate(capacity: fieldCapacity)
        outside = ByteRole.table(outsideQuotesOf: dialect)
        inside = ByteRole.table(insideQuotesOf: dialect)
    }

    deinit {
        buffer.deallocate()
        fields.deallocate()
        outside.deallocate()
        inside.deallocate()
    }

    /// Takes the next bytes and hands over every record that they complete.
    public func feed(_ bytes: UnsafeBufferPointer<UInt8>, _ body: (borrowing DelimitedRow) throws -> Void) rethrows {
        take(bytes)
        try drain(final: false, body)
    }

    /// Hands over what is left at the end of the text.
    public func finish(_ body: (borrowing DelimitedRow) throws -> Void) rethrows { try drain(final: true, body) }

    private var patience = 0

    private func take(_ bytes: UnsafeBufferPointer<UInt8>) {
        if start > 0 {
            buffer.update(from: buffer + start, count: filled - start)
            bufferOffset += Int64(start)
            filled -= start
            start = 0
        }
        if filled + bytes.count > capacity {
            capacity = max(capacity * 2, filled + bytes.count)
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
            larger.update(from: buffer, count: filled)
            buffer.deallocate()
            buffer = larger
        }
        if let source = bytes.baseAddress {
            (buffer + filled).update(from: source, count: bytes.count)
            filled += bytes.count
        }
    }

    /// Bytes of a record whose end has not come.
    var pending: Int { filled - start }

    private func drain(final: Bool, _ body: (borrowing DelimitedRow) throws -> Void) rethrows {
        // A long record without an end is looked at again when there is twice as much of it, and not with every chunk.
        if !final, pending < patience { return }
        defer { patience = pending > 1 << 20 ? pending * 2 : 0 }
        while start < filled, scan(final: final) {
            var repaired = false
            if irregular || unterminated || (expectedWidth > 0 && fieldCount != expectedWidth && isSuspect) {
                repaired = repairsDisabled ? irregular || unterminated : repair() || irregular || unterminated
                if repaired { repairs += 1 }
            }
            let blank = fieldCount == 1 && !fields[0].quoted && isBlank(fields[0])
            if expectedWidth == 0, !blank { expectedWidth = fieldCount }
            let narrow = fieldCount * 2 <= expectedWidth && !blank && !repairsDisabled
            let row = DelimitedRow(
                base: buffer, fields: fields, count: fieldCount, line: line, nextLine: line + Int64(newlines) + 1,
                offset: bufferOffset + Int64(start),
                nextOffset: bufferOffset + Int64(next), repaired: repaired, isBlank: blank,
                raw: narrow ? Array(UnsafeBufferPointer(start: buffer + start, count: next - start)) : [])
            for index in 0..<fieldCount where fields[index].escaped { unescape(&fields[index]) }
            // The position moves on first, so that a body that throws can be followed by another call.
            line += Int64(newlines) + 1
            start = next
            try body(row)
        }
    }

    /// Of unexpected width, and with quotes that may be why: over several lines, or closed and never opened.
    private var isSuspect: Bool {
        if newlines > 0 { return true }
        guard fieldCount > expectedWidth, let quote = dialect.quote else { return false }
        return (0..<fieldCount).contains { index in
            let field = fields[index]
            return !field.quoted && field.end > field.start && buffer[field.end - 1] == quote && buffer[field.start] != quote
        }
    }

    private func isBlank(_ field: DelimitedRow.Field) -> Bool {
        for index in field.start..<field.end where buffer[index] != 0x20 { return false }
        return true
    }

    func append(_ start: Int, _ end: Int, quoted: Bool = false, escaped: Bool = false) {
        if fieldCount == fieldCapacity {
            let larger = UnsafeMutablePointer<DelimitedRow.Field>.allocate(capacity: fieldCapacity * 2)
            larger.update(from: fields, count: fieldCount)
            fields.deallocate()
            fields = larger
            fieldCapacity *= 2
        }
        fields[fieldCount] = .init(start: start, end: end, quoted: quoted, escaped: escaped)
        fieldCount += 1
    }
}
