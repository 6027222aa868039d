import Crypto
import Foundation
import RapportCore

/// The key by which the house signs receipts: Ed25519 (RFC 8032). It is made when it is first needed, lies in the database, and
/// travels with backups, so that receipts stay good after a restore.
public struct HouseKey: Sendable {
    private static let setting = "receipts.key"
    private let key: Curve25519.Signing.PrivateKey

    /// The public key, 32 bytes in base64: what a receipt says it is signed by, and what the house publishes.
    public var published: String { key.publicKey.rawRepresentation.base64EncodedString() }

    /// The key of a database, made if it has none.
    static func ofDatabase(in db: Connection) throws -> HouseKey {
        if let known = try read(in: db) { return known }
        let fresh = Curve25519.Signing.PrivateKey().rawRepresentation.base64EncodedString()
        try db.run("INSERT INTO settings (name, value) VALUES (\(setting), \(fresh)) ON CONFLICT (name) DO NOTHING")
        guard let key = try read(in: db) else {
            throw Problem("receipts.no_key", "the database did not keep the key for receipts")
        }
        return key
    }

    /// The key of a database; `nil` while nothing has been signed.
    public static func read(in db: Connection) throws -> HouseKey? {
        guard let text = try db.text("SELECT value FROM settings WHERE name = \(setting)") else { return nil }
        guard let data = Data(base64Encoded: text), let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: data) else {
            throw Problem("receipts.bad_key", "the key for receipts in the database is damaged")
        }
        return HouseKey(key: key)
    }

    func signature(of text: String) throws -> String {
        try key.signature(for: Data(text.utf8)).base64EncodedString()
    }

    /// Whether a signature over `text` was made by the key that is published as `published`.
    static func isValid(_ signature: String, of text: String, by published: String) -> Bool {
        guard let signature = Data(base64Encoded: signature), let raw = Data(base64Encoded: published),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: raw)
        else { return false }
        return key.isValidSignature(signature, for: Data(text.utf8))
    }
}
