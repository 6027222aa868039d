/// Reads delimited text as a stream of bytes in constant memory: whatever comes in chunks goes out in records.
///
/// Nothing that a file contains makes it fail. Where quotes do not fit, the record is repaired from its neighbours' width;
/// `DelimitedRow.repaired` and `repairs` say so. The text must be in an encoding that keeps ASCII (see `TextDecoder`).
public final class DelimitedReader {
    // `@exclusivity(unchecked)`: read and written for every byte or field, by methods that keep no access to one of them open
    // while calling another; checking that costs a third of the time.

    /// How the file is written; for a moment another one, while a record that does not fit is tried in it.
    @exclusivity(unchecked) public internal(set) var dialect: TableDialect
    /// What a record should be like. Only records that are not are repaired.
    var expected: ExpectedRow
    /// Records whose quotes had to be repaired.
    public private(set) var repairs = 0

    /// Bytes that were looked at in vain: they are what later records may not look at any more, so that reading stays linear.
    @exclusivity(unchecked) var wasted = 0
    /// The same for records that were tried in another dialect, and whether one is being tried now.
    var triedInVain = 0
    @exclusivity(unchecked) var trying = false
    /// For judging a dialect: what does not fit stays as it was scanned and is only counted.
    var repairsDisabled = false

    @exclusivity(unchecked) var buffer: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// Bytes in the buffer, and where the current record starts in it.
    @exclusivity(unchecked) var filled = 0
    @exclusivity(unchecked) var start = 0
    @exclusivity(unchecked) var fields: UnsafeMutablePointer<DelimitedRow.Field>
    private var fieldCapacity = 64
    @exclusivity(unchecked) var fieldCount = 0
    /// What a byte means outside quotes, and inside.
    @exclusivity(unchecked) var outside: UnsafeMutablePointer<ByteRole>
    @exclusivity(unchecked) var inside: UnsafeMutablePointer<ByteRole>
    /// Other ways in which single records are written.
    lazy var deviations = Deviation.all(of: dialect)

    private var line: Int64
    /// The stream offset of `buffer[0]`.
    @exclusivity(unchecked) private(set) var bufferOffset: Int64

    // What scanning the current record found.
    @exclusivity(unchecked) var next = 0
    @exclusivity(unchecked) var newlines = 0
    @exclusivity(unchecked) var irregular = false
    @exclusivity(unchecked) var unterminated = false
    /// It is longer than any record may be, and ends within a line.
    @exclusivity(unchecked) var isCut = false
    private var retryAt = 0
    private(set) var isPaused = false

    /// A line without end is no record: memory stays constant. In bytes and in fields.
    static let recordLimit = 32 << 20
    static let fieldLimit = 1 << 18

    /// - Parameters:
    ///   - line: the physical line of the first byte, 1-based.
    ///   - offset: the stream offset of the first byte.
    public convenience init(_ dialect: TableDialect, expectedWidth: Int = 0, line: Int64 = 1, offset: Int64 = 0) {
        self.init(dialect, expecting: ExpectedRow(width: expectedWidth), line: line, offset: offset)
    }

    init(_ dialect: TableDialect, expecting expected: ExpectedRow, line: Int64 = 1, offset: Int64 = 0) {
        self.dialect = dialect
        self.expected = expected
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

    /// Lets the call that hands records over return after this one; `goOn` hands over the rest.
    func pause() { isPaused = true }

    /// Hands over what a pause left. `final`: no more bytes will come.
    func goOn(final: Bool, _ body: (borrowing DelimitedRow) throws -> Void) rethrows { try drain(final: final, body) }

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

    private func drain(final: Bool, _ body: (borrowing DelimitedRow) throws -> Void) rethrows {
        isPaused = false
        while start < filled {
            // A long record that is not complete is looked at again only when twice as much of it is there.
            if !final, filled - start < retryAt { return }
            if !scan(final: final) {
                if filled - start <= Self.recordLimit {
                    retryAt = filled - start > 1 << 16 ? 2 * (filled - start) : 0
                    return
                }
                _ = scan(final: true)
                isCut = true
            }
            retryAt = 0
            var repaired = false
            var deviates = false
            var blank = fieldCount == 1 && !fields[0].quoted && isBlank(fields[0])
            let swallows = swallowsRecords
            if !blank, !isCut, irregular || unterminated || fieldCount != expected.width || swallows || looksForeign {
                if repairsDisabled {
                    repaired = irregular || unterminated
                    if repaired { resynchronize() }
                } else if expected.width > 0 {
                    switch deviate(final: final) {
                    case .yes: deviates = true
                    case .undecided: return
                    case .no:
                        if irregular || unterminated || swallows || (fieldCount != expected.width && isSuspect) {
                            repaired = repair() || irregular || unterminated
                            blank = fieldCount == 1 && !fields[0].quoted && isBlank(fields[0])
                        }
                    }
                } else if irregular || unterminated {
                    repaired = repair() || irregular || unterminated
                }
                if irregular { dropHalfQuotes() }
                if repaired { repairs += 1 }
                if expected.width == 0 { expected.width = fieldCount }
            }
            let row = DelimitedRow(
                base: buffer, fields: fields, count: fieldCount, line: line, nextLine: line + Int64(newlines) + (isCut ? 0 : 1),
                offset: bufferOffset + Int64(start),
                nextOffset: bufferOffset + Int64(next), repaired: repaired, deviates: deviates, isCut: isCut, isBlank: blank)
            for index in 0..<fieldCount where fields[index].escaped { unescape(&fields[index]) }
            // The position moves on first, so that a body that throws can be followed by another call.
            line += Int64(newlines) + (isCut ? 0 : 1)
            start = next
            isCut = false
            try body(row)
            if isPaused { return }
        }
    }

    /// The first field holds what delimits in other files, or an apostrophe begins it.
    private var looksForeign: Bool {
        let field = fields[0]
        if field.quoted { return false }
        if buffer[start] == 0x27 { return true }
        for index in field.start..<field.end {
            let byte = buffer[index]
            if byte == 0x3B || byte == 0x09 || byte == 0x7C { return true }
        }
        return false
    }

    /// Of unexpected width, and with quotes that may be why: over several lines, or closed and never opened.
    private var isSuspect: Bool {
        if newlines > 0 { return true }
        guard fieldCount > expected.width, let quote = dialect.quote else { return false }
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
