/// The roles that people have at accounts, and what people are to each other: built in, and what the house declares.
public struct ContextWords: Sendable, Hashable {
    /// By name, in the order in which they are offered.
    public private(set) var roles: [String]
    /// What the person is to the other one, by what the other one is to the person.
    public private(set) var inverses: [String: String]

    public static let builtIn = ContextWords(
        roles: [
            "employee", "buyer", "decision_maker", "billing_contact", "technical_contact", "user", "executive", "owner",
            "advisor",
            "contact",
        ],
        pairs: [
            ("partner", "partner"), ("parent", "child"), ("sibling", "sibling"), ("relative", "relative"), ("friend", "friend"),
            ("assistant", "assists"), ("manager", "reports"), ("referred_by", "referred"), ("guardian", "ward"),
        ])

    public init(roles: [String], pairs: [(String, String)]) {
        self.roles = roles
        inverses = [:]
        for (one, other) in pairs { declare(relation: one, inverse: other) }
    }

    public mutating func declare(role: String) { if !roles.contains(role) { roles.append(role) } }

    public mutating func declare(relation: String, inverse: String) {
        inverses[relation] = inverse
        inverses[inverse] = relation
    }

    /// - Throws: `Problem` `context.unknown_role` for a role that nobody declared.
    public func check(role: String) throws {
        guard roles.contains(role) else {
            throw Problem(
                "context.unknown_role", "there is no role \"\(role)\"",
                remedy: Self.remedy(role, roles, section: "account_roles"))
        }
    }

    /// What the person is to somebody who is `relation` to them.
    ///
    /// - Throws: `Problem` `context.unknown_relation`.
    public func inverse(of relation: String) throws -> String {
        guard let inverse = inverses[relation] else {
            throw Problem(
                "context.unknown_relation", "there is no relation \"\(relation)\"",
                remedy: Self.remedy(relation, inverses.keys.sorted(), section: "relations"))
        }
        return inverse
    }

    private static func remedy(_ name: String, _ known: [String], section: String) -> String {
        if let near = Spelling.nearest(to: name, in: known) { return "Did you mean \"\(near)\"?" }
        return "There are \(known.joined(separator: ", ")). Others are declared under \(section): in YAML."
    }
}
