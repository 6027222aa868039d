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
    /// A value said of more people than this is shared from then on, where its kind does not say another number.
    public private(set) var sharedOver: Int
    private var sharedOverOfKind: [String: Int] = [:]
    /// Values that are blocked or roles by what is built in, and are not: folded, with or without a kind before.
    private var allowed: Set<String> = []

    public static let builtIn = IdentityRules(
        kinds: IdentifierKind.builtIn, blocked: builtInBlocked, roles: builtInRoles, sharedOver: 5)

    public init(kinds: [IdentifierKind], blocked: [String], roles: [String], sharedOver: Int) {
        self.kinds = Dictionary(kinds.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        self.blocked = Set(blocked.filter { !$0.hasSuffix("*") }.map(Text.folded))
        blockedPrefixes = blocked.filter { $0.hasSuffix("*") }.map { Text.folded(String($0.dropLast())) }
        self.roles = Set(roles.map(Text.folded))
        self.sharedOver = sharedOver
    }

    mutating func set(_ kind: IdentifierKind) { kinds[kind.name] = kind }

    mutating func block(_ values: [String]) {
        blocked.formUnion(values.filter { !$0.hasSuffix("*") }.map(Text.folded))
        blockedPrefixes += values.filter { $0.hasSuffix("*") }.map { Text.folded(String($0.dropLast())) }
    }

    mutating func allow(_ values: [String]) { allowed.formUnion(values.map(Text.folded)) }

    mutating func addRoles(_ names: [String]) { roles.formUnion(names.map(Text.folded)) }

    /// - Parameter kind: `nil`: any that says no other number.
    mutating func limit(_ people: Int, of kind: String?) {
        if let kind { sharedOverOfKind[kind] = people } else { sharedOver = people }
    }

    /// The most people that a value may be said of before it is shared.
    public func sharedOver(_ identifier: Identifier) -> Int {
        if sharedOverOfKind.isEmpty { return sharedOver }
        if let own = sharedOverOfKind[identifier.kind] { return own }
        guard let dot = identifier.kind.firstIndex(of: ".") else { return sharedOver }
        return sharedOverOfKind[String(identifier.kind[..<dot])] ?? sharedOver
    }

    private func isAllowed(_ identifier: Identifier, _ value: String) -> Bool {
        !allowed.isEmpty && (allowed.contains(value) || allowed.contains("\(identifier.kind):\(value)"))
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
        if isAllowed(identifier, value) { return false }
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
        guard let at = identifier.value.utf8.firstIndex(of: 0x40), kind(identifier.kind)?.format == .email else { return false }
        let mailbox = String(identifier.value[..<at])
        return roles.contains(mailbox) && !isAllowed(identifier, mailbox) && !isAllowed(identifier, identifier.value)
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
