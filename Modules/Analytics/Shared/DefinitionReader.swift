import RapportCore

/// Reads a definition's mapping strictly: what it does not know is refused with its path and the nearest key.
struct DefinitionReader {
    let body: JSONValue
    /// The dotted path of the mapping within the definition; empty for the definition itself.
    let path: String

    /// - Throws: `Problem` `definition.invalid` with the dotted path.
    init(_ body: JSONValue, keys: [String], path: String = "") throws {
        self.body = body
        self.path = path
        guard let members = body.object else { throw problem("this should be a mapping") }
        for member in members where !keys.contains(member.name) {
            let near = Spelling.nearest(to: member.name, in: keys).map { "Did you mean \"\($0)\"?" }
            throw problem(
                "unknown key \"\(member.name)\"", member.name, remedy: near ?? "Known here: \(keys.joined(separator: ", "))")
        }
    }

    func problem(_ reason: String, _ key: String = "", remedy: String? = nil) -> Problem {
        let place = [path, key].filter { !$0.isEmpty }.joined(separator: ".")
        return Problem("definition.invalid", reason, at: .init(path: place), remedy: remedy)
    }

    func value(_ key: String) -> JSONValue? { body[key].flatMap { $0.isNull ? nil : $0 } }

    func text(_ key: String) throws -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.string, !text.trimmingSpaces.isEmpty else { throw problem("this should be a text", key) }
        return text
    }

    /// One text, or a list of them.
    func texts(_ key: String) throws -> [String] {
        guard let value = value(key) else { return [] }
        if let text = value.string { return [text] }
        guard let list = value.array, case let texts = list.compactMap(\.string), texts.count == list.count else {
            throw problem("this should be a text, or a list of texts", key)
        }
        return texts
    }

    func number(_ key: String) throws -> Double? {
        guard let value = value(key) else { return nil }
        guard let number = Self.number(value) else { throw problem("this should be a number", key) }
        return number
    }

    static func number(_ value: JSONValue) -> Double? {
        switch value {
        case .integer(let number): Double(number)
        case .decimal(let text): Double(text).flatMap { $0.isFinite ? $0 : nil }
        default: nil
        }
    }

    func day(_ key: String) throws -> Int? {
        guard let value = value(key) else { return nil }
        guard let day = value.string.flatMap({ CivilDate(text: $0) }) else {
            throw problem("this should be a day of the calendar", key, remedy: "Write it as 2026-01-31.")
        }
        return day.daysSince1970
    }

    /// The first and the last day that `from` and `until` name.
    func days() throws -> ClosedRange<Int> {
        guard let from = try day("from") else {
            throw problem("the first day is missing", "from", remedy: "Say from: 2026-01-01")
        }
        guard let until = try day("until") else {
            throw problem("the last day is missing", "until", remedy: "Say until: 2026-12-31")
        }
        guard from <= until else { throw problem("the last day is before the first", "until") }
        guard until - from < 3_660 else { throw problem("this is longer than ten years", "until") }
        return from...until
    }
}
