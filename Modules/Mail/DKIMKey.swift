import Crypto
import CryptoExtras
import Foundation
import RapportCore

/// A private key that signs mail.
public struct DKIMKey: Sendable {
    enum Material: Sendable {
        case rsa(RSASigner, publicDER: Data)
        case ed25519(Curve25519.Signing.PrivateKey)
    }

    let material: Material

    /// Reads a PEM key: RSA of 1024 bits or more (PKCS#1 or PKCS#8), or Ed25519 (PKCS#8, RFC 8410).
    ///
    /// - Throws: `Problem` `dkim.bad_key`, which never holds the key.
    public init(pem: String) throws {
        if let rsa = try? _RSA.Signing.PrivateKey(unsafePEMRepresentation: pem) {
            guard rsa.keySizeInBits >= 1_024 else {
                throw Problem("dkim.bad_key", "an RSA key for DKIM needs 1024 bits (RFC 8301), better 2048")
            }
            guard let signer = RSASigner(der: Array(rsa.derRepresentation), bits: rsa.keySizeInBits) else {
                throw Problem("dkim.bad_key", "OpenSSL cannot use the RSA key", remedy: "Make a new one: openssl genrsa 2048")
            }
            material = .rsa(signer, publicDER: rsa.publicKey.derRepresentation)
            return
        }
        let body = pem.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") }.joined()
        // RFC 8410: the 32 bytes of the key are the last of the 48 bytes of its PKCS#8 form.
        if let data = Data(base64Encoded: body), data.count == 48,
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: data.suffix(32))
        {
            material = .ed25519(key)
            return
        }
        throw Problem("dkim.bad_key", "the DKIM key is neither an RSA nor an Ed25519 private key in PEM")
    }

    /// The `a=` tag.
    var algorithm: String {
        switch material {
        case .rsa: "rsa-sha256"
        case .ed25519: "ed25519-sha256"
        }
    }

    /// Signs the hash of the canonical headers (RFC 6376, section 3.7; for Ed25519 RFC 8463, section 3).
    func signature(of data: [UInt8]) throws -> [UInt8] {
        let digest = SHA256.hash(data: data)
        switch material {
        case .rsa(let signer, publicDER: _):
            guard let signature = signer.signature(ofDigest: Array(digest)) else {
                throw Problem("dkim.not_signed", "OpenSSL could not sign with the RSA key")
            }
            return signature
        case .ed25519(let key): return Array(try key.signature(for: Array(digest)))
        }
    }

    /// The text of the DNS record for the selector.
    public var publicRecord: String {
        switch material {
        case .rsa(_, publicDER: let publicDER): "v=DKIM1; k=rsa; p=" + publicDER.base64EncodedString()
        case .ed25519(let key): "v=DKIM1; k=ed25519; p=" + key.publicKey.rawRepresentation.base64EncodedString()
        }
    }
}
