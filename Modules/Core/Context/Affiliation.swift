/// A time that a person spends at an account in one role. Without an end it goes on.
public struct Affiliation: Sendable, Hashable {
    /// Names an account: whose word it is, and that source's key. Source 0: by its name alone, folded.
    public struct Account: Sendable, Hashable, Comparable {
        public var source: Int64
        public var external: String

        public init(source: Int64, external: String) {
            self.source = source
            self.external = external
        }

        /// A company that is known by nothing but its name.
        public init(named name: String) { self.init(source: 0, external: Text.folded(name)) }

        public var isByName: Bool { source == 0 }

        public static func < (left: Account, right: Account) -> Bool {
            left.source != right.source
                ? left.source < right.source : left.external.utf8.lexicographicallyPrecedes(right.external.utf8)
        }
    }

    public var account: Account
    /// As it was written, where the account is known by its name alone.
    public var name: String
    /// `employee`, `buyer`; empty where nobody said one.
    public var role: String
    public var title: String
    public var isPrimary: Bool
    public var since: Timestamp
    /// The first moment at which it was over.
    public var until: Timestamp?
    /// Whether the beginning was stated; else it is when it was first heard of, and may lie further back.
    public var isDated: Bool
    /// Whose word opened it, where a source's record names its account; 0 for what was said of the affiliation itself.
    public var profile: Int64
    /// What ended it.
    public var endedBy: EventRef?

    public init(
        account: Account, name: String = "", role: String = "", title: String = "", isPrimary: Bool = false, since: Timestamp,
        until: Timestamp? = nil, isDated: Bool = false, profile: Int64 = 0, endedBy: EventRef? = nil
    ) {
        self.account = account
        self.name = name
        self.role = role
        self.title = title
        self.isPrimary = isPrimary
        self.since = since
        self.until = until
        self.isDated = isDated
        self.profile = profile
        self.endedBy = endedBy
    }

    /// Whether it holds at a moment.
    public func holds(at moment: Timestamp) -> Bool { since <= moment && (until.map { moment < $0 } ?? true) }
}
