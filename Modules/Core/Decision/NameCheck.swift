/// Tells a name that one would print from what people type to get past a form. It judges the look only.
public enum NameCheck {
    private static let placeholders: Set<String> = [
        "test", "tester", "testing", "none", "null", "nil", "undefined", "unknown", "anonymous", "admin", "info", "customer",
        "name", "firstname", "lastname", "first", "last", "xxx", "abc", "asd", "foo", "bar", "baz", "nobody", "user", "guest",
    ]
    private static let keyboardRows = ["qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm"]

    public static func quality(of name: String?) -> PersonState.Token.Quality {
        guard let name, name.contains(where: { !$0.isWhitespace }) else { return .missing }
        return isOdd(name) ? .odd : .good
    }

    /// Digits, signs, one letter only, the same letter throughout, a word that stands for "no name", or a run of neighbouring
    /// keys. Scripts other than Latin are only checked for signs and digits.
    static func isOdd(_ name: String) -> Bool {
        let letters = name.lowercased().filter { !$0.isWhitespace && !"-'’.".contains($0) }
        guard letters.allSatisfy(\.isLetter), !letters.isEmpty else { return true }
        guard letters.allSatisfy(\.isASCII) else { return false }
        if letters.count < 2 || Set(letters).count == 1 || placeholders.contains(letters) { return true }
        guard letters.count >= 4 else { return false }
        let mirrored = String(letters.reversed())
        return keyboardRows.contains { row in [letters, mirrored].contains { isRun($0, along: row) } }
    }

    /// Whether the whole of `word` walks along `row`, possibly starting again: `asdf`, `asdfasdf`.
    private static func isRun(_ word: String, along row: String) -> Bool {
        let start = String(word.prefix(4))
        guard row.contains(start) else { return false }
        var rest = word[...]
        while !rest.isEmpty {
            guard let piece = (3...max(3, rest.count)).reversed().lazy.map({ rest.prefix($0) }).first(where: { row.contains($0) })
            else { return false }
            rest = rest.dropFirst(piece.count)
        }
        return true
    }
}
