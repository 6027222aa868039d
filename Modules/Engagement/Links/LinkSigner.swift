import Crypto
import Foundation
import RapportCore

/// A secret that links are signed with. Keys are kept after a newer one is added, so that old links stay good.
public struct LinkKey: Sendable, CustomStringConvertible, CustomReflectable {
    /// 0…255; travels in the link.
    public let id: UInt8
    let secret: SymmetricKey

    /// - Throws: `Problem` `links.weak_key` below 16 bytes.
    public init(id: UInt8, secret: [UInt8]) throws {
        guard secret.count >= 16 else {
            throw Problem(
                "links.weak_key", "the key for links has \(secret.count) bytes",
                remedy: "Use 32 random bytes, for example from openssl rand -hex 32.")
        }
        self.id = id
        self.secret = SymmetricKey(data: secret)
    }

    public var description: String { "LinkKey \(id)" }
    public var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}

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

/// RFC 4648, section 5, without padding.
enum Base64URL {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for place in 0...group.count { out.append(digits[Int(bits >> UInt32(18 - 6 * place) & 63)]) }
        }
        return String(decoding: out, as: UTF8.self)
    }

    static func decode(_ text: String) -> [UInt8]? {
        // Strict: one token has one spelling, so a token cannot be varied into another that verifies.
        guard !text.contains(where: { "+/=".contains($0) }) else { return nil }
        let padded =
            text.replacing("-", with: "+").replacing("_", with: "/")
            + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: padded) else { return nil }
        let bytes = Array(data)
        return encode(bytes) == text ? bytes : nil
    }
}
