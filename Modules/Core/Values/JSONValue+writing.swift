extension JSONValue {
    /// Compact JSON text in the order of the members.
    public var text: String {
        var out: [UInt8] = []
        out.reserveCapacity(Self.usualLength)
        write(to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// Compact JSON text with members sorted by the bytes of their names, for hashes and comparisons.
    public var canonicalText: String {
        var out: [UInt8] = []
        out.reserveCapacity(Self.usualLength)
        write(to: &out, sorts: true)
        return String(decoding: out, as: UTF8.self)
    }

    private static let usualLength = 192

    /// Appends compact JSON bytes (UTF-8).
    public func write(to out: inout [UInt8]) { write(to: &out, sorts: false) }

    /// - Parameter sorts: whether members come in the order of the bytes of their names; those of one name stay as they are.
    private func write(to out: inout [UInt8], sorts: Bool) {
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
                item.write(to: &out, sorts: sorts)
            }
            out.append(0x5D)
        case .object(let members):
            out.append(0x7B)
            let order = sorts ? Self.order(of: members) : nil
            for number in members.indices {
                let index = order?[number] ?? number
                if number > 0 { out.append(0x2C) }
                Self.write(members[index].name, to: &out)
                out.append(0x3A)
                members[index].value.write(to: &out, sorts: sorts)
            }
            out.append(0x7D)
        }
    }

    /// The places of members by the bytes of their names; `nil` where they stand so.
    private static func order(of members: [Member]) -> [Int]? {
        func precedes(_ one: Int, _ other: Int) -> Bool {
            members[one].name.utf8.lexicographicallyPrecedes(members[other].name.utf8)
        }
        guard members.indices.dropFirst().contains(where: { precedes($0, $0 - 1) }) else { return nil }
        return members.indices.sorted { precedes($0, $1) || (!precedes($1, $0) && $0 < $1) }
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
