public import RapportCore

/// How numbers and amounts are written.
public struct NumberFormat: Sendable, Hashable {
    /// `.` or `,`; `nil` takes whichever of both stands last where both occur, and else the point.
    public var decimal: Character?
    /// The result is a whole number.
    public var isWhole: Bool
    /// The text counts minor units (cents) with this many decimals.
    public var minorDigits: Int

    public init(decimal: Character? = nil, isWhole: Bool = false, minorDigits: Int = 0) {
        self.decimal = decimal
        self.isWhole = isWhole
        self.minorDigits = minorDigits
    }

    /// The number without grouping, currency and spaces; `nil` if there is none. `(12.50)` and `12.50-` are negative, as
    /// bookkeeping writes them.
    public func number(_ text: String) -> JSONValue? {
        var negative = false
        var kept: [Character] = []
        for character in text {
            switch character {
            case "-", "−", "(": negative = true
            case "0"..."9", ".", ",": kept.append(character)
            case "'", "’", " ", "\u{A0}", "\u{202F}", ")", "+", "%": continue
            default:
                // Currency signs and codes stand before or after the digits, never among them.
                guard character.isLetter || character.isCurrencySymbol else { return nil }
            }
        }
        let point =
            decimal ?? kept.last { $0 == "." || $0 == "," }.flatMap { last in
                kept.contains(".") && kept.contains(",") ? last : "."
            } ?? "."
        let grouping: Character = point == "." ? "," : "."
        kept.removeAll { $0 == grouping }
        let parts = String(kept).split(separator: point, omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.contains(where: { !$0.isEmpty }) else { return nil }
        var whole = String(parts[0].drop { $0 == "0" })
        var fraction = parts.count == 2 ? String(parts[1]) : ""
        if minorDigits > 0 {
            guard fraction.allSatisfy({ $0 == "0" }) else { return nil }
            let padded = String(repeating: "0", count: max(0, minorDigits + 1 - whole.count)) + whole
            whole = String(padded.dropLast(minorDigits).drop { $0 == "0" })
            fraction = String(padded.suffix(minorDigits))
        }
        if whole.isEmpty { whole = "0" }
        let sign = negative ? "-" : ""
        if isWhole {
            guard fraction.allSatisfy({ $0 == "0" }) else { return nil }
            return Int64(sign + whole).map { .integer($0) }
        }
        if fraction.isEmpty { return Int64(sign + whole).map { .integer($0) } }
        return .decimal(sign + whole + "." + fraction)
    }
}
