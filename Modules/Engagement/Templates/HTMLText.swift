/// HTML's special characters, by scalar.
public enum HTMLText {
    /// Safe as text and as a quoted attribute's value.
    public static func escape(_ text: String) -> String {
        let bytes = text.utf8
        guard bytes.contains(where: isSpecial) else { return text }
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count + 16)
        // Bytes of other scalars are all above ASCII.
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "&"): out += "&amp;".utf8
            case UInt8(ascii: "<"): out += "&lt;".utf8
            case UInt8(ascii: ">"): out += "&gt;".utf8
            case UInt8(ascii: "\""): out += "&quot;".utf8
            case UInt8(ascii: "'"): out += "&#39;".utf8
            default: out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte == 0x26 || byte == 0x3C || byte == 0x3E || byte == 0x22 || byte == 0x27
    }

    /// The text of an attribute's value, with the entities that writers of links use resolved.
    static func unescape(_ text: String) -> String {
        guard text.contains("&") else { return text }
        return text.replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing("&lt;", with: "<")
            .replacing("&gt;", with: ">").replacing("&amp;", with: "&")
    }
}
