import RapportCore

/// Reads a definition's body strictly: every key is known, and every problem names its dotted path.
struct PolicyBody {
    let value: JSONValue
    let path: String

    init(_ value: JSONValue, path: String = "") {
        self.value = value
        self.path = path
    }

    func problem(_ reason: String, _ key: String = "", remedy: String? = nil) -> Problem {
        let full = [path, key].filter { !$0.isEmpty }.joined(separator: ".")
        return Problem("definition.invalid", reason, at: .init(path: full), remedy: remedy)
    }

    func checkKeys(_ known: [String]) throws {
        guard let members = value.object else { throw problem("this should be a mapping") }
        for member in members where !known.contains(member.name) {
            throw problem("unknown key", member.name, remedy: "Known here: \(known.joined(separator: ", "))")
        }
    }

    private func get(_ key: String) -> JSONValue? { value[key].flatMap { $0.isNull ? nil : $0 } }

    func text(_ key: String) throws -> String? {
        guard let value = get(key) else { return nil }
        guard let text = value.string else { throw problem("this should be a text", key) }
        return text
    }

    func integer(_ key: String, in range: ClosedRange<Int64>) throws -> Int? {
        guard let value = get(key) else { return nil }
        guard let number = value.integer, range.contains(number) else {
            throw problem("this should be a whole number from \(range.lowerBound) to \(range.upperBound)", key)
        }
        return Int(number)
    }

    func flag(_ key: String) throws -> Bool? {
        guard let value = get(key) else { return nil }
        guard let flag = value.bool else { throw problem("this should be true or false", key) }
        return flag
    }

    func span(_ key: String) throws -> Span? {
        guard let text = try text(key) else { return nil }
        guard let span = Span(text) else { throw problem("this should be a length of time such as 24h or 30d", key) }
        return span
    }

    func texts(_ key: String) throws -> [String]? {
        guard let value = get(key) else { return nil }
        if let one = value.string { return [one] }
        guard let items = value.array, case let texts = items.compactMap(\.string), texts.count == items.count else {
            throw problem("this should be a list of texts", key)
        }
        return texts
    }

    func list(_ key: String) throws -> [PolicyBody] {
        guard let value = get(key) else { return [] }
        guard let items = value.array else { throw problem("this should be a list", key) }
        let base = [path, key].filter { !$0.isEmpty }.joined(separator: ".")
        return items.enumerated().map { PolicyBody($1, path: "\(base).\($0)") }
    }

    func country(_ key: String) throws -> Country? {
        try text(key).map { code in
            guard let country = Country(code) else { throw problem("\"\(code)\" is no ISO 3166 code of two letters", key) }
            return country
        }
    }

    func topicClass(_ name: String, _ key: String) throws -> TopicClass {
        guard let one = TopicClass(name: name) else {
            throw problem("\"\(name)\" is no class", key, remedy: "Classes are marketing, service, security and notice.")
        }
        return one
    }

    func classes(_ key: String) throws -> TopicClasses? {
        try texts(key)?.reduce(into: TopicClasses()) { $0.insert(TopicClasses(try topicClass($1, key))) }
    }

    /// `21:30` as minutes after midnight; `24:00` is midnight.
    func minute(_ key: String) throws -> Int {
        let parts = (try text(key) ?? "").split(separator: ":").map { Int($0) }
        guard parts.count == 2, let hour = parts[0], let minute = parts[1], (0...24).contains(hour), (0...59).contains(minute),
            hour * 60 + minute <= 1_440
        else { throw problem("this should be a time of day in quotes, such as \"21:30\"", key) }
        return (hour * 60 + minute) % 1_440
    }
}
