/// One permission as the ledger has it, for one basis and scope.
public struct PermissionEntry: Sendable, Hashable {
    public enum Status: Int, Sendable, Hashable, CaseIterable {
        /// Asked for, and not yet confirmed by the button of a double opt-in.
        case pending = 0
        /// Given, as the ledger's evidence shows.
        case granted = 1
        /// Given, and confirmed by the button of a double opt-in.
        case confirmed = 2
    }

    /// The number of the ledger's row.
    public var id: Int64
    /// Brand is never 0: a permission is given to one legal entity.
    public var scope: PermissionScope
    public var basis: Basis
    public var status: Status
    /// Whether date, source and wording are known. What is not proven sends nothing.
    public var isProven: Bool
    /// Whether an import brought it: then it lifts no withdrawal, however late it is dated.
    public var isImported: Bool
    public var at: Timestamp

    public init(
        id: Int64, scope: PermissionScope, basis: Basis, status: Status, isProven: Bool = true, isImported: Bool = false,
        at: Timestamp
    ) {
        self.id = id
        self.scope = scope
        self.basis = basis
        self.status = status
        self.isProven = isProven
        self.isImported = isImported
        self.at = at
    }
}

/// A withdrawal or an objection in force.
public struct OptOutEntry: Sendable, Hashable {
    public var id: Int64
    public var scope: PermissionScope
    public var at: Timestamp

    public init(id: Int64, scope: PermissionScope, at: Timestamp) {
        self.id = id
        self.scope = scope
        self.at = at
    }
}

/// Why an address is not used.
public enum SuppressionKind: Int, Sendable, Hashable, CaseIterable {
    /// The address does not exist.
    case bounce = 0
    /// Its owner called a message spam.
    case complaint = 1
    /// Someone here put it on the list: a wrong person, a trap.
    case manual = 2

    public var name: String {
        switch self {
        case .bounce: "bounce"
        case .complaint: "complaint"
        case .manual: "manual"
        }
    }
}

public struct Suppression: Sendable, Hashable {
    public var id: Int64
    public var kind: SuppressionKind
    public var at: Timestamp

    public init(id: Int64, kind: SuppressionKind, at: Timestamp) {
        self.id = id
        self.kind = kind
        self.at = at
    }
}
