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
