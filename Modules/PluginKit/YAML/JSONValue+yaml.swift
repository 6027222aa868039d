public import RapportCore

extension JSONValue {
    /// The value in YAML's flow style on one line, without quotes where none are needed.
    public var yamlFlow: String {
        switch self {
        case .string(let text): Self.plainOrQuoted(text)
        case .array(let items): "[\(items.map(\.yamlFlow).joined(separator: ", "))]"
        case .object(let members):
            "{\(members.map { "\(Self.plainOrQuoted($0.name)): \($0.value.yamlFlow)" }.joined(separator: ", "))}"
        default: text
        }
    }

    /// Text that YAML would read as itself stays plain; all other text is quoted as JSON, which is YAML too.
    private static func plainOrQuoted(_ text: String) -> String {
        let safe = text.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "-_./@+".utf8.contains(byte)
        }
        let starts = text.utf8.first.map { (65...90).contains($0) || (97...122).contains($0) || $0 == 47 } ?? false
        let isSpan = text.utf8.first.map { (48...57).contains($0) } == true && Span(text) != nil
        let isWord = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
        return safe && (starts || isSpan) && !isWord ? text : JSONValue.string(text).text
    }
}
