import Crypto
import Foundation
import RapportCore

/// Tells a genuine callback from a forged one, as the manifest says. Pure: no clock, no store.
public struct CallbackVerifier: Sendable {
    private let verification: Callback.Verification
    private let secret: Secret?

    /// - Parameter secret: the value of the setting that the verification names.
    public init(_ verification: Callback.Verification, secret: Secret?) {
        self.verification = verification
        self.secret = secret
    }

    /// Whether the request proves that its sender knows the secret. Without a secret nothing is genuine that needs one.
    public func isGenuine(_ request: CallbackRequest) -> Bool {
        switch verification {
        case .none: return true
        case .key(let name, _):
            guard let secret, let given = request.header(name) ?? request.parameter(name) else { return false }
            // Of equal length and in constant time: the time that comparing takes must tell nothing.
            let key = SymmetricKey(data: Data(secret.exposed.utf8))
            let code = HMAC<SHA256>.authenticationCode(for: Data(secret.exposed.utf8), using: key)
            return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Data(given.utf8), using: key)
        case .hmac(let header, let algorithm, _, let prefix):
            guard let secret, let value = request.header(header), value.hasPrefix(prefix),
                let code = Self.bytes(String(value.dropFirst(prefix.count)))
            else { return false }
            let key = SymmetricKey(data: Data(secret.exposed.utf8))
            switch algorithm {
            case "sha1": return HMAC<Insecure.SHA1>.isValidAuthenticationCode(code, authenticating: request.body, using: key)
            case "sha256": return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: request.body, using: key)
            case "sha512": return HMAC<SHA512>.isValidAuthenticationCode(code, authenticating: request.body, using: key)
            default: return false
            }
        }
    }

    /// Hexadecimal, else base64: the lengths of digests are even in hexadecimal and never of one form in both.
    private static func bytes(_ text: String) -> Data? {
        let digits = Array(text.utf8)
        if [40, 64, 128].contains(digits.count), digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) {
            var out = Data()
            for at in stride(from: 0, to: digits.count, by: 2) {
                guard let byte = UInt8(String(decoding: digits[at..<at + 2], as: UTF8.self), radix: 16) else { return nil }
                out.append(byte)
            }
            return out
        }
        return Data(base64Encoded: text)
    }
}

extension CallbackRequest {
    /// The first header with this name, whatever its case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The first query parameter with this name.
    public func parameter(_ name: String) -> String? { query.first { $0.name == name }?.value }
}
