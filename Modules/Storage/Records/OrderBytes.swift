import RapportCore

/// Reads what `CompactWriter` wrote of orders from memory that somebody else keeps, which must outlive it.
public struct OrderBytes {
    private let bytes: UnsafeBufferPointer<UInt8>
    /// How many bytes have been read.
    public private(set) var at = 0

    public init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    public var isAtEnd: Bool { at >= bytes.count }

    /// - Throws: `Problem` `order_facts.damaged`.
    @inline(__always)
    public mutating func unsigned() throws -> UInt64 {
        guard let number = bytes.compactNumber(at: &at) else { throw OrderFacts.damaged }
        return number
    }

    public mutating func integer() throws -> Int64 { Int64(bitPattern: try unsigned()) }

    mutating func signed() throws -> Int64 {
        let zigzag = try unsigned()
        return Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1)
    }

    /// A count of items that take at least one byte each.
    mutating func count() throws -> Int {
        let count = try unsigned()
        guard count <= UInt64(bytes.count - at) else { throw OrderFacts.damaged }
        return Int(count)
    }

    /// The UTF-8 of a text.
    mutating func text() throws -> UnsafeBufferPointer<UInt8> {
        let count = try count()
        at += count
        return UnsafeBufferPointer(rebasing: bytes[(at - count)..<at])
    }
}
