/// A field that people have: what it holds, what it is for, how long it may be believed, and which value wins.
public struct FieldDefinition: Sendable, Hashable {
    /// Lower snake case.
    public var name: String
    public var type: FieldType
    /// Why it is collected.
    public var purpose: String
    /// Who answers for it: a team or somebody's name; `nil` where nobody has been named.
    public var owner: String?
    /// How long a value is believed after it was last confirmed; `nil` for what does not age.
    public var freshness: Span?
    /// Whether it says who somebody is: then its values stay out of the event row, and erasure removes them.
    public var identifying: Bool
    /// Health, faith, money trouble …: never inferred from behaviour.
    public var sensitive: Bool
    public var survivorship: Survivorship
    /// Whether search over people finds its words.
    public var searched: Bool
    /// What is said of asking for it again; `nil`: as usual (see `question`).
    public var ask: AskRule?

    public init(
        _ name: String, _ type: FieldType = .text, purpose: String, freshness: Span? = nil, identifying: Bool = false,
        sensitive: Bool = false, survivorship: Survivorship = .latest, searched: Bool = false, owner: String? = nil,
        ask: AskRule? = nil
    ) {
        self.name = name
        self.type = type
        self.purpose = purpose
        self.freshness = freshness
        self.identifying = identifying
        self.sensitive = sensitive
        self.survivorship = survivorship
        self.searched = searched
        self.owner = owner
        self.ask = ask
    }

    /// The rule by which people are asked whether its value still holds; `nil`: they are not. What does not age is not asked
    /// for, and what is sensitive only where its definition says so.
    public var question: AskRule? {
        guard freshness != nil, ask?.isNever != true else { return nil }
        return ask ?? (sensitive ? nil : .usual)
    }

    /// The fields that every Rapport has. Email addresses and phone numbers are identifiers, not fields.
    public static let builtIn: [FieldDefinition] = [
        FieldDefinition("first_name", purpose: "to address a person", identifying: true, searched: true),
        FieldDefinition("last_name", purpose: "to address a person", identifying: true, searched: true),
        FieldDefinition("name", purpose: "to address a person", identifying: true, searched: true),
        FieldDefinition("company", purpose: "to know whom a person works for", freshness: .days(270), searched: true),
        FieldDefinition("language", purpose: "to write in it (BCP 47)"),
        FieldDefinition("country", purpose: "to know which law holds (ISO 3166-1 alpha-2)"),
        FieldDefinition("city", purpose: "to speak of what is near"),
        FieldDefinition("postcode", purpose: "to deliver", identifying: true),
        FieldDefinition("street", purpose: "to deliver", identifying: true),
        FieldDefinition("birthday", .date, purpose: "to congratulate and to know minors", identifying: true),
        FieldDefinition("time_zone", purpose: "to keep quiet hours (IANA)"),
        FieldDefinition("household", purpose: "to say a thing once to people who live together"),
    ]
}
