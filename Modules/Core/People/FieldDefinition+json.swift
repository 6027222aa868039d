extension FieldDefinition {
    /// The definition as it is kept: the body of a `field` definition.
    public var json: JSONValue {
        var members: [JSONValue.Member] = [.init("type", .string(type.text)), .init("purpose", .string(purpose))]
        if let owner { members.append(.init("owner", .string(owner))) }
        if let freshness { members.append(.init("freshness", .string("\(freshness.milliseconds / 86_400_000)d"))) }
        if identifying { members.append(.init("identifying", true)) }
        if sensitive { members.append(.init("sensitive", true)) }
        if searched { members.append(.init("searched", true)) }
        if survivorship != .latest { members.append(.init("survivorship", survivorship.json)) }
        if let ask { members.append(.init("ask", ask.json)) }
        return .object(members)
    }

    private static let keys = [
        "type", "purpose", "owner", "freshness", "identifying", "sensitive", "survivorship", "searched", "ask",
    ]

    /// Reads what `json` wrote, or the body of a YAML definition.
    ///
    /// - Throws: `Problem` `field.definition` whose place is the dotted path within the body.
    public init(name: String, json: JSONValue) throws {
        let starts = name.utf8.first.map { $0 >= 0x61 && $0 <= 0x7A } ?? false
        guard starts, name.utf8.count <= 40,
            name.utf8.allSatisfy({ ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x5F })
        else {
            throw Self.refuse("\"\(name)\" is no name of a field", "", "Use lower-case letters, digits and underscores.")
        }
        for member in json.object ?? [] where !Self.keys.contains(member.name) {
            throw Self.refuse(
                "unknown key \"\(member.name)\"", member.name, "A field has \(Self.keys.joined(separator: ", ")).")
        }
        guard let type = FieldType(json["type"]?.string ?? "text") else {
            throw Self.refuse(
                "unknown type", "type",
                "Use text, integer, decimal(2), money(EUR), date, time, flag or choice(one, two).")
        }
        guard let purpose = json["purpose"]?.string, !purpose.isEmpty else {
            throw Self.refuse("the purpose is missing", "purpose", "Say why the field is collected.")
        }
        var owner: String?
        if let node = json["owner"], !node.isNull {
            guard let text = node.string, !text.isEmpty else {
                throw Self.refuse("the owner is a text", "owner", "Name the team or the person who answers for the field.")
            }
            owner = text
        }
        func flag(_ key: String) throws -> Bool {
            guard let value = json[key] else { return false }
            guard let flag = value.bool else { throw Self.refuse("\(key) is true or false", key) }
            return flag
        }
        self.init(
            name, type, purpose: purpose, freshness: try json["freshness"].map { try Span(budget: $0, at: "freshness") },
            identifying: try flag("identifying"), sensitive: try flag("sensitive"),
            survivorship: try json["survivorship"].map { try Survivorship(json: $0) } ?? .latest,
            searched: try flag("searched"), owner: owner, ask: try json["ask"].map { try AskRule(json: $0) })
    }

    static func refuse(_ reason: String, _ path: String, _ remedy: String? = nil) -> Problem {
        Problem("field.definition", reason, at: .init(path: path), remedy: remedy)
    }
}

extension Span {
    /// A number of days as definitions write it: `180d`, at most a hundred years.
    ///
    /// - Throws: `Problem` `field.definition`.
    init(budget json: JSONValue, at path: String) throws {
        guard let text = json.string, text.hasSuffix("d"), let days = Int64(text.dropLast()), (1...36_525).contains(days) else {
            throw FieldDefinition.refuse("\(json.text) is no number of days", path, "Write 180d, from 1d to 36525d.")
        }
        self = .days(days)
    }
}
