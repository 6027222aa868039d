import Crypto
public import RapportCore

/// An identifier that can be recognised but not read: SHA-256 over its kind and normalised value.
public struct HashedIdentifier: Sendable, Hashable {
    public let kind: String
    /// 64 hexadecimal digits.
    public let hash: String

    public init(_ identifier: Identifier) {
        kind = identifier.kind
        let digest = SHA256.hash(data: Array("\(identifier.kind)\u{0}\(identifier.value)".utf8))
        hash = digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    init(kind: String, hash: String) {
        self.kind = kind
        self.hash = hash
    }

    /// By what a person is known, for the journal. Devices are left out: others may use them.
    public static func of(_ person: PersonID, in db: Connection) throws -> [HashedIdentifier] {
        try db.all(
            """
            SELECT identifier_kinds.name, identifiers.value FROM identifiers
            JOIN identifier_kinds ON identifier_kinds.id = identifiers.kind
            WHERE identifiers.person = \(person) AND identifiers.holder = 0 AND identifier_kinds.name <> 'device'
            ORDER BY identifiers.kind, identifiers.value, identifiers.holder
            """
        ) { HashedIdentifier(Identifier(kind: $0.text(0), value: $0.text(1))) }
    }
}
