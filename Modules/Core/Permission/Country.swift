/// An ISO 3166-1 alpha-2 code in one small number: `GB`. Zero is the unknown country.
public struct Country: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let packed: UInt16

    public static let unknown = Country(packed: 0)

    public init(packed: UInt16) { self.packed = packed }

    /// `nil` unless `code` is two ASCII letters; case does not matter.
    public init?(_ code: some StringProtocol) {
        var letters: [UInt16] = []
        for byte in code.utf8 {
            let letter = byte & 0xDF
            guard (65...90).contains(letter), byte >= 65 else { return nil }
            letters.append(UInt16(letter) - 64)
        }
        guard letters.count == 2 else { return nil }
        packed = letters[0] << 5 | letters[1]
    }

    /// The code in capitals; empty for the unknown country.
    public var description: String {
        guard packed != 0 else { return "" }
        return String(decoding: [UInt8(packed >> 5 & 31) + 64, UInt8(packed & 31) + 64], as: UTF8.self)
    }

    public static func < (left: Country, right: Country) -> Bool { left.packed < right.packed }
}
