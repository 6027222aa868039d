import RapportCore

/// Whether values can be what their fields say that they are. What came in fits its type; what a definition has become since, and
/// what a type cannot say, is looked at here.
struct HealthValidity {
    private static let memory = 100_000

    private enum Rule {
        case anyText, country, language, zone, name
        case choice([String])
        case birthday, flag, number
    }

    private let today: Int64
    /// By place of the field.
    private let rules: [Rule]
    /// Judging names, words and zones costs more than remembering them.
    private var known: [[String: Bool]]

    init(_ fields: [FieldDefinition], at now: Timestamp) {
        today = now.milliseconds / 86_400_000
        rules = fields.map(Self.rule)
        known = [[String: Bool]](repeating: [:], count: fields.count)
    }

    private static func rule(of field: FieldDefinition) -> Rule {
        switch field.type {
        case .text:
            switch field.name {
            case "country": .country
            case "language": .language
            case "time_zone": .zone
            case "first_name", "last_name": .name
            default: .anyText
            }
        case .choice(let words): .choice(words.map { Text.folded($0) })
        case .date: field.name == "birthday" ? .birthday : .number
        case .flag: .flag
        default: .number
        }
    }

    mutating func isValid(_ value: FieldValue, of place: Int) -> Bool {
        let rule = rules[place]
        switch value {
        case .integer(let number):
            switch rule {
            case .number: return true
            // Nobody is born tomorrow, or was 130 years ago.
            case .birthday: return number <= today && number > today - 47_500
            case .flag: return number == 0 || number == 1
            default: return false
            }
        case .text(let text):
            switch rule {
            case .number, .birthday, .flag: return false
            case .anyText: return Self.says(text)
            default: break
            }
            if let judged = known[place][text] { return judged }
            let judged = Self.isValid(text, rule)
            if known[place].count < Self.memory { known[place][text] = judged }
            return judged
        }
    }

    private static func isValid(_ text: String, _ rule: Rule) -> Bool {
        switch rule {
        case .country: text.utf8.count == 2 && Country(text) != nil
        case .language: isLanguage(text)
        case .zone: TimeZoneRules(text) != nil
        case .name: isName(text)
        case .choice(let words): words.contains(Text.folded(text))
        default: says(text)
        }
    }

    /// Whether there is anything but white space.
    private static func says(_ text: String) -> Bool {
        if let first = text.utf8.first, first > 0x20, first < 0x7F { return true }
        return text.contains { !$0.isWhitespace }
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
        case .show, .fallback(.short), .fallback(.long): says(text)
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
