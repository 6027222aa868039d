import RapportCore

/// Whether a value can be what its field says that it is. What came in fits its type; what a definition has become since, and
/// what a type cannot say, is looked at here.
struct HealthValidity {
    private static let memory = 100_000

    private let today: Int64
    /// Judging names and zones costs more than remembering them.
    private var known: [String: [String: Bool]] = [:]

    init(at now: Timestamp) { today = now.milliseconds / 86_400_000 }

    mutating func isValid(_ value: FieldValue, of field: FieldDefinition) -> Bool {
        switch (field.type, value) {
        case (.text, .text(let text)): return isText(text, field.name)
        case (.choice(let words), .text(let text)): return words.contains { Text.folded($0) == Text.folded(text) }
        case (.date, .integer(let day)):
            // Nobody is born tomorrow, or was 130 years ago.
            return field.name != "birthday" || (day <= today && day > today - 47_500)
        case (.flag, .integer(let flag)): return flag == 0 || flag == 1
        case (.text, .integer), (.choice, .integer), (_, .text): return false
        default: return true
        }
    }

    private mutating func isText(_ text: String, _ name: String) -> Bool {
        guard ["country", "language", "time_zone", "first_name", "last_name"].contains(name) else {
            return text.contains { !$0.isWhitespace }
        }
        if let judged = known[name]?[text] { return judged }
        let judged =
            switch name {
            case "country": text.utf8.count == 2 && Country(text) != nil
            case "language": Self.isLanguage(text)
            case "time_zone": TimeZoneRules(text) != nil
            default: Self.isName(text)
            }
        if known[name]?.count ?? 0 < Self.memory { known[name, default: [:]][text] = judged }
        return judged
    }

    /// The shape of a BCP 47 tag: a language of two or three letters, then subtags (RFC 5646, section 2.1).
    private static func isLanguage(_ text: String) -> Bool {
        let parts = text.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "_" }
        guard let first = parts.first, (2...3).contains(first.utf8.count), first.allSatisfy({ $0.isASCII && $0.isLetter }) else {
            return false
        }
        return parts.dropFirst().allSatisfy {
            (1...8).contains($0.utf8.count) && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
        }
    }

    /// Not what people type who do not want to say their name.
    private static func isName(_ text: String) -> Bool {
        switch TokenCheck.check(text) {
        case .show, .fallback(.short), .fallback(.long): text.contains { !$0.isWhitespace }
        case .fallback: false
        }
    }

    /// Whether an identifier can reach anybody, by its form alone.
    static func isPossible(_ kind: IdentifierKind, _ value: String) -> Bool {
        switch kind.format {
        case .email: (try? Identifier.normalised(kind: "email", value: value).value) == value
        case .phone: PhoneJudgement(value, region: nil).standing != .impossible
        default: true
        }
    }
}
