/// The text of an expression, which can say where in it something is wrong.
struct SegmentSource: Sendable, Hashable {
    let characters: [Character]

    init(_ text: String) { characters = Array(text) }

    /// A problem at `span`: its place has line and column.
    func problem(_ code: String, _ reason: String, at span: SegmentSpan, remedy: String? = nil) -> Problem {
        let before = characters.prefix(span.lower)
        let line = before.count { $0.isNewline } + 1
        let column = span.lower - ((before.lastIndex { $0.isNewline }).map { $0 + 1 } ?? 0) + 1
        return Problem(code, reason, at: .init(line: line, column: column), remedy: remedy)
    }
}

extension Problem {
    /// The line of `text` that this problem's place names, with a caret under its column: two lines to print below the
    /// problem. `nil` where the place names no column of the text.
    public func pointer(into text: String) -> String? {
        guard let line = place?.line, let column = place?.column else { return nil }
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard line >= 1, line <= lines.count, column >= 1, column <= lines[line - 1].count + 1 else { return nil }
        let indent = String(lines[line - 1].prefix(column - 1).map { $0 == "\t" ? "\t" : " " })
        return "\(lines[line - 1])\n\(indent)^"
    }
}
