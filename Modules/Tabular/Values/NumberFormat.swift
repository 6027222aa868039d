public import RapportCore

/// How numbers and amounts are written.
public struct NumberFormat: Sendable, Hashable {
    /// `.` or `,`; `nil` takes whichever of both stands last where both occur, a comma that cannot group thousands, and else the
    /// point.
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

    /// The number without grouping, currency and spaces; `nil` if there is none, or if the text is more than one number: a range,
    /// a date, `5 x 3.99`, `1.23E+05`. `(12.50)` and `12.50-` are negative, as bookkeeping writes them; `5,-` is five.
    ///
    /// What groups thousands must do so: `12,50` is no number where the point separates decimals.
    public func number(_ text: String) -> JSONValue? {
        guard let written = WrittenNumber(text), let parts = written.parts(decimal: decimal) else { return nil }
        var whole = String(parts.whole.drop { $0 == "0" })
        var fraction = parts.fraction
        if minorDigits > 0 {
            guard fraction.allSatisfy({ $0 == "0" }) else { return nil }
            let padded = String(repeating: "0", count: max(0, minorDigits + 1 - whole.count)) + whole
            whole = String(padded.dropLast(minorDigits).drop { $0 == "0" })
            fraction = String(padded.suffix(minorDigits))
        }
        if whole.isEmpty { whole = "0" }
        let sign = written.isNegative ? "-" : ""
        if isWhole {
            guard fraction.allSatisfy({ $0 == "0" }) else { return nil }
            return Int64(sign + whole).map { .integer($0) }
        }
        if fraction.isEmpty { return Int64(sign + whole).map { .integer($0) } }
        return .decimal(sign + whole + "." + fraction)
    }
}
