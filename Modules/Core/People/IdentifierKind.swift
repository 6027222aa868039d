/// What a kind of identifier proves about who somebody is.
public struct IdentifierKind: Sendable, Hashable {
    /// `email`, or a family by its first part: `external` stands for every `external.<source>`.
    public let name: String
    /// 1…100. When identifiers point at several people, the strongest says whose the event is.
    public let strength: Int
    /// A value of a shared kind (device, landline) belongs to many: it finds candidates and never merges known people.
    public let shared: Bool
    /// A person has one value of it: a second value, said with something weaker, is somebody else.
    public let single: Bool
    /// Whoever is known by nothing else is anonymous.
    public let anonymous: Bool
    /// Whether search over people looks at it.
    public let searched: Bool

    public init(
        _ name: String, strength: Int, shared: Bool = false, single: Bool = false, anonymous: Bool = false,
        searched: Bool = true
    ) {
        self.name = name
        self.strength = strength
        self.shared = shared
        self.single = single
        self.anonymous = anonymous
        self.searched = searched
    }

    /// The conflict table as it comes; docs/guides/people.md tells it in words.
    public static let builtIn: [IdentifierKind] = [
        IdentifierKind("external", strength: 90, single: true),
        IdentifierKind("loyalty", strength: 80, single: true),
        IdentifierKind("email", strength: 70),
        IdentifierKind("phone", strength: 60),
        IdentifierKind("social", strength: 50),
        IdentifierKind("landline", strength: 30, shared: true),
        IdentifierKind("device", strength: 10, shared: true, anonymous: true, searched: false),
    ]
}
