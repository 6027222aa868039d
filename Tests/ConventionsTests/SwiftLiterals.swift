/// A string literal of a Swift file.
struct SwiftLiteral {
    /// 1-based line of its opening quote.
    var line: Int
    /// What stands in it, every interpolation replaced by `?`, or by `raw` for `\(raw: …)`.
    var text: String
}

/// Finds the string literals of Swift source: single-line and multi-line ones, not those in comments.
struct SwiftLiteralScanner {
    private let source: [UInt8]
    private var at = 0
    private var line = 1
    private var found: [SwiftLiteral] = []

    static func literals(in source: String) -> [SwiftLiteral] {
        var scanner = SwiftLiteralScanner(source: Array(source.utf8))
        scanner.code(untilParenthesis: false)
        return scanner.found.sorted { $0.line < $1.line }
    }

    private init(source: [UInt8]) { self.source = source }

    private func sees(_ text: StaticString) -> Bool {
        guard at + text.utf8CodeUnitCount <= source.count else { return false }
        return (0..<text.utf8CodeUnitCount).allSatisfy { source[at + $0] == text.utf8Start[$0] }
    }

    private mutating func step(_ count: Int = 1) {
        for _ in 0..<count where at < source.count {
            if source[at] == 0x0A { line += 1 }
            at += 1
        }
    }

    /// Code, up to the parenthesis that closes an interpolation or to the end.
    private mutating func code(untilParenthesis: Bool) {
        var depth = 1
        while at < source.count {
            if sees("//") {
                while at < source.count, source[at] != 0x0A { step() }
            } else if sees("/*") {
                while at < source.count, !sees("*/") { step() }
                step(2)
            } else if sees("\"\"\"") {
                literal(quotes: 3)
            } else if sees("\"") {
                literal(quotes: 1)
            } else {
                if source[at] == 0x28 { depth += 1 }
                if source[at] == 0x29 { depth -= 1 }
                if untilParenthesis && depth == 0 { return }
                step()
            }
        }
    }

    private mutating func literal(quotes: Int) {
        let start = line
        var text: [UInt8] = []
        step(quotes)
        while at < source.count {
            if quotes == 3 ? sees("\"\"\"") : sees("\"") || sees("\n") { break }
            if sees("\\(") {
                step(2)
                text += Array((sees("raw:") ? "raw" : "?").utf8)
                code(untilParenthesis: true)
                step()
            } else if sees("\\") {
                text.append(0x20)
                step(2)
            } else {
                text.append(source[at])
                step()
            }
        }
        step(quotes)
        found.append(SwiftLiteral(line: start, text: String(decoding: text, as: UTF8.self)))
    }
}
