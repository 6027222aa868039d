/// The encodings that files of rows come in.
public enum TextEncoding: String, Sendable, Hashable, CaseIterable {
    case utf8 = "utf-8"
    case utf16LittleEndian = "utf-16le"
    case utf16BigEndian = "utf-16be"
    /// Which is also what calls itself ISO 8859-1.
    case windows1252 = "windows-1252"

    /// The encoding that a file's first bytes tell or suggest, and the length of its byte order mark.
    public static func detect(_ sample: [UInt8]) -> (encoding: TextEncoding, mark: Int) {
        if sample.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
        if sample.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
        if sample.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
        // ASCII in UTF-16 has a zero in every other byte.
        let pairs = min(sample.count, 4_096) / 2
        if pairs >= 2 {
            var zeros = (even: 0, odd: 0)
            for pair in 0..<pairs {
                if sample[2 * pair] == 0 { zeros.even += 1 }
                if sample[2 * pair + 1] == 0 { zeros.odd += 1 }
            }
            if zeros.odd * 10 >= pairs * 7, zeros.even * 10 < pairs { return (.utf16LittleEndian, 0) }
            if zeros.even * 10 >= pairs * 7, zeros.odd * 10 < pairs { return (.utf16BigEndian, 0) }
        }
        return (isUTF8(sample) ? .utf8 : .windows1252, 0)
    }

    /// Mostly well-formed UTF-8: a sample may end within a character, and a good file may hold bad bytes, of rows from elsewhere. Text
    /// in another encoding has next to no run of bytes that is well-formed by chance.
    private static func isUTF8(_ bytes: [UInt8]) -> Bool {
        var (good, bad, index) = (0, 0, 0)
        while index < bytes.count {
            let byte = bytes[index]
            guard byte >= 0x80 else {
                index += 1
                continue
            }
            let length = byte >= 0xF0 && byte < 0xF5 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC2 ? 2 : 0
            if length > 0, byte < 0xF5 {
                let end = index + length
                if end > bytes.count { break }
                if bytes[index + 1..<end].allSatisfy({ $0 & 0xC0 == 0x80 }) {
                    good += 1
                    index = end
                    continue
                }
            }
            bad += 1
            index += 1
        }
        return bad == 0 || good > bad
    }
}
