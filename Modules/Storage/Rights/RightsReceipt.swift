public import RapportCore

/// What was done at a person's wish, when, by whom and where, signed by the house. It names the person by public id and nothing
/// else, so that it can be kept when the person is forgotten.
///
/// As JSON: `receipt` (the kind), `id`, `person`, `at`, `actor`, `because`, what was done, then `key` and `signature`: Ed25519 over
/// the canonical JSON (compact, members sorted by the bytes of their names) of all the other members.
public struct RightsReceipt: Sendable, Hashable {
    public enum Kind: String, Sendable, CaseIterable {
        case access, portability, correction, restriction, release, objection, erasure
    }

    public let json: JSONValue

    public init(json: JSONValue) { self.json = json }

    public var id: String { json["id"]?.string ?? "" }
    public var kind: Kind? { json["receipt"]?.string.flatMap(Kind.init) }
    public var person: String { json["person"]?.string ?? "" }
    public var at: String { json["at"]?.string ?? "" }
    public var key: String { json["key"]?.string ?? "" }

    /// Signs a receipt and keeps it.
    ///
    /// - Parameters:
    ///   - person: by public id.
    ///   - done: further members: counts and names of places, never a value of the person.
    public static func issue(
        _ kind: Kind, person: String, at now: Timestamp, actor: String, because: String?, done: [JSONValue.Member],
        in db: Connection
    ) throws -> RightsReceipt {
        let key = try HouseKey.ofDatabase(in: db)
        var random = SystemRandomNumberGenerator()
        let id = PublicID(at: now, using: &random).description
        var members: [JSONValue.Member] = [
            .init("receipt", .string(kind.rawValue)), .init("id", .string(id)), .init("person", .string(person)),
            .init("at", .string(now.rfc3339)), .init("actor", .string(actor)),
        ]
        if let because { members.append(.init("because", .string(because))) }
        members += done
        members.append(.init("key", .string(key.published)))
        let signature = try key.signature(of: JSONValue.object(members).canonicalText)
        members.append(.init("signature", .string(signature)))
        let json = JSONValue.object(members)
        try db.insert(
            into: "rights_receipts", ["public_id", "kind", "person", "at", "body"],
            [[.text(id), .text(kind.rawValue), .text(person), .time(now), .text(json.text)]])
        return RightsReceipt(json: json)
    }

    /// Whether the signature is that of the key that the receipt names: nothing in it has been changed.
    public var isUnchanged: Bool {
        guard let members = json.object, let signature = json["signature"]?.string else { return false }
        let signed = JSONValue.object(members.filter { $0.name != "signature" })
        return HouseKey.isValid(signature, of: signed.canonicalText, by: key)
    }

    /// The receipts of a person, or all, the newest first.
    public static func all(of person: String? = nil, limit: Int = 100, in db: Connection) throws -> [RightsReceipt] {
        let which: SQL = person.map { "WHERE person = \($0)" } ?? ""
        return try db.all("SELECT body FROM rights_receipts \(which) ORDER BY id DESC LIMIT \(limit)") {
            RightsReceipt(json: try JSONValue(parsing: $0.text(0)))
        }
    }

    /// The receipt with an id.
    public static func find(_ id: String, in db: Connection) throws -> RightsReceipt? {
        try db.text("SELECT body FROM rights_receipts WHERE public_id = \(id)").map {
            RightsReceipt(json: try JSONValue(parsing: $0))
        }
    }
}
