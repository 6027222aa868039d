import Crypto

/// A short name for an address, so that a message row holds no personal text: the first 63 bits of SHA-256. Among a million
/// addresses two are alike with a probability of 5 in 100 million, and then one message is dropped as a duplicate.
public enum AddressHash {
    public static func of(_ identifier: Identifier) -> Int64 {
        let digest = SHA256.hash(data: Array("\(identifier.kind)\0\(identifier.value)".utf8))
        return digest.prefix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) } & Int64.max
    }
}
