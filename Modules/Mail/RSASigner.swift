import CSigning

/// An RSA key of the system's OpenSSL, which signs in less than half of the time that swift-crypto takes.
///
/// Safe to share: the key never changes, OpenSSL locks what it keeps within it, and each signature has a context of its own.
final class RSASigner: @unchecked Sendable {
    private let key: OpaquePointer
    private let size: Int

    /// - Parameter der: PKCS#1 or PKCS#8.
    /// - Returns: `nil` for anything but an RSA key.
    init?(der: [UInt8], bits: Int) {
        guard let key = rapport_rsa_read(der, der.count) else { return nil }
        self.key = key
        size = (bits + 7) / 8
    }

    deinit { rapport_rsa_free(key) }

    /// The signature of a SHA-256 digest by PKCS#1 v1.5; `nil` if OpenSSL refuses.
    func signature(ofDigest digest: [UInt8]) -> [UInt8]? {
        guard digest.count == 32 else { return nil }
        var length = size
        var isSigned = false
        let signature = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            isSigned = rapport_rsa_sign_sha256(key, digest, buffer.baseAddress, &length) == 1
            count = isSigned ? length : 0
        }
        return isSigned ? signature : nil
    }
}
