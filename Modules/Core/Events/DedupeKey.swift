import Crypto

/// What tells that an event has come before: 16 bytes that the same event always gets.
public enum DedupeKey {
    public static let length = 16

    /// The first 16 bytes of the SHA-256 of `parts`, each preceded by its length, so that "ab" + "c" is not "a" + "bc".
    public static func hash(_ parts: String...) -> [UInt8] { hash(parts) }

    public static func hash(_ parts: [String]) -> [UInt8] {
        // Hashed at once: each piece by itself costs more than its bytes.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(parts.reduce(0) { $0 + 8 + $1.utf8.count })
        for part in parts {
            withUnsafeBytes(of: UInt64(part.utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: part.utf8)
        }
        return SHA256.hash(data: bytes).withUnsafeBytes { Array($0.prefix(length)) }
    }

    /// As `hash`, but for the first 20 bits, which come from a number in `id` that grows with time, if there is one: rows that their
    /// source numbered one after another, and messages named by the clock, have keys that stand close together, so that many of
    /// them change few pages of the table. Ids of pure chance stay spread over all of it.
    public static func hash(_ parts: [String], near id: String) -> [UInt8] {
        var key = hash(parts)
        guard let number = growing(in: id) else { return key }
        // A thousand rows, or a second, take some ten pages.
        let place = number >> 10
        key[0] = UInt8(truncatingIfNeeded: place >> 12)
        key[1] = UInt8(truncatingIfNeeded: place >> 4)
        key[2] = UInt8(truncatingIfNeeded: place << 4) | key[2] & 0x0F
        return key
    }

    /// The first thirteen digits that stand by themselves, which are milliseconds since 1970 (`ajs-next-1764460800000-…`); the time of
    /// a UUID version 7 (RFC 9562, section 5.7); or the number at the end.
    private static func growing(in id: String) -> UInt64? {
        let bytes = Array(id.utf8.suffix(128))
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        func number(_ digits: some Sequence<UInt8>) -> UInt64 { digits.reduce(0) { $0 * 10 + UInt64($1 - 0x30) } }
        for run in bytes.split(whereSeparator: { !isDigit($0) }) where run.count == 13 { return number(run) }
        if bytes.count == 36, bytes[14] == 0x37 {
            let time = UInt64(String(decoding: bytes[0..<8] + bytes[9..<13], as: UTF8.self), radix: 16)
            if let time { return time }
        }
        let end = bytes.suffix(18).reversed().prefix(while: isDigit)
        return end.isEmpty ? nil : number(end.reversed())
    }
}
