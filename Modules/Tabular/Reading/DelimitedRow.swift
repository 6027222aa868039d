/// One record while it is being read. Its bytes are valid only inside the call that hands it over.
public struct DelimitedRow: ~Copyable {
    struct Field {
        var start: Int
        var end: Int
        /// It stood in quotes.
        var quoted: Bool
        /// It holds doubled quotes or escapes.
        var escaped: Bool
    }

    let base: UnsafeMutablePointer<UInt8>
    let fields: UnsafeMutablePointer<Field>
    public let count: Int
    /// The physical line, 1-based, on which the record starts.
    public let line: Int64
    /// The physical line on which the next record starts.
    public let nextLine: Int64
    /// Where the record starts and where the next one does, in bytes of the (decoded) stream.
    public let offset: Int64
    public let nextOffset: Int64
    /// Quotes were missing, unescaped or never closed, and the reader decided what was meant.
    public let repaired: Bool
    /// Written with another delimiter or quote than the rest of the file.
    public let deviates: Bool
    /// Longer than any record may be: the rest of it comes as the next one.
    public let isCut: Bool
    /// Only a line end, or spaces and a line end.
    public let isBlank: Bool

    /// The bytes of a field, unquoted and unescaped.
    public subscript(index: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: base + fields[index].start, count: fields[index].end - fields[index].start)
    }

    /// Whether no byte of any field is beyond ASCII.
    var isASCII: Bool {
        var high: UInt8 = 0
        for index in fields[0].start..<fields[count - 1].end { high |= base[index] }
        return high < 0x80
    }

    public func isQuoted(_ index: Int) -> Bool { fields[index].quoted }
}
