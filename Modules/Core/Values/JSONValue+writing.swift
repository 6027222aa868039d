extension JSONValue {
    /// Compact JSON text in the order of the members.
    public var text: String {
        var out: [UInt8] = []
        write(to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// Compact JSON text with members sorted by the bytes of their names, for hashes and comparisons.
    public var canonicalText: String { sorted.text }

    var sorted: JSONValue {
        switch self {
        case .array(let items): .array(items.map(\.sorted))
        case .object(let members):
            .object(
                members.map { Member($0.name, $0.value.sorted) }
                    .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
        default: self
        }
    }

    /// Appends compact JSON bytes (UTF-8).
    public func write(to out: inout [UInt8]) {
        switch self {
        case .null: out += "null".utf8
        case .bool(let flag): out += (flag ? "true" : "false").utf8
        case .integer(let number): Self.write(number, to: &out)
        case .decimal(let literal): out += literal.utf8
        case .string(let text): Self.write(text, to: &out)
        case .array(let items):
            out.append(0x5B)
            for (index, item) in items.enumerated() {
                if index > 0 { out.append(0x2C) }
                item.write(to: &out)
            }
            out.append(0x5D)
        case .object(let members):
            out.append(0x7B)
            for (index, member) in members.enumerated() {
                if index > 0 { out.append(0x2C) }
                Self.write(member.name, to: &out)
                out.append(0x3A)
                member.value.write(to: &out)
            }
            out.append(0x7D)
        }
    }

    /// Appends a number's decimal digits.
    public static func write(_ number: Int64, to out: inout [UInt8]) {
        if number < 0 { out.append(0x2D) }
        var rest = number.magnitude
        let start = out.count
        repeat {
            out.append(UInt8(truncatingIfNeeded: 0x30 + rest % 10))
            rest /= 10
        } while rest > 0
        out[start...].reverse()
    }

    /// Appends a JSON string, quotes included.
    public static func write(_ text: String, to out: inout [UInt8]) {
        var text = text
        text.withUTF8 { bytes in
            out.append(0x22)
            // Hardly any text has a character that must be escaped.
            if bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }) {
                out.append(contentsOf: bytes)
            } else {
                for byte in bytes { write(escaping: byte, to: &out) }
            }
            out.append(0x22)
        }
    }

    private static func write(escaping byte: UInt8, to out: inout [UInt8]) {
        func hex(_ digit: UInt8) -> UInt8 { digit < 10 ? 0x30 + digit : 0x57 + digit }
        switch byte {
        case 0x22: out += [0x5C, 0x22]
        case 0x5C: out += [0x5C, 0x5C]
        case 0x0A: out += [0x5C, 0x6E]
        case 0x0D: out += [0x5C, 0x72]
        case 0x09: out += [0x5C, 0x74]
        case 0..<0x20: out += [0x5C, 0x75, 0x30, 0x30, hex(byte >> 4), hex(byte & 15)]
        default: out.append(byte)
        }
    }
}
