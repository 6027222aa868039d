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
    /// How its values are brought into the one form in which they are compared.
    public let format: Format

    public enum Format: String, Sendable, Hashable, CaseIterable {
        /// Trimmed and folded.
        case text
        /// Trimmed, and otherwise as written.
        case exact
        /// Folded, without spaces, hyphens, dots and slashes.
        case compact
        /// Nothing but its digits.
        case digits
        /// Folded, without the `@` that it may begin with.
        case handle
        case email
        /// E.164.
        case phone
    }

    public init(
        _ name: String, strength: Int, shared: Bool = false, single: Bool = false, anonymous: Bool = false,
        searched: Bool = true, format: Format = .text
    ) {
        self.name = name
        self.strength = strength
        self.shared = shared
        self.single = single
        self.anonymous = anonymous
        self.searched = searched
        self.format = format
    }

    /// The conflict table as it comes; docs/guides/people.md tells it in words.
    public static let builtIn: [IdentifierKind] = [
        IdentifierKind("external", strength: 90, single: true),
        IdentifierKind("loyalty", strength: 80, single: true, format: .compact),
        IdentifierKind("email", strength: 70, format: .email),
        IdentifierKind("phone", strength: 60, format: .phone),
        IdentifierKind("social", strength: 50, format: .handle),
        IdentifierKind("landline", strength: 30, shared: true, format: .phone),
        IdentifierKind("device", strength: 10, shared: true, anonymous: true, searched: false),
    ]
}
