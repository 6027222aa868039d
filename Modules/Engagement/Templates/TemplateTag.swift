/// A Mustache tag as it stands in a template's text, with its place: what the lint and the link check read.
struct TemplateTag: Hashable {
    enum Kind: Hashable { case value, section, inverted, end, comment, partial, unsupported }

    var kind: Kind
    var name: String
    /// 1-based.
    var line: Int
    /// 1-based, in characters.
    var column: Int

    /// Every tag of `text` in order. Delimiters are always `{{` and `}}`: changing them is not supported, because a token
    /// must be found by whoever reads the template.
    static func all(in text: String) -> [TemplateTag] {
        var tags: [TemplateTag] = []
        var (line, column) = (1, 1)
        var rest = Substring(text)
        func advance(_ count: Int) {
            for character in rest.prefix(count) {
                if character.isNewline { (line, column) = (line + 1, 1) } else { column += 1 }
            }
            rest = rest.dropFirst(count)
        }
        while let open = rest.firstRange(of: "{{") {
            advance(rest.distance(from: rest.startIndex, to: open.lowerBound))
            let inner = rest.dropFirst(2)
            guard let close = inner.firstRange(of: "}}") else {
                tags.append(TemplateTag(kind: .unsupported, name: String(rest.prefix(12)), line: line, column: column))
                return tags
            }
            tags.append(tag(inner[..<close.lowerBound], line: line, column: column))
            let triple = inner.first == "{" ? 1 : 0
            advance(rest.distance(from: rest.startIndex, to: close.upperBound) + triple)
        }
        return tags
    }

    private static func tag(_ inner: Substring, line: Int, column: Int) -> TemplateTag {
        let kinds: [Character: Kind] = [
            "#": .section, "^": .inverted, "/": .end, "!": .comment, ">": .partial, "{": .value, "&": .value, "=": .unsupported,
            "%": .unsupported, "<": .unsupported, "$": .unsupported,
        ]
        let kind = inner.first.flatMap { kinds[$0] }
        let name = kind == nil ? inner : inner.dropFirst()
        return TemplateTag(
            kind: kind ?? .value, name: String(name).trimmed, line: line, column: column)
    }
}

extension String {
    /// Without white space at either end.
    var trimmed: String {
        var view = Substring(self)
        while view.first?.isWhitespace == true { view.removeFirst() }
        while view.last?.isWhitespace == true { view.removeLast() }
        return String(view)
    }
}
