import Foundation
import Testing

/// docs/decisions/0005-where-texts-live.md
@Suite("Sentences of the command line")
struct SentenceTests {
    /// What only somebody who writes a plugin sees: the talk of the protocol as it is.
    private static let forDevelopers = ["Apps/rapport/Commands/PluginsCommand+dev.swift"]

    @Test("what a command says to people comes from the locale file: no sentence stands in the code")
    func sentences() throws {
        var looked = 0
        for path in try Repository.shippedSwiftFiles()
        where path.hasPrefix("Apps/rapport/") && !Self.forDevelopers.contains(path) {
            let text = try String(contentsOfFile: Repository.path(path), encoding: .utf8)
            for call in Self.calls(in: text) {
                looked += 1
                for literal in Self.literals(in: call) {
                    #expect(!Self.isSentence(literal), "\(path): \"\(literal)\" belongs into config/locales/en.yaml")
                }
            }
        }
        #expect(looked > 40)
    }

    @Test(
        "a sentence is told from keys, padding and values",
        arguments: [
            (#"output.line("Nothing to see.")"#, true), (#"output.line("\(count) rows")"#, true),
            (#"output.line(isDone ? "done" : "\(x)")"#, true), (#"output.progress("reading: \(count)")"#, true),
            (#"output.line("  \(name): \(reason)")"#, false),
            (#"output.line(output.styled(output.text("a.b_c"), .bold))"#, false),
            (#"output.progress(output.text("of", ["done": "\($0)", "all": "\(f(1))"]))"#, false),
            (#"output.say("import.done", ["n": "\(x)"])"#, false), (#"output.line("\(a.joined(separator: " and "))")"#, false),
        ])
    func examples(code: String, isSentence: Bool) {
        let found = Self.calls(in: code).flatMap(Self.literals).contains(where: Self.isSentence)
        #expect(found == isSentence, "\(code)")
    }

    /// The arguments of every call that shows text.
    private static func calls(in text: String) -> [String] {
        text.matches(of: /\b(?:(?:output|teller\.output)\.(?:line|progress)|note)\(/).map { match in
            var depth = 1
            var isQuoted = false
            var out = ""
            var last: Character = " "
            for character in text[match.range.upperBound...] {
                if character == "\"", last != "\\" { isQuoted.toggle() }
                if !isQuoted, character == "(" { depth += 1 }
                if !isQuoted, character == ")" { depth -= 1 }
                if depth == 0 { break }
                out.append(character)
                last = character
            }
            return out
        }
    }

    /// Text literals without what is filled into them.
    private static func literals(in call: String) -> [String] {
        var out: [String] = []
        var literal: String?
        let call = withoutTexts(call)
        // Parentheses within an interpolation; quotes in there belong to it.
        var depth = 0
        var characters = call.makeIterator()
        while let character = characters.next() {
            guard literal != nil else {
                if character == "\"" { literal = "" }
                continue
            }
            if depth > 0 {
                if character == "(" { depth += 1 }
                if character == ")" { depth -= 1 }
            } else if character == "\\" {
                if characters.next() == "(" { depth = 1 }
            } else if character == "\"" {
                out.append(literal ?? "")
                literal = nil
            } else {
                literal?.append(character)
            }
        }
        return out
    }

    /// Without calls of `text` and `texts`: their literals are keys of texts and names of what is filled in.
    private static func withoutTexts(_ call: String) -> String {
        var out = ""
        var rest = call[...]
        while let match = rest.firstMatch(of: /(?:\W|^)texts?\(/) {
            out += rest[..<match.range.lowerBound]
            var depth = 1
            var index = match.range.upperBound
            while depth > 0, index < rest.endIndex {
                if rest[index] == "(" { depth += 1 }
                if rest[index] == ")" { depth -= 1 }
                index = rest.index(after: index)
            }
            rest = rest[index...]
        }
        return out + rest
    }

    private static func isSentence(_ literal: String) -> Bool {
        literal.contains(/\p{L}{2,}/) && !literal.contains(/^[a-z0-9_]+(\.[a-z0-9_]*)+$/)
    }
}
