/// Whether a personal value may be shown to the person it is about, as a shop assistant would judge it: "Dear ASDF" is
/// worse than "Dear customer". The rules stand in docs/decisions/0010-decision-policy.md, "Quality of a token".
public enum TokenCheck {
    public enum Verdict: Sendable, Hashable {
        /// Show this: the value without marks that nobody sees, its case mended where it was all capitals or all small.
        case show(String)
        case fallback(Reason)
    }

    public enum Reason: String, Sendable, Hashable, CaseIterable {
        case missing, short, digits, placeholder, keyboard, markup, unseen, long
    }

    /// Unicode scalars, so that nobody hides a thousand marks on one letter.
    private static let mostScalars = 60

    /// - Parameter value: as the record has it; `nil` when there is none or it is unproven.
    public static func check(_ value: String?) -> Verdict {
        guard let value = value.map(UnseenText.without), !value.isEmpty else { return .fallback(.missing) }
        let scalars = value.unicodeScalars
        guard scalars.count <= mostScalars else { return .fallback(.long) }
        if UnseenText.deceives(scalars) { return .fallback(.unseen) }
        if scalars.contains(where: forbidden.contains) || namesPage(scalars) { return .fallback(.markup) }
        if scalars.contains(where: isDigit) { return .fallback(.digits) }
        let letters = scalars.filter(isLetter)
        // A name of one Han, Hangul or kana character is a name; a single Latin letter is an initial at best.
        if letters.isEmpty || (letters.count == 1 && letters.allSatisfy { $0.value < 0x2E80 }) { return .fallback(.short) }
        var folded = ""
        folded.unicodeScalars.append(contentsOf: letters)
        folded = folded.lowercased()
        if placeholders.contains(folded) { return .fallback(.placeholder) }
        if isKeyboardRun(folded) || isOneLetter(folded) { return .fallback(.keyboard) }
        return .show(mendCase(value))
    }

    /// `www.` by scalars: a mark behind the dot makes another character of it, and hides nothing from a mail program.
    private static func namesPage(_ scalars: String.UnicodeScalarView) -> Bool {
        var letters = 0
        for scalar in scalars {
            if scalar == ".", letters >= 3 { return true }
            letters = scalar == "w" ? letters + 1 : 0
        }
        return false
    }

    /// By category: 千 and 三 are numbers too, and stand in many a name.
    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: true
        default: false
        }
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }

    private static let forbidden = Set("<>{}[]|\\^~`@#$%*=+/:;\"?!_".unicodeScalars)

    private static let placeholders: Set<String> = [
        "test", "tester", "testing", "testuser", "asdf", "qwerty", "none", "null", "nil", "unknown", "anonymous", "xxx",
        "foo", "bar", "foobar", "name", "firstname", "vorname", "prenom", "prénom", "customer", "kunde", "client", "user",
        "dummy", "sample", "example", "guest", "gast", "noname", "unbekannt", "inconnu", "abc", "blah", "undefined", "admin",
        "info", "mr", "mrs", "ms", "herr", "frau", "nope", "todo", "tbd", "deleted",
    ]

    private static let rows = [
        "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn",
    ]

    private static let runs = (rows + rows.map { String($0.reversed()) }).map { Array($0.utf8) }

    /// Four or more letters that stand beside each other on one row, in either direction, repeated or not. Three are too few:
    /// "Ewa", "Rey" and "Jo" are neighbours too.
    private static func isKeyboardRun(_ letters: String) -> Bool {
        guard letters.unicodeScalars.count >= 4 else { return false }
        let unit = Array(period(of: letters).utf8)
        guard unit.count >= 3 else { return false }
        return runs.contains { run in
            run.count >= unit.count && (0...run.count - unit.count).contains { run[$0...].starts(with: unit) }
        }
    }

    private static func isOneLetter(_ letters: String) -> Bool {
        let scalars = letters.unicodeScalars
        return scalars.count >= 2 && Set(scalars).count == 1 && scalars.allSatisfy { $0.value < 0x2E80 }
    }

    /// The shortest text whose repetition is `text`: `asdfasdf` → `asdf`.
    private static func period(of text: String) -> String {
        let characters = Array(text.unicodeScalars)
        for length in 1...max(1, characters.count) where characters.count % length == 0 {
            if characters.indices.allSatisfy({ characters[$0] == characters[$0 % length] }) {
                return String(String.UnicodeScalarView(characters[..<length]))
            }
        }
        return text
    }

    /// ANNA and anna become Anna, JEAN-LUC becomes Jean-Luc; mixed case is the person's own and stays.
    private static func mendCase(_ value: String) -> String {
        guard value == value.uppercased() || value == value.lowercased() else { return value }
        var start = true
        var out = ""
        for character in value {
            out += start ? character.uppercased() : character.lowercased()
            start = !character.isLetter
        }
        return out
    }
}
