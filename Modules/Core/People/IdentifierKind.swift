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
    /// How long a person's values of it are believed after they last proved right; `nil` for what does not age.
    public let freshness: Span?
    /// What is said of asking for it again; `nil`: as usual.
    public let ask: AskRule?

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
        searched: Bool = true, format: Format = .text, freshness: Span? = nil, ask: AskRule? = nil
    ) {
        self.name = name
        self.strength = strength
        self.shared = shared
        self.single = single
        self.anonymous = anonymous
        self.searched = searched
        self.format = format
        self.freshness = freshness
        self.ask = ask
    }

    /// The rule by which people are asked whether it still holds; `nil`: they are not.
    public var question: AskRule? {
        guard freshness != nil, ask?.isNever != true else { return nil }
        return ask ?? .usual
    }

    /// The conflict table as it comes; docs/guides/people.md tells it in words.
    public static let builtIn: [IdentifierKind] = [
        IdentifierKind("external", strength: 90, single: true),
        IdentifierKind("loyalty", strength: 80, single: true, format: .compact),
        IdentifierKind("email", strength: 70, format: .email, freshness: .days(180)),
        IdentifierKind("phone", strength: 60, format: .phone, freshness: .days(365)),
        IdentifierKind("social", strength: 50, format: .handle),
        IdentifierKind("landline", strength: 30, shared: true, format: .phone, freshness: .days(365)),
        IdentifierKind("device", strength: 10, shared: true, anonymous: true, searched: false),
    ]
}
