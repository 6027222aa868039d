/// A field that people have: what it holds, what it is for, how long it may be believed, and which value wins.
public struct FieldDefinition: Sendable, Hashable {
    /// Which source's value becomes the golden one. Whatever the rule, among equals the value said last wins.
    public enum Survivorship: Sendable, Hashable {
        /// The value said last.
        case latest
        /// The value of the first of these sources that has one, else the one said last.
        case trusted([String])
        /// The value confirmed last, else the one said last.
        case confirmed
    }

    /// Lower snake case.
    public var name: String
    public var type: FieldType
    /// Why it is collected.
    public var purpose: String
    /// How long a value is believed after it was last confirmed; `nil` for what does not age.
    public var freshness: Span?
    /// Whether it says who somebody is: then its values stay out of the event row, and erasure removes them.
    public var identifying: Bool
    /// Health, faith, money trouble …: never inferred from behaviour.
    public var sensitive: Bool
    public var survivorship: Survivorship
    /// Whether search over people finds its words.
    public var searched: Bool

    public init(
        _ name: String, _ type: FieldType = .text, purpose: String, freshness: Span? = nil, identifying: Bool = false,
        sensitive: Bool = false, survivorship: Survivorship = .latest, searched: Bool = false
    ) {
        self.name = name
        self.type = type
        self.purpose = purpose
        self.freshness = freshness
        self.identifying = identifying
        self.sensitive = sensitive
        self.survivorship = survivorship
        self.searched = searched
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

extension FieldDefinition {
    /// The definition as it is kept: the body of a `field` definition.
    public var json: JSONValue {
        var members: [JSONValue.Member] = [.init("type", .string(type.text)), .init("purpose", .string(purpose))]
        if let freshness { members.append(.init("freshness", .string("\(freshness.milliseconds / 86_400_000)d"))) }
        if identifying { members.append(.init("identifying", true)) }
        if sensitive { members.append(.init("sensitive", true)) }
        if searched { members.append(.init("searched", true)) }
        switch survivorship {
        case .latest: break
        case .confirmed: members.append(.init("survivorship", "confirmed"))
        case .trusted(let sources): members.append(.init("survivorship", ["trusted": .array(sources.map { .string($0) })]))
        }
        return .object(members)
    }

    /// Reads what `json` wrote, or the body of a YAML definition.
    ///
    /// - Throws: `Problem` `field.definition` whose place is the dotted path within the body.
    public init(name: String, json: JSONValue) throws {
        func refuse(_ reason: String, _ path: String, _ remedy: String? = nil) -> Problem {
            Problem("field.definition", reason, at: .init(path: path), remedy: remedy)
        }
        let starts = name.utf8.first.map { $0 >= 0x61 && $0 <= 0x7A } ?? false
        guard starts, name.utf8.count <= 40,
            name.utf8.allSatisfy({ ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x5F })
        else { throw refuse("\"\(name)\" is no name of a field", "", "Use lower-case letters, digits and underscores.") }
        let known = ["type", "purpose", "freshness", "identifying", "sensitive", "survivorship", "searched"]
        for member in json.object ?? [] where !known.contains(member.name) {
            throw refuse("unknown key \"\(member.name)\"", member.name, "A field has \(known.joined(separator: ", ")).")
        }
        guard let type = FieldType(json["type"]?.string ?? "text") else {
            throw refuse(
                "unknown type", "type",
                "Use text, integer, decimal(2), money(EUR), date, time, flag or choice(one, two).")
        }
        guard let purpose = json["purpose"]?.string, !purpose.isEmpty else {
            throw refuse("the purpose is missing", "purpose", "Say why the field is collected.")
        }
        var freshness: Span?
        if let text = json["freshness"]?.string {
            guard text.hasSuffix("d"), let days = Int64(text.dropLast()), days > 0 else {
                throw refuse("\"\(text)\" is no number of days", "freshness", "Write 180d.")
            }
            freshness = .days(days)
        }
        var survivorship = Survivorship.latest
        switch json["survivorship"] {
        case nil, "latest": break
        case "confirmed": survivorship = .confirmed
        case let other?:
            guard let sources = other["trusted"]?.array?.compactMap(\.string), !sources.isEmpty else {
                throw refuse("unknown rule", "survivorship", "Use latest, confirmed or trusted: [source, …].")
            }
            survivorship = .trusted(sources)
        }
        func flag(_ key: String) throws -> Bool {
            guard let value = json[key] else { return false }
            guard let flag = value.bool else { throw refuse("\(key) is true or false", key) }
            return flag
        }
        self.init(
            name, type, purpose: purpose, freshness: freshness, identifying: try flag("identifying"),
            sensitive: try flag("sensitive"), survivorship: survivorship, searched: try flag("searched"))
    }
}
