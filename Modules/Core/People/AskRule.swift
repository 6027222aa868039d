/// When and how a person is asked whether what we know still holds.
public struct AskRule: Sendable, Hashable {
    /// 1 to 100: of several questions the one with the most worth times lost confidence is asked. 0: never.
    public var worth: Int
    /// How long after it was asked it is not asked again.
    public var again: Span
    /// How long after the person did not want to answer it is not asked again.
    public var declined: Span
    /// The words by language (BCP 47, lower case; `""` for every language without its own), `{value}` where the value goes. Empty:
    /// the words of the locale file.
    public var texts: [String: String]
    /// Where it may be asked: `form`, `call`, `till`, `preferences` and the like. Empty: everywhere.
    public var touchpoints: [String]

    public init(
        worth: Int = 50, again: Span = .days(90), declined: Span = .days(365), texts: [String: String] = [:],
        touchpoints: [String] = []
    ) {
        self.worth = worth
        self.again = again
        self.declined = declined
        self.texts = texts
        self.touchpoints = touchpoints
    }

    public static let usual = AskRule()
    public var isNever: Bool { worth == 0 }

    /// Whether it may be asked there; `nil`: the caller does not say where.
    public func allows(_ touchpoint: String?) -> Bool {
        guard let touchpoint, !touchpoints.isEmpty else { return true }
        return touchpoints.contains(touchpoint)
    }

    /// The words in a language, as far as the definition has them.
    public func text(in language: String) -> String? {
        let tag = language.lowercased()
        return texts[tag] ?? tag.split(separator: "-").first.flatMap { texts[String($0)] } ?? texts[""]
    }

    /// The ask of a field that is worth so much and has lost so much of its confidence (per mille).
    public func urgency(confidence: Int64) -> Int64 { Int64(worth) * (Freshness.full - confidence) }
}

extension AskRule {
    public var json: JSONValue {
        if isNever { return false }
        var members: [JSONValue.Member] = [
            .init("worth", .integer(Int64(worth))), .init("again", .string("\(again.milliseconds / 86_400_000)d")),
            .init("declined", .string("\(declined.milliseconds / 86_400_000)d")),
        ]
        if let text = texts[""], texts.count == 1 {
            members.append(.init("text", .string(text)))
        } else if !texts.isEmpty {
            members.append(.init("text", .object(texts.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })))
        }
        if !touchpoints.isEmpty { members.append(.init("at", .array(touchpoints.map { .string($0) }))) }
        return .object(members)
    }

    /// Reads `false`, `true` or a mapping of `worth`, `again`, `declined`, `text` and `at`.
    ///
    /// - Throws: `Problem` `field.definition`.
    public init(json: JSONValue) throws {
        switch json {
        case false: self.init(worth: 0)
        case true: self.init()
        default:
            guard let members = json.object else {
                throw FieldDefinition.refuse("ask is true, false or a mapping", "ask")
            }
            let keys = ["worth", "again", "declined", "text", "at"]
            for member in members where !keys.contains(member.name) {
                throw FieldDefinition.refuse(
                    "unknown key \"\(member.name)\"", "ask.\(member.name)", "There are \(keys.joined(separator: ", ")).")
            }
            self.init()
            if let node = json["worth"] {
                guard let worth = node.integer, (0...100).contains(worth) else {
                    throw FieldDefinition.refuse("\(node.text) is no number from 0 to 100", "ask.worth")
                }
                self.worth = Int(worth)
            }
            if let node = json["again"] { again = try Span(budget: node, at: "ask.again") }
            if let node = json["declined"] { declined = try Span(budget: node, at: "ask.declined") }
            texts = try Self.texts(json["text"])
            if let node = json["at"] {
                let named = node.array?.compactMap(\.string) ?? node.string.map { [$0] } ?? []
                guard !named.isEmpty, named.allSatisfy({ EventKind.isValid("at.\($0)") }) else {
                    throw FieldDefinition.refuse("at names where it is asked", "ask.at", "Write at: [form, call, till].")
                }
                touchpoints = named
            }
        }
    }

    private static func texts(_ node: JSONValue?) throws -> [String: String] {
        guard let node else { return [:] }
        if let text = node.string, !text.isEmpty { return ["": text] }
        let pairs = (node.object ?? []).compactMap { member in member.value.string.map { (member.name.lowercased(), $0) } }
        guard !pairs.isEmpty, pairs.count == node.object?.count else {
            throw FieldDefinition.refuse("the text is a sentence, or one for each language", "ask.text")
        }
        return Dictionary(pairs) { $1 }
    }
}
