import RapportCore
import RapportEngagement
import RapportStorage

extension LinkKey {
    private static let setting = "links.key"

    /// The key that this database signs links with, made at the first start. It travels with backups, so that links in
    /// messages stay good after a restore.
    static func ofDatabase(_ database: any Database) async throws -> LinkKey {
        if let known = try await database.read({ db in try read(in: db) }) { return known }
        var random = SystemRandomNumberGenerator()
        let fresh = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
        let hex = fresh.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        return try await database.write { db in
            try db.run("INSERT INTO settings (name, value) VALUES (\(setting), \(hex)) ON CONFLICT (name) DO NOTHING")
            // Another process may have been first.
            guard let key = try read(in: db) else {
                throw Problem("links.no_key", "the database did not keep the key for links")
            }
            return key
        }
    }

    private static func read(in db: Connection) throws -> LinkKey? {
        guard let hex = try db.text("SELECT value FROM settings WHERE name = \(setting)") else { return nil }
        let digits = Array(hex)
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
        return try LinkKey(id: 1, secret: bytes)
    }
}
