/// The rules by which the door tells people apart, as data: kinds, values that mean nothing, mailboxes that are nobody's.
public struct IdentityRules: Sendable, Hashable {
    /// By name; a dotted kind is looked up whole, then by its first part.
    public private(set) var kinds: [String: IdentifierKind]
    /// Folded values that stand for "none" in any kind; `email:` and the like before a value limit it to a kind, and a
    /// `*` at the end matches any ending.
    public private(set) var blocked: Set<String>
    private var blockedPrefixes: [String]
    /// Local parts of mailboxes that several people read: `info`, `sales`. Their addresses are shared.
    public private(set) var roles: Set<String>
    /// A value said of more people than this is shared from then on, whatever its kind.
    public private(set) var sharedOver: Int

    public static let builtIn = IdentityRules(
        kinds: IdentifierKind.builtIn, blocked: builtInBlocked, roles: builtInRoles, sharedOver: 5)

    public init(kinds: [IdentifierKind], blocked: [String], roles: [String], sharedOver: Int) {
        self.kinds = Dictionary(kinds.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        self.blocked = Set(blocked.filter { !$0.hasSuffix("*") }.map(Text.folded))
        blockedPrefixes = blocked.filter { $0.hasSuffix("*") }.map { Text.folded(String($0.dropLast())) }
        self.roles = Set(roles.map(Text.folded))
        self.sharedOver = sharedOver
    }

    /// These rules with more of each; a kind named again replaces the former.
    public func extended(kinds more: [IdentifierKind], blocked: [String], roles: [String], sharedOver: Int?) -> IdentityRules {
        var copy = IdentityRules(
            kinds: kinds.values.sorted { $0.name < $1.name } + more, blocked: blocked, roles: [],
            sharedOver: sharedOver ?? self.sharedOver)
        copy.blocked.formUnion(self.blocked)
        copy.blockedPrefixes += blockedPrefixes
        copy.roles = self.roles.union(roles.map(Text.folded))
        return copy
    }

    /// The kind called `name`, or of its family, or `nil` if nobody declared it.
    public func kind(_ name: String) -> IdentifierKind? {
        if let exact = kinds[name] { return exact }
        guard let dot = name.firstIndex(of: ".") else { return nil }
        return kinds[String(name[..<dot])]
    }

    /// Whether the value says nothing about anybody: `null`, `n/a`, `test@…`, only zeros.
    public func isBlocked(_ identifier: Identifier) -> Bool {
        let value = Text.folded(identifier.value)
        if value.isEmpty || blocked.contains(value) || value.utf8.allSatisfy({ $0 == 0x30 }) { return true }
        let qualified = "\(identifier.kind):\(value)"
        return blocked.contains(qualified) || blockedPrefixes.contains { value.hasPrefix($0) || qualified.hasPrefix($0) }
    }

    /// Whether several people stand behind the value: by its kind, or because it is a role mailbox.
    public func isShared(_ identifier: Identifier) -> Bool {
        guard let kind = kind(identifier.kind) else { return true }
        return kind.shared || isRoleMailbox(identifier)
    }

    public func isRoleMailbox(_ identifier: Identifier) -> Bool {
        guard identifier.kind == "email", let at = identifier.value.firstIndex(of: "@") else { return false }
        return roles.contains(String(identifier.value[..<at]))
    }

    /// How much the value counts when several people are found. A role mailbox counts as a landline does.
    public func strength(_ identifier: Identifier) -> Int {
        let strength = kind(identifier.kind)?.strength ?? 0
        return isRoleMailbox(identifier) ? min(strength, 35) : strength
    }

    private static let builtInBlocked = [
        "null", "(null)", "nil", "none", "n/a", "na", "#n/a", "nan", "undefined", "unknown", "anonymous", "guest", "-", "--", ".",
        "?", "x", "xx", "xxx", "test", "true", "false", "void", "empty", "not available", "-1", "email:test@*",
        "email:noemail@*", "email:no-email@*", "email:none@*", "email:nobody@*", "email:n/a@*", "email:noreply@*",
        "email:no-reply@*", "email:donotreply@*", "device:00000000-0000-0000-0000-000000000000",
    ]

    // RFC 2142 and what is found in practice.
    private static let builtInRoles = [
        "abuse", "accounting", "accounts", "admin", "administrator", "billing", "bookings", "buchhaltung", "comptabilite",
        "contact", "contacto", "enquiries", "finance", "hello", "help", "helpdesk", "hostmaster", "hr", "info", "inquiries",
        "invoices", "jobs", "kontakt", "mail", "marketing", "noc", "office", "orders", "post", "postmaster", "press",
        "purchasing", "reception", "reservations", "root", "sales", "security", "service", "shop", "support", "team",
        "verkauf", "vertrieb", "webmaster",
    ]
}
