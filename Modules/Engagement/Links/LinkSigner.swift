import Crypto
import Foundation
import RapportCore

/// Makes and checks the links that messages carry. A link says whom it is for and cannot be altered or made up.
public struct LinkSigner: Sendable {
    /// Where the server is reached from outside, without a slash at the end: `https://mail.example.com`.
    public let base: String
    private let keys: [LinkKey]

    /// - Parameter keys: the first signs; all verify.
    public init(base: String, keys: [LinkKey]) throws {
        guard !keys.isEmpty else {
            throw Problem("links.no_key", "links cannot be signed without a key", remedy: "Set links.key in rapport.yaml.")
        }
        self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
        self.keys = keys
    }

    public func url(for link: SignedLink) -> String { "\(base)/\(link.path)/\(token(for: link))" }

    /// The link in its signed form: base64url of key id, content and the first 16 bytes of HMAC-SHA256 (RFC 2104).
    public func token(for link: SignedLink) -> String {
        let body = [keys[0].id] + link.encoded
        return Base64URL.encode(body + Self.tag(of: body, under: keys[0]))
    }

    /// What a token says, or `nil` if it was not made here, was altered, or is of another kind than its path claims.
    public func verify(_ token: some StringProtocol) -> SignedLink? {
        guard token.utf8.count <= 4_096, let bytes = Base64URL.decode(String(token)), bytes.count > 17 else { return nil }
        let (body, tag) = (Array(bytes.dropLast(16)), Array(bytes.suffix(16)))
        guard let key = keys.first(where: { $0.id == body[0] }), Self.equal(tag, Self.tag(of: body, under: key)) else {
            return nil
        }
        return SignedLink(encoded: Array(body.dropFirst()))
    }

    private static func tag(of body: [UInt8], under key: LinkKey) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array("rapport-link-1\0".utf8) + body, using: key.secret).prefix(16))
    }

    /// In a time that does not depend on where the bytes differ.
    private static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
