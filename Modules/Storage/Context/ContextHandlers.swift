public import RapportCore

/// Declares roles that people have at accounts: `account_roles:` in YAML, a mapping of names to what each is.
///
///     account_roles:
///       committee_member: {description: Sits on the buying committee}
public struct AccountRoleHandler: DefinitionHandler {
    public let kind = "account_role"

    public init() {}

    public func check(_ draft: DefinitionDraft, in db: Connection) throws {
        try ContextWordCheck.check(draft, keys: ["description"])
    }

    public func apply(_ definition: Definition, in db: Connection) throws {}
    /// Who has had it keeps it.
    public func remove(_ definition: Definition, in db: Connection) throws {}
}

/// Declares what people are to each other: `relations:` in YAML, each with its inverse.
///
///     relations:
///       landlord: {inverse: tenant}
public struct RelationHandler: DefinitionHandler {
    public let kind = "relation"

    public init() {}

    public func check(_ draft: DefinitionDraft, in db: Connection) throws {
        try ContextWordCheck.check(draft, keys: ["inverse", "description"])
        guard let inverse = draft.body["inverse"]?.string, ContextWordCheck.isName(inverse) else {
            throw Problem(
                "context.definition", "a relation says what the other way round is", at: draft.place("inverse"),
                remedy: "Write landlord: {inverse: tenant}, or its own name where both ways are alike.")
        }
    }

    public func apply(_ definition: Definition, in db: Connection) throws {}
    public func remove(_ definition: Definition, in db: Connection) throws {}
}

private enum ContextWordCheck {
    static func isName(_ name: String) -> Bool {
        let starts = name.utf8.first.map { $0 >= 0x61 && $0 <= 0x7A } ?? false
        return starts && name.utf8.count <= 40
            && name.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x5F }
    }

    static func check(_ draft: DefinitionDraft, keys: [String]) throws {
        guard isName(draft.name) else {
            throw Problem(
                "context.definition", "\"\(draft.name)\" is no name here", at: draft.place(""),
                remedy: "Use lower-case letters, digits and underscores.")
        }
        for member in draft.body.object ?? [] where !keys.contains(member.name) {
            throw Problem(
                "context.definition", "unknown key \"\(member.name)\"", at: draft.place(member.name),
                remedy: Spelling.nearest(to: member.name, in: keys).map { "Did you mean \"\($0)\"?" })
        }
    }
}

extension ContextWords {
    /// The built-in words and what the house has declared.
    public static func read(in db: Connection) throws -> ContextWords {
        var words = ContextWords.builtIn
        let store = DefinitionStore(handlers: [])
        for role in try store.current("account_role", in: db) { words.declare(role: role.name) }
        for relation in try store.current("relation", in: db) {
            words.declare(relation: relation.name, inverse: relation.body["inverse"]?.string ?? relation.name)
        }
        return words
    }
}
