/// Reads an expression:
///
///     expression = conjunction { "or" conjunction }        conjunction = negation { "and" negation }
///     negation   = "not" negation | test                   test = operand [ comparison ]
///
/// The whole grammar stands in docs/guides/segments.md.
struct SegmentParser {
    private static let deepest = 40
    private let source: SegmentSource
    private let tokens: [SegmentToken]
    private var at = 0
    private var depth = 0

    /// - Throws: `Problem` `segment.syntax` that points at the character.
    static func parse(_ text: String) throws -> SegmentSyntax {
        let source = SegmentSource(text)
        guard source.characters.count <= 10_000 else {
            throw Problem("segment.too_long", "the expression is longer than 10,000 characters", remedy: "Cut it into segments.")
        }
        var lexer = SegmentLexer(source)
        var parser = SegmentParser(source, try lexer.tokens())
        let expression = try parser.expression()
        guard parser.token.kind == .end else {
            throw parser.unexpected("\"and\", \"or\" or the end")
        }
        return expression
    }

    private init(_ source: SegmentSource, _ tokens: [SegmentToken]) {
        self.source = source
        self.tokens = tokens
    }

    private var token: SegmentToken { tokens[at] }
    private var following: SegmentToken { tokens[min(at + 1, tokens.count - 1)] }

    private func unexpected(_ wanted: String) -> Problem {
        source.problem("segment.syntax", "\(wanted) was expected, not \(token.words)", at: token.span)
    }

    private mutating func take(_ symbol: String) -> Bool {
        guard token.kind == .symbol(symbol) else { return false }
        at += 1
        return true
    }

    private mutating func take(word: String) -> Bool {
        guard token.kind == .name(word) else { return false }
        at += 1
        return true
    }

    private mutating func expect(_ symbol: String) throws {
        guard take(symbol) else { throw unexpected("\"\(symbol)\"") }
    }

    /// Everything from `start` to the last token taken.
    private func node(_ shape: SegmentSyntax.Shape, from start: SegmentSpan) -> SegmentSyntax {
        .init(shape: shape, span: start.joined(tokens[max(0, at - 1)].span))
    }

    // MARK: Conditions

    private mutating func expression() throws -> SegmentSyntax {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else {
            throw source.problem("segment.syntax", "parentheses are nested deeper than \(Self.deepest)", at: token.span)
        }
        let start = token.span
        var parts = [try conjunction()]
        while take(word: "or") { parts.append(try conjunction()) }
        return parts.count == 1 ? parts[0] : node(.or(parts), from: start)
    }

    private mutating func conjunction() throws -> SegmentSyntax {
        let start = token.span
        var parts = [try negation()]
        while take(word: "and") { parts.append(try negation()) }
        return parts.count == 1 ? parts[0] : node(.and(parts), from: start)
    }

    private mutating func negation() throws -> SegmentSyntax {
        let start = token.span
        var count = 0
        while take(word: "not") { count += 1 }
        var inner = try test()
        for _ in 0..<count { inner = node(.not(inner), from: start) }
        return inner
    }

    private mutating func test() throws -> SegmentSyntax {
        let start = token.span
        if take("(") {
            let inner = try expression()
            try expect(")")
            return inner
        }
        let left = try operand()
        switch token.kind {
        case .symbol(let symbol):
            guard let comparison = SegmentComparison(rawValue: symbol) else { return left }
            at += 1
            return node(.compare(left, comparison, try operand()), from: start)
        case .name("in"):
            at += 1
            return node(.among(left, try list()), from: start)
        case .name("not") where following.kind == .name("in"):
            at += 2
            let inner = node(.among(left, try list()), from: start)
            return node(.not(inner), from: start)
        case .name("older"), .name("newer"):
            let older = token.kind == .name("older")
            at += 1
            guard take(word: "than") else { throw unexpected("\"than\"") }
            return node(.age(left, older: older, than: try operand()), from: start)
        default: return left
        }
    }

    private mutating func list() throws -> [SegmentSyntax] {
        try expect("(")
        var items = [try operand()]
        while take(",") { items.append(try operand()) }
        try expect(")")
        return items
    }

    // MARK: Values

    private mutating func operand() throws -> SegmentSyntax {
        let start = token.span
        switch token.kind {
        case .text(let text):
            at += 1
            return node(.text(text), from: start)
        case .date(let date):
            at += 1
            return node(.date(date), from: start)
        case .number(let units, let scale):
            at += 1
            if scale == 0, take("*") { return node(.times(units, try operand()), from: start) }
            if take("%") { return node(.share(units: units, scale: scale), from: start) }
            if scale == 0, let unit = unit() { return node(.span(units, unit), from: start) }
            return node(.number(units: units, scale: scale), from: start)
        case .name(let name):
            guard !Self.reserved.contains(name) else { throw unexpected("a field, an event or a value") }
            at += 1
            if case .number(let units, let scale) = token.kind, name.isCurrencyCode {
                at += 1
                return node(.money(currency: name, units: units, scale: scale), from: start)
            }
            guard take("(") else { return node(.name(name), from: start) }
            return node(.call(name, try arguments()), from: start)
        default: throw unexpected("a field, an event or a value")
        }
    }

    private static let reserved: Set<String> = ["and", "or", "not", "in", "where", "than", "older", "newer"]

    private mutating func unit() -> SegmentUnit? {
        guard case .name(let word) = token.kind, let unit = SegmentUnit(word: word) else { return nil }
        at += 1
        return unit
    }

    private mutating func arguments() throws -> [SegmentSyntax.Argument] {
        var out: [SegmentSyntax.Argument] = []
        if take(")") { return out }
        repeat { out.append(try argument()) } while take(",")
        try expect(")")
        return out
    }

    private mutating func argument() throws -> SegmentSyntax.Argument {
        let start = token.span
        func made(_ value: SegmentSyntax.Argument.Value, _ label: String? = nil) -> SegmentSyntax.Argument {
            .init(label: label, value: value, span: start.joined(tokens[max(0, at - 1)].span))
        }
        if let window = try window() { return made(.window(window)) }
        if take(word: "where") { return made(.filter(try expression())) }
        if case .name(let name) = token.kind {
            if following.kind == .symbol(":") {
                at += 2
                return made(.expression(try operand()), name)
            }
            if name == "identifier", case .name(let kind) = following.kind {
                at += 2
                return made(.identifier(kind))
            }
        }
        return made(.expression(try operand()))
    }

    private mutating func window() throws -> SegmentWindow? {
        switch (token.kind, following.kind) {
        case (.name("today"), _):
            at += 1
            return .this(.day)
        case (.name("this"), .name(let word)):
            guard let period = SegmentWindow.Period(rawValue: word), period != .day else {
                at += 1
                throw unexpected("\"week\", \"month\" or \"year\"")
            }
            at += 2
            return .this(period)
        case (.name("since"), .date(let date)):
            at += 2
            return .since(date)
        case (.name("since"), .name), (.name("since"), .text):
            at += 1
            throw unexpected("a date such as 2026-01-31")
        case (.name("last"), .number(let count, 0)), (.name("next"), .number(let count, 0)):
            let next = token.kind == .name("next")
            at += 1
            let span = token.span
            at += 1
            let (unit, unitSpan) = (unit(), tokens[at - 1].span)
            guard let unit else { throw unexpected("\"days\", \"hours\", \"minutes\" or \"weeks\"") }
            guard count > 0, count <= 1_000_000 else {
                throw source.problem("segment.syntax", "a window is 1 to 1,000,000 long", at: span)
            }
            if next {
                guard unit == .day, count <= 365 else {
                    throw source.problem("segment.syntax", "\"next\" counts up to 365 days", at: unitSpan)
                }
                return .next(count)
            }
            guard unit.milliseconds != nil else {
                throw source.problem(
                    "segment.syntax", "a \(unit.rawValue) has no fixed length", at: unitSpan,
                    remedy: "Write the number of days, or \"this \(unit.rawValue)\" for the calendar's.")
            }
            return .last(count, unit)
        default: return nil
        }
    }
}

extension String {
    /// Three capital letters, as ISO 4217 has them.
    var isCurrencyCode: Bool { utf8.count == 3 && utf8.allSatisfy { (65...90).contains($0) } }
}
