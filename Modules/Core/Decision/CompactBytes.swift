/// Writes small numbers as few bytes: seven bits each, the lowest first, the eighth bit set on all but the last (LEB128).
struct CompactWriter {
    private(set) var bytes: [UInt8] = []

    init(reserving count: Int) { bytes.reserveCapacity(count) }

    mutating func write(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Numbers of rows and small counts; a negative one takes ten bytes and comes back whole.
    mutating func write(_ number: Int64) { write(UInt64(bitPattern: number)) }
    mutating func write(count: Int) { write(UInt64(count)) }

    /// Zigzag: small numbers of either sign take few bytes.
    mutating func write(signed number: Int64) { write(UInt64(bitPattern: (number << 1) ^ (number >> 63))) }
}

/// Reads what `CompactWriter` wrote, and refuses anything else.
struct CompactReader {
    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { at == bytes.count }

    static let problem = Problem("receipt.invalid", "these bytes are not a receipt", remedy: "Check the database: rapport doctor")

    mutating func unsigned() throws -> UInt64 {
        var out: UInt64 = 0
        var shift: UInt64 = 0
        while at < bytes.count, shift < 70 {
            let byte = bytes[at]
            at += 1
            out |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return out }
            shift += 7
        }
        throw Self.problem
    }

    mutating func integer() throws -> Int64 { Int64(bitPattern: try unsigned()) }

    mutating func signed() throws -> Int64 {
        let zigzag = try unsigned()
        return Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1)
    }

    /// A count of items that take at least one byte each.
    mutating func count() throws -> Int {
        let count = try unsigned()
        guard count <= UInt64(bytes.count - at) else { throw Self.problem }
        return Int(count)
    }

    mutating func small(_ range: ClosedRange<UInt64>) throws -> Int {
        let number = try unsigned()
        guard range.contains(number) else { throw Self.problem }
        return Int(number)
    }
}
