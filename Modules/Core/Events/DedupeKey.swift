import Crypto

/// What tells that an event has come before: 16 bytes that the same event always gets.
public enum DedupeKey {
    public static let length = 16

    /// The first 16 bytes of the SHA-256 of `parts`, each preceded by its length, so that "ab" + "c" is not "a" + "bc".
    public static func hash(_ parts: String...) -> [UInt8] { hash(parts) }

    public static func hash(_ parts: [String]) -> [UInt8] {
        var hash = SHA256()
        for part in parts {
            var part = part
            part.withUTF8 { bytes in
                withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { hash.update(bufferPointer: $0) }
                hash.update(bufferPointer: UnsafeRawBufferPointer(bytes))
            }
        }
        return Array(hash.finalize().prefix(length))
    }

    /// As `hash`, but for the first 20 bits, which come from the number that `id` ends with, if any: rows that their source
    /// numbered one after another have keys that stand close together, so that many of them change few pages of the table.
    public static func hash(_ parts: [String], near id: String) -> [UInt8] {
        var key = hash(parts)
        let digits = id.utf8.suffix(18).reversed().prefix { (0x30...0x39).contains($0) }
        guard !digits.isEmpty else { return key }
        // A thousand rows take some ten pages.
        let place = digits.reversed().reduce(UInt64(0)) { $0 * 10 + UInt64($1 - 0x30) } >> 10
        key[0] = UInt8(truncatingIfNeeded: place >> 12)
        key[1] = UInt8(truncatingIfNeeded: place >> 4)
        key[2] = UInt8(truncatingIfNeeded: place << 4) | key[2] & 0x0F
        return key
    }
}
