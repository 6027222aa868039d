/// Which of the values that sources say of a field becomes the golden one: rules in order, each of which narrows down whom the
/// next is asked about. Whatever the rules, among those left the value said last wins, so that one is left.
public struct Survivorship: Sendable, Hashable {
    public enum Rule: Sendable, Hashable {
        /// The value confirmed last, if any was confirmed.
        case confirmed
        /// What the first of these sources that says something says.
        case trusted([String])
        /// Not what is a short form of another value, and not the empty text beside one that says something.
        case complete
        /// The value said last.
        case latest
    }

    public let rules: [Rule]

    /// - Parameter rules: none is the same as `latest` alone.
    public init(_ rules: [Rule]) { self.rules = rules.isEmpty ? [.latest] : rules }

    public static let latest = Survivorship([.latest])
    public static let confirmed = Survivorship([.confirmed])
    public static let complete = Survivorship([.complete])
    public static func trusted(_ sources: [String]) -> Survivorship { Survivorship([.trusted(sources)]) }

    /// The sources that a rule trusts, in order; empty where none does.
    public var trustedSources: [String] {
        rules.flatMap { rule -> [String] in if case .trusted(let sources) = rule { sources } else { [] } }
    }
}

extension Survivorship {
    /// `latest`, `{"trusted": ["crm"]}`, or a list of such where there are several rules.
    public var json: JSONValue {
        let written = rules.map { rule -> JSONValue in
            switch rule {
            case .latest: "latest"
            case .confirmed: "confirmed"
            case .complete: "complete"
            case .trusted(let sources): ["trusted": .array(sources.map { .string($0) })]
            }
        }
        return written.count == 1 ? written[0] : .array(written)
    }

    /// Reads what `json` wrote, or the value of `survivorship` in YAML.
    ///
    /// - Throws: `Problem` `field.definition`.
    public init(json: JSONValue) throws {
        let path = "survivorship"
        let items = json.array ?? [json]
        var rules: [Rule] = []
        for item in items {
            let rule: Rule
            switch item {
            case "latest": rule = .latest
            case "confirmed": rule = .confirmed
            case "complete": rule = .complete
            default:
                let sources = item["trusted"]?.array?.compactMap(\.string) ?? []
                guard item.object?.count == 1, !sources.isEmpty, sources.count == item["trusted"]?.array?.count else {
                    throw FieldDefinition.refuse(
                        "unknown rule", path, "Use latest, confirmed, complete or trusted: [source, …], or a list of them.")
                }
                rule = .trusted(sources)
            }
            guard !rules.contains(rule) else { throw FieldDefinition.refuse("the same rule twice", path) }
            // What follows would never be asked: one value is left.
            guard rules.last != .latest else {
                throw FieldDefinition.refuse("nothing is left to choose from after latest", path, "Write latest at the end.")
            }
            rules.append(rule)
        }
        guard !rules.isEmpty else { throw FieldDefinition.refuse("there is no rule", path, "Write latest, or leave it out.") }
        self.init(rules)
    }
}
