/// Writes small numbers as few bytes: seven bits each, the lowest first, the eighth bit set on all but the last (LEB128).
public struct CompactWriter {
    public private(set) var bytes: [UInt8] = []

    public init(reserving count: Int = 0) { bytes.reserveCapacity(count) }

    public mutating func write(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Numbers of rows and small counts; a negative one takes ten bytes and comes back whole.
    public mutating func write(_ number: Int64) { write(UInt64(bitPattern: number)) }
    public mutating func write(count: Int) { write(UInt64(count)) }

    /// Zigzag: small numbers of either sign take few bytes.
    public mutating func write(signed number: Int64) { write(UInt64(bitPattern: (number << 1) ^ (number >> 63))) }

    /// Its length in UTF-8, and that.
    public mutating func write(text: String) {
        write(count: text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }
}

/// Reads what `CompactWriter` wrote, and refuses anything else.
public struct CompactReader {
    private let bytes: [UInt8]
    /// How many bytes have been read.
    public private(set) var at = 0

    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    public var isAtEnd: Bool { at == bytes.count }

    static let problem = Problem("receipt.invalid", "these bytes are not a receipt", remedy: "Check the database: rapport doctor")

    public mutating func unsigned() throws -> UInt64 {
        guard let number = bytes.compactNumber(at: &at) else { throw Self.problem }
        return number
    }

    public mutating func integer() throws -> Int64 { Int64(bitPattern: try unsigned()) }

    public mutating func signed() throws -> Int64 {
        let zigzag = try unsigned()
        return Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1)
    }

    /// A count of items that take at least one byte each.
    public mutating func count() throws -> Int {
        let count = try unsigned()
        guard count <= UInt64(bytes.count - at) else { throw Self.problem }
        return Int(count)
    }

    public mutating func text() throws -> String {
        let count = try count()
        at += count
        return String(decoding: bytes[(at - count)..<at], as: UTF8.self)
    }

    mutating func small(_ range: ClosedRange<UInt64>) throws -> Int {
        let number = try unsigned()
        guard range.contains(number) else { throw Self.problem }
        return Int(number)
    }
}

extension RandomAccessCollection<UInt8> where Index == Int {
    /// Reads a number as `CompactWriter` wrote it, of bytes that begin at 0.
    ///
    /// - Parameter place: where it stands, and then where it ends.
    /// - Returns: `nil` where it does not end.
    @inlinable
    public func compactNumber(at place: inout Int) -> UInt64? {
        var out: UInt64 = 0
        var shift: UInt64 = 0
        while place < count, shift < 70 {
            let byte = self[place]
            place += 1
            out |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return out }
            shift += 7
        }
        return nil
    }
}
