/// How a declared property is read from JSON into an integer column.
public enum SlotType: Sendable, Hashable {
    /// Text, kept as the number of a symbol.
    case text
    case integer
    /// A decimal kept as an integer of its last place: with scale 2, 1.5 is 150.
    case decimal(scale: Int)
    /// An amount in minor units of the currency that the property called `currency` names by its ISO 4217 code.
    case money(currency: String)
    /// A moment in milliseconds UTC, given as ISO 8601 text (of UTC without an offset) or as such an integer.
    case time
    /// 1 or 0.
    case flag

    /// The typed value, or `nil` if `value` is not of this type.
    public func value(of value: JSONValue, in properties: JSONValue) -> SlotValue? {
        switch self {
        case .text:
            switch value {
            case .string(let text): return text.isEmpty ? nil : .text(text)
            case .integer(let number): return .text(String(number))
            case .decimal(let literal): return .text(literal)
            default: return nil
            }
        case .integer: return Self.scaled(value, 0, exactly: true)
        case .decimal(let scale): return Self.scaled(value, scale)
        case .money(let currency): return Self.scaled(value, Currency.exponent(of: properties[currency]?.string))
        case .time:
            switch value {
            case .integer(let milliseconds): return .integer(milliseconds)
            case .string(let text): return Timestamp(iso8601: text).map { .integer($0.milliseconds) }
            default: return nil
            }
        case .flag: return value.bool.map { .integer($0 ? 1 : 0) }
        }
    }

    private static func scaled(_ value: JSONValue, _ scale: Int, exactly: Bool = false) -> SlotValue? {
        switch value {
        case .integer(let number): ScaledInteger.parse(String(number), scale: scale).map { .integer($0) }
        case .decimal(let text), .string(let text):
            ScaledInteger.parse(text, scale: scale, exactly: exactly).map { .integer($0) }
        default: nil
        }
    }
}

extension SlotType {
    /// The form that the database and YAML use: `text`, `integer`, `decimal(2)`, `money(currency)`, `time`, `flag`.
    public var text: String {
        switch self {
        case .text: "text"
        case .integer: "integer"
        case .decimal(let scale): "decimal(\(scale))"
        case .money(let currency): "money(\(currency))"
        case .time: "time"
        case .flag: "flag"
        }
    }

    /// Reads the form that `text` writes. `money` alone takes its currency from the property `currency`.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "(", maxSplits: 1)
        guard let name = parts.first else { return nil }
        var argument: Substring?
        if parts.count == 2 {
            guard parts[1].hasSuffix(")") else { return nil }
            argument = Substring(parts[1].dropLast())
        }
        switch (name, argument) {
        case ("text", nil): self = .text
        case ("integer", nil): self = .integer
        case ("time", nil): self = .time
        case ("flag", nil): self = .flag
        case ("money", nil): self = .money(currency: "currency")
        case ("money", let currency?) where !currency.isEmpty: self = .money(currency: String(currency))
        case ("decimal", let scale?):
            guard let scale = Int(scale), (0...9).contains(scale) else { return nil }
            self = .decimal(scale: scale)
        default: return nil
        }
    }
}
