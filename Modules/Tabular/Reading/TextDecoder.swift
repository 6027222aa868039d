/// Turns chunks of a file into bytes that keep ASCII: UTF-16 becomes UTF-8, everything else passes.
///
/// Windows-1252 passes too, since its delimiters are ASCII; its fields are decoded one by one by `text(_:_:)`.
struct TextDecoder {
    let encoding: TextEncoding
    private var pendingByte: UInt8?
    private var pendingHigh: UInt16?

    init(_ encoding: TextEncoding) { self.encoding = encoding }

    var passes: Bool { encoding == .utf8 || encoding == .windows1252 }

    /// The UTF-8 of a chunk of UTF-16; half characters wait for the next chunk, or become U+FFFD at the end.
    mutating func decode(_ bytes: UnsafeBufferPointer<UInt8>, final: Bool) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        for byte in bytes {
            guard let first = pendingByte else {
                pendingByte = byte
                continue
            }
            pendingByte = nil
            let unit =
                encoding == .utf16LittleEndian
                ? UInt16(byte) << 8 | UInt16(first) : UInt16(first) << 8 | UInt16(byte)
            if let high = pendingHigh {
                pendingHigh = nil
                if (0xDC00..<0xE000).contains(unit) {
                    Self.append(0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(unit) - 0xDC00), to: &out)
                    continue
                }
                Self.append(0xFFFD, to: &out)
            }
            if (0xD800..<0xDC00).contains(unit) {
                pendingHigh = unit
            } else {
                Self.append((0xDC00..<0xE000).contains(unit) ? 0xFFFD : UInt32(unit), to: &out)
            }
        }
        if final, pendingHigh != nil || pendingByte != nil {
            Self.append(0xFFFD, to: &out)
            pendingHigh = nil
            pendingByte = nil
        }
        return out
    }

    /// The text of a field, and whether its bytes were not of the file's encoding.
    static func text(_ bytes: UnsafeBufferPointer<UInt8>, _ encoding: TextEncoding) -> (text: String, foreign: Bool) {
        var high: UInt8 = 0
        for byte in bytes { high |= byte }
        if high < 0x80 { return (String(decoding: bytes, as: UTF8.self), false) }
        if encoding != .windows1252, let text = String(validating: bytes, as: UTF8.self) { return (text, false) }
        var out: [UInt8] = []
        for byte in bytes {
            append((0x80..<0xA0).contains(byte) ? UInt32(upperControls[Int(byte) - 0x80]) : UInt32(byte), to: &out)
        }
        return (String(decoding: out, as: UTF8.self), encoding != .windows1252)
    }

    private static func append(_ scalar: UInt32, to out: inout [UInt8]) {
        switch scalar {
        case 0..<0x80: out.append(UInt8(scalar))
        case 0x80..<0x800: out += [UInt8(0xC0 | scalar >> 6), UInt8(0x80 | scalar & 0x3F)]
        case 0x800..<0x10000:
            out += [UInt8(0xE0 | scalar >> 12), UInt8(0x80 | scalar >> 6 & 0x3F), UInt8(0x80 | scalar & 0x3F)]
        default:
            out += [
                UInt8(0xF0 | scalar >> 18), UInt8(0x80 | scalar >> 12 & 0x3F), UInt8(0x80 | scalar >> 6 & 0x3F),
                UInt8(0x80 | scalar & 0x3F),
            ]
        }
    }

    /// Windows-1252 from 0x80 to 0x9F (WHATWG Encoding Standard, index windows-1252).
    private static let upperControls: [UInt16] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
        0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E,
        0x0178,
    ]
}
