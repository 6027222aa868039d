import Crypto

/// What tells that an event has come before: 16 bytes that the same event always gets.
public enum DedupeKey {
    public static let length = 16

    /// The first 16 bytes of the SHA-256 of `parts`, each preceded by its length, so that "ab" + "c" is not "a" + "bc".
    public static func hash(_ parts: String...) -> [UInt8] { hash(parts) }

    public static func hash(_ parts: [String]) -> [UInt8] {
        var hash = SHA256()
        for part in parts {
            let bytes = Array(part.utf8)
            withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { hash.update(bufferPointer: $0) }
            hash.update(data: bytes)
        }
        return Array(hash.finalize().prefix(length))
    }
}
