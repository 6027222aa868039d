extension IdentityRules {
    /// The name of the definition that holds for all kinds.
    public static let anyKind = "any"

    private static let keys = [
        "strength", "shared", "single", "anonymous", "searched", "format", "max_people", "blocked", "allowed", "roles",
        "freshness", "ask",
    ]
    private static let keysOfAny = ["max_people", "blocked", "allowed"]

    /// These rules with definitions above them: what a definition does not say of a known kind stays as it is.
    ///
    /// - Throws: `Problem` `identifier.definition` whose place is the dotted path within the body.
    public func declaring(_ definitions: [(name: String, body: JSONValue)]) throws -> IdentityRules {
        var rules = self
        for (name, body) in definitions { try rules.declare(name, body) }
        return rules
    }

    private mutating func declare(_ name: String, _ body: JSONValue) throws {
        guard body.isNull || body.object != nil else {
            throw Self.refuse("a kind of identifier is a mapping of what holds for it", "")
        }
        let isAny = name == Self.anyKind
        guard isAny || EventKind.isValid("kind.\(name)") else {
            throw Self.refuse(
                "\"\(name)\" is no name of a kind", "", "Use lowercase letters, digits, _ and dots, such as membership")
        }
        let allowed = isAny ? Self.keysOfAny : Self.keys
        for member in body.object ?? [] where !allowed.contains(member.name) {
            let nearest = Spelling.nearest(to: member.name, in: allowed)
            throw Self.refuse(
                "unknown key\(nearest.map { ", did you mean \"\($0)\"?" } ?? "")", member.name,
                nearest == nil ? "There are \(allowed.joined(separator: ", "))" : nil)
        }
        let prefix = isAny ? "" : "\(name):"
        try block(Self.words(body, "blocked").map { prefix + $0 })
        try allow(Self.words(body, "allowed").map { prefix + $0 })
        let most = try body["max_people"].map { try Self.number($0, "max_people", 1...1_000_000) }
        if isAny {
            if let most { limit(most, of: nil) }
            return
        }
        if let most { limit(most, of: name) }
        let before = kind(name)
        if before == nil, body["strength"] == nil {
            throw Self.refuse(
                "\"strength\" is missing", "", "Say what the kind proves, from 1 to 100: an email is 70, a device 10")
        }
        var format = before?.format ?? .text
        if let node = body["format"] {
            guard let word = node.string, let known = IdentifierKind.Format(rawValue: word) else {
                let words = IdentifierKind.Format.allCases.map(\.rawValue)
                throw Self.refuse("\(node.text) is no format", "format", "Use one of \(words.joined(separator: ", "))")
            }
            format = known
        }
        let roles = try Self.words(body, "roles")
        guard roles.isEmpty || format == .email else {
            throw Self.refuse("only addresses have roles", "roles", "Say format: email, or leave them out")
        }
        addRoles(roles)
        var (freshness, ask) = (before?.freshness, before?.ask)
        do {
            if let node = body["freshness"] {
                freshness = node == false ? nil : try Span(budget: node, at: "freshness")
            }
            if let node = body["ask"] { ask = try AskRule(json: node) }
        } catch let problem as Problem {
            throw Self.refuse(problem.reason, problem.place?.path ?? "", problem.remedy)
        }
        set(
            IdentifierKind(
                name, strength: try body["strength"].map { try Self.number($0, "strength", 1...100) } ?? before?.strength ?? 1,
                shared: try Self.flag(body, "shared") ?? before?.shared ?? false,
                single: try Self.flag(body, "single") ?? before?.single ?? false,
                anonymous: try Self.flag(body, "anonymous") ?? before?.anonymous ?? false,
                searched: try Self.flag(body, "searched") ?? before?.searched ?? true, format: format,
                freshness: freshness, ask: ask))
    }

    private static func refuse(_ reason: String, _ path: String, _ remedy: String? = nil) -> Problem {
        Problem("identifier.definition", reason, at: .init(path: path), remedy: remedy)
    }

    private static func words(_ body: JSONValue, _ key: String) throws -> [String] {
        guard let value = body[key] else { return [] }
        guard let list = value.array, list.allSatisfy({ $0.string?.isEmpty == false }) else {
            throw refuse("this should be a list of texts", key, "Put numbers in quotes")
        }
        return list.compactMap(\.string)
    }

    private static func number(_ value: JSONValue, _ key: String, _ range: ClosedRange<Int64>) throws -> Int {
        guard let number = value.integer, range.contains(number) else {
            throw refuse("\(value.text) is no number from \(range.lowerBound) to \(range.upperBound)", key)
        }
        return Int(number)
    }

    private static func flag(_ body: JSONValue, _ key: String) throws -> Bool? {
        guard let value = body[key] else { return nil }
        guard let flag = value.bool else { throw refuse("this should be true or false", key) }
        return flag
    }
}
