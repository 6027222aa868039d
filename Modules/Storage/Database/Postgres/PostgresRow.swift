import CPQ

/// A row of a result, in binary format.
final class PostgresRow: Row {
    private let result: OpaquePointer
    private let types: [Oid]
    var index: Int32 = 0

    init(_ result: OpaquePointer) {
        self.result = result
        types = (0..<PQnfields(result)).map { PQftype(result, $0) }
    }

    override func isNull(_ column: Int) -> Bool { PQgetisnull(result, index, Int32(column)) == 1 }

    override func integer(_ column: Int) -> Int64 {
        let value = raw(column)
        guard !value.isEmpty else { return 0 }
        // Numbers of types as in pg_type.dat.
        switch types[column] {
        case 20: return Int64(bigEndian: value.loadUnaligned(as: Int64.self))
        case 23, 26: return Int64(Int32(bigEndian: value.loadUnaligned(as: Int32.self)))
        case 21: return Int64(Int16(bigEndian: value.loadUnaligned(as: Int16.self)))
        case 16: return Int64(value[0])
        case 1700: return Self.numeric(value)
        default: return Int64(String(decoding: value, as: UTF8.self)) ?? 0
        }
    }

    override func text(_ column: Int) -> String { String(decoding: raw(column), as: UTF8.self) }

    override func withText(_ column: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void) rethrows {
        try raw(column).withMemoryRebound(to: UInt8.self, body)
    }

    override func withBytes(_ column: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void) rethrows {
        try raw(column).withMemoryRebound(to: UInt8.self, body)
    }

    override func bytes(_ column: Int) -> [UInt8] { Array(raw(column)) }

    private func raw(_ column: Int) -> UnsafeRawBufferPointer {
        let column = Int32(column)
        guard PQgetisnull(result, index, column) == 0, let start = PQgetvalue(result, index, column) else {
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, index, column)))
    }

    /// A whole number, as `sum` of BIGINT gives it: digits of base 10,000 (numeric_send in the server's numeric.c).
    private static func numeric(_ value: UnsafeRawBufferPointer) -> Int64 {
        func short(_ at: Int) -> Int { Int(Int16(bigEndian: value.loadUnaligned(fromByteOffset: at, as: Int16.self))) }
        let (count, weight, isNegative) = (short(0), short(2), short(4) == 0x4000)
        var out: Int64 = 0
        for place in 0...max(weight, 0) where weight >= 0 {
            out = out &* 10_000 &+ Int64(place < count ? short(8 + 2 * place) : 0)
        }
        return isNegative ? 0 &- out : out
    }
}
