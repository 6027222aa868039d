/// Cuts the text of an expression into tokens.
struct SegmentLexer {
    let source: SegmentSource
    private var at = 0
    private var characters: [Character] { source.characters }

    init(_ source: SegmentSource) { self.source = source }

    /// All tokens, the last one `.end`.
    mutating func tokens() throws -> [SegmentToken] {
        var out: [SegmentToken] = []
        while let token = try next() { out.append(token) }
        let end = characters.count
        out.append(SegmentToken(kind: .end, span: .init(lower: end, upper: end)))
        return out
    }

    private mutating func next() throws -> SegmentToken? {
        while at < characters.count, characters[at].isWhitespace { at += 1 }
        guard at < characters.count else { return nil }
        let start = at
        let kind = try scan(characters[at])
        return SegmentToken(kind: kind, span: .init(lower: start, upper: at))
    }

    private mutating func scan(_ first: Character) throws -> SegmentToken.Kind {
        if first.isNameStart { return .name(name()) }
        if first.isDigit || (first == "-" && at + 1 < characters.count && characters[at + 1].isDigit) { return try number() }
        switch first {
        case "\"": return .text(try text())
        case "'", "\u{201C}", "\u{201D}", "\u{2018}", "\u{2019}":
            throw source.problem("segment.syntax", "a text stands between straight double quotes", at: here)
        case "(", ")", ",", ":", "*", "=", "%":
            at += 1
            return .symbol(String(first))
        case "!", "<", ">":
            at += 1
            if at < characters.count, characters[at] == "=" {
                at += 1
                return .symbol("\(first)=")
            }
            guard first != "!" else {
                throw source.problem("segment.syntax", "\"!\" means nothing alone", at: here, remedy: "Write not, or !=.")
            }
            return .symbol(String(first))
        default: throw source.problem("segment.syntax", "\"\(first)\" means nothing here", at: here)
        }
    }

    private var here: SegmentSpan { .init(lower: at, upper: at + 1) }

    private mutating func name() -> String {
        let start = at
        while at < characters.count {
            let dotted = characters[at] == "." && at + 1 < characters.count && characters[at + 1].isNameStart
            guard characters[at].isNameStart || characters[at].isDigit || dotted else { break }
            at += 1
        }
        return String(characters[start..<at])
    }

    private mutating func text() throws -> String {
        let start = at
        at += 1
        var out = ""
        while at < characters.count, characters[at] != "\"" {
            if characters[at] == "\\", at + 1 < characters.count { at += 1 }
            out.append(characters[at])
            at += 1
        }
        guard at < characters.count else {
            throw source.problem(
                "segment.syntax", "this text never ends", at: .init(lower: start, upper: start + 1),
                remedy: "Close it with a double quote.")
        }
        at += 1
        return out
    }

    private mutating func number() throws -> SegmentToken.Kind {
        let start = at
        if let date = try date() { return .date(date) }
        at += 1
        while at < characters.count, characters[at].isDigit { at += 1 }
        var scale = 0
        if at + 1 < characters.count, characters[at] == ".", characters[at + 1].isDigit {
            at += 1
            let fraction = at
            while at < characters.count, characters[at].isDigit { at += 1 }
            scale = at - fraction
        }
        let span = SegmentSpan(lower: start, upper: at)
        if at < characters.count, characters[at].isNameStart {
            throw source.problem("segment.syntax", "a number and a word need a space between them", at: here)
        }
        guard let units = Int64(String(characters[start..<at].filter { $0 != "." })) else {
            throw source.problem("segment.syntax", "this number is too large", at: span)
        }
        return .number(units: units, scale: scale)
    }

    /// `2026-01-31`, else nothing read.
    private mutating func date() throws -> CivilDate? {
        guard at + 10 <= characters.count, characters[at + 4] == "-", characters[at + 7] == "-" else { return nil }
        let parts = String(characters[at..<at + 10]).split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3 else { return nil }
        guard let date = CivilDate(year: parts[0], month: parts[1], day: parts[2]) else {
            throw source.problem("segment.syntax", "the calendar has no such day", at: .init(lower: at, upper: at + 10))
        }
        at += 10
        return date
    }
}

extension Character {
    fileprivate var isNameStart: Bool { isASCII && (isLetter || self == "_") }
    fileprivate var isDigit: Bool { isASCII && isNumber }
}
