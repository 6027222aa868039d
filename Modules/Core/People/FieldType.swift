/// What a field holds.
public enum FieldType: Sendable, Hashable {
    case text
    /// One of a few words.
    case choice([String])
    case integer
    /// A number with up to `scale` decimals (1…9), kept as an integer of 10^-scale.
    case decimal(scale: Int)
    /// An amount of one ISO 4217 currency, kept as an integer of its minor unit.
    case money(currency: String)
    /// A day of the calendar, kept as days since 1970-01-01.
    case date
    /// A moment, kept as milliseconds UTC.
    case time
    /// Yes or no, kept as 1 or 0.
    case flag

    /// The type of the golden column: text columns hold folded text.
    public var column: String {
        switch self {
        case .text, .choice: "TEXT"
        default: "BIGINT"
        }
    }

    /// As it is written in YAML: `text`, `decimal(2)`, `money(EUR)`, `choice(a, b)`.
    public var text: String {
        switch self {
        case .text: "text"
        case .choice(let words): "choice(\(words.joined(separator: ", ")))"
        case .integer: "integer"
        case .decimal(let scale): "decimal(\(scale))"
        case .money(let currency): "money(\(currency))"
        case .date: "date"
        case .time: "time"
        case .flag: "flag"
        }
    }

    public init?(_ text: String) {
        let simple: [String: FieldType] = ["text": .text, "integer": .integer, "date": .date, "time": .time, "flag": .flag]
        if let type = simple[text] {
            self = type
            return
        }
        guard text.hasSuffix(")"), let open = text.firstIndex(of: "(") else { return nil }
        let inner = text[text.index(after: open)...].dropLast()
        let words = inner.split(separator: ",").map { String($0.drop { $0 == " " }) }
        switch text[..<open] {
        case "choice" where !words.isEmpty: self = .choice(words)
        case "decimal":
            guard let scale = Int(inner), (1...9).contains(scale) else { return nil }
            self = .decimal(scale: scale)
        case "money":
            guard inner.utf8.count == 3, inner.utf8.allSatisfy({ $0 >= 0x41 && $0 <= 0x5A }) else { return nil }
            self = .money(currency: String(inner))
        default: return nil
        }
    }
}
