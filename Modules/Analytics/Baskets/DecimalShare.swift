/// A share from 0 to 1 as somebody wrote it, compared with counts exactly: `0.3` is three tenths, not the nearest double.
public struct DecimalShare: Sendable, Hashable, CustomStringConvertible {
    private let numerator: UInt64
    private let denominator: UInt64
    public let description: String

    /// Reads `0.01`, `.5`, `1`, `5e-3`, `2 %`; `nil` for anything else, for shares above 1 and for more than 18 decimals.
    public init?(_ text: String) {
        var digits = text.filter { $0 != " " }
        var shift = 0
        if digits.hasSuffix("%") {
            digits.removeLast()
            shift = 2
        }
        if let mark = digits.firstIndex(where: { $0 == "e" || $0 == "E" }) {
            guard let exponent = Int(digits[digits.index(after: mark)...]), abs(exponent) <= 18 else { return nil }
            shift -= exponent
            digits = String(digits[..<mark])
        }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), digits.contains(where: \.isNumber),
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
        else { return nil }
        var fraction = parts.count == 2 ? parts[1] : ""
        while fraction.hasSuffix("0") { fraction.removeLast() }
        shift += fraction.count
        guard var numerator = UInt64(parts[0] + fraction) else { return nil }
        while shift < 0 {
            let (product, overflow) = numerator.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            numerator = product
            shift += 1
        }
        guard shift <= 18 else { return nil }
        let denominator = (0..<shift).reduce(UInt64(1)) { value, _ in value * 10 }
        guard numerator <= denominator else { return nil }
        self.numerator = numerator
        self.denominator = denominator
        description = text
    }

    /// Whether `part / whole` is this share or more.
    public func isReached(by part: Int, of whole: Int) -> Bool {
        let left = UInt64(part).multipliedFullWidth(by: denominator)
        let right = UInt64(whole).multipliedFullWidth(by: numerator)
        return (left.high, left.low) >= (right.high, right.low)
    }

    /// The smallest count that reaches this share of `whole`.
    public func leastCount(of whole: Int) -> Int {
        let (quotient, remainder) = denominator.dividingFullWidth(UInt64(whole).multipliedFullWidth(by: numerator))
        return Int(quotient) + (remainder > 0 ? 1 : 0)
    }
}
