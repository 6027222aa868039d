/// A value of a field in the form in which provenance keeps it: text as it was written, everything else as an integer.
public enum FieldValue: Sendable, Hashable {
    case text(String)
    case integer(Int64)

    public var json: JSONValue {
        switch self {
        case .text(let text): .string(text)
        case .integer(let number): .integer(number)
        }
    }

    public init?(json: JSONValue) {
        switch json {
        case .string(let text): self = .text(text)
        case .integer(let number): self = .integer(number)
        default: return nil
        }
    }
}

extension FieldType {
    /// Reads a value as it comes: ISO 8601 times, `2001-02-28` dates (of a time the day as written), decimal literals as numbers or text, `true` or `yes`.
    ///
    /// - Throws: `Problem` `field.value`, without a place.
    public func value(of json: JSONValue) throws -> FieldValue {
        let value: FieldValue? =
            switch self {
            case .text: json.plainText.map { .text($0) }
            case .choice(let words):
                json.plainText.flatMap { text in
                    words.first { Text.folded($0) == Text.folded(text) }.map { .text($0) }
                }
            case .integer: (json.integer ?? json.string.flatMap { Int64($0) }).map { .integer($0) }
            case .decimal(let scale): Self.scaled(json, scale).map { .integer($0) }
            case .money(let currency): Self.scaled(json, Self.minorDigits(of: currency)).map { .integer($0) }
            case .date: Self.days(json).map { .integer($0) }
            case .time: (json.integer ?? json.string.flatMap { Timestamp(iso8601: $0)?.milliseconds }).map { .integer($0) }
            case .flag: Self.flag(json).map { .integer($0 ? 1 : 0) }
            }
        guard let value else {
            throw Problem("field.value", "\(json.text.prefix(60)) is not \(words)")
        }
        return value
    }

    /// The value as people read it: the opposite of `value(of:)`.
    public func shown(_ value: FieldValue) -> JSONValue {
        guard case .integer(let number) = value else { return value.json }
        switch self {
        case .decimal(let scale): return .string(Self.unscaled(number, scale))
        case .money(let currency): return .string("\(Self.unscaled(number, Self.minorDigits(of: currency))) \(currency)")
        case .date: return .string(String(Timestamp(milliseconds: number * 86_400_000).rfc3339.prefix(10)))
        case .time: return .string(Timestamp(milliseconds: number).rfc3339)
        case .flag: return .bool(number != 0)
        case .text, .choice, .integer: return .integer(number)
        }
    }

    /// Digits after the point of a currency's minor unit (ISO 4217, list one, 2024): two but for these.
    public static func minorDigits(of currency: String) -> Int {
        switch currency {
        case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
            "XPF":
            0
        case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND": 3
        case "CLF", "UYW": 4
        default: 2
        }
    }

    private var words: String {
        switch self {
        case .text: "a text"
        case .choice(let words): "one of \(words.joined(separator: ", "))"
        case .integer: "a whole number"
        case .decimal(let scale): "a number with up to \(scale) decimals"
        case .money(let currency): "an amount of \(currency)"
        case .date: "a date such as 2001-02-28"
        case .time: "a time such as 2001-02-28T12:00:00Z"
        case .flag: "true or false"
        }
    }

    private static func flag(_ json: JSONValue) -> Bool? {
        if let flag = json.bool { return flag }
        switch json.plainText.map(Text.folded) {
        case "true", "yes", "y", "1": return true
        case "false", "no", "n", "0": return false
        default: return nil
        }
    }

    private static func days(_ json: JSONValue) -> Int64? {
        guard let text = json.string else { return nil }
        // Programs write a day as its midnight.
        return ISOMoment(text).map { Int64($0.day.daysSince1970) }
    }

    /// `12.5` at scale 2 is 1250. More decimals than the scale are refused, unless they are zeros.
    private static func scaled(_ json: JSONValue, _ scale: Int) -> Int64? {
        guard let text = json.plainText else { return nil }
        let negative = text.hasPrefix("-")
        let parts = (negative ? text.dropFirst() : text[...]).split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), !parts[0].isEmpty else { return nil }
        var decimals = parts.count == 2 ? String(parts[1]) : ""
        while decimals.utf8.count > scale, decimals.hasSuffix("0") { decimals.removeLast() }
        guard decimals.utf8.count <= scale else { return nil }
        let digits = parts[0] + decimals + String(repeating: "0", count: scale - decimals.utf8.count)
        guard digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return Int64((negative ? "-" : "") + digits)
    }

    private static func unscaled(_ number: Int64, _ scale: Int) -> String {
        guard scale > 0 else { return String(number) }
        var digits = String(number.magnitude)
        if digits.utf8.count <= scale { digits = String(repeating: "0", count: scale + 1 - digits.utf8.count) + digits }
        return (number < 0 ? "-" : "") + digits.dropLast(scale) + "." + digits.suffix(scale)
    }
}
