/// What a value looks like, judged by its bytes alone.
public enum CellKind: Sendable, Hashable {
    case empty
    /// With sign, separators, currency or percent sign.
    case number
    /// Date, time or both.
    case moment
    /// Mail address, URL, UUID: text whose form cannot be chance.
    case formed
    /// Words.
    case text
    /// Bytes that a rightly cut cell seldom has.
    case odd

    /// Values of this kind do not stand in a header.
    public var isStrong: Bool { self == .number || self == .moment || self == .formed }

    public init(_ bytes: UnsafeBufferPointer<UInt8>) {
        var (low, high) = (0, bytes.count)
        while low < high, bytes[low] == 0x20 { low += 1 }
        while low < high, bytes[high - 1] == 0x20 { high -= 1 }
        guard low < high else {
            self = .empty
            return
        }
        var counts = Counts()
        for index in low..<high { counts.count(bytes[index], after: index > low ? bytes[index - 1] : 0) }
        self = counts.kind(length: high - low, first: bytes[low], last: bytes[high - 1])
    }

    private struct Counts {
        var digits = 0
        var letters = 0
        var spaces = 0
        var dashes = 0
        var slashes = 0
        var colons = 0
        var dots = 0
        var commas = 0
        var tightCommas = 0
        var ats = 0
        var signs = 0
        var odd = 0
        var other = 0

        mutating func count(_ byte: UInt8, after previous: UInt8) {
            if previous == 0x2C, byte != 0x20, !(0x30...0x39).contains(byte) { tightCommas += 1 }
            switch byte {
            case 0x30...0x39: digits += 1
            case 0x41...0x5A, 0x61...0x7A, 0x80...0xFF: letters += 1
            case 0x20: spaces += 1
            case 0x2D: dashes += 1
            case 0x2F: slashes += 1
            case 0x3A: colons += 1
            case 0x2E: dots += 1
            case 0x2C: commas += 1
            case 0x40: ats += 1
            case 0x2B, 0x25, 0x24, 0x28, 0x29, 0x27, 0x5F: signs += 1
            case 0x09, 0x22, 0x3B, 0x7C, 0x5E, 0x7E, 0x00...0x08, 0x0B, 0x0C, 0x0E...0x1F: odd += 1
            default: other += 1
            }
        }

        func kind(length: Int, first: UInt8, last: UInt8) -> CellKind {
            let plain = odd == 0 && other == 0
            if digits > 0, letters <= 3, plain, ats == 0 {
                // 1.234,50  -7  (12)  12 %  EUR 5
                if slashes == 0, colons == 0, dashes <= 1, spaces <= 3, letters == 0 || length <= 16,
                    letters == 0 || dots + commas > 0 || spaces > 0, !(dashes == 1 && first != 0x2D && last != 0x2D)
                {
                    return .number
                }
                if colons > 0 || slashes == 2 || dashes >= 2 || (slashes == 0 && dots == 2) { return .moment }
                if dashes == 1, spaces == 0, letters == 0, digits >= 5 { return .formed }
            }
            // 3 Jan 2024, Tue Jan 3 2024 10:00
            if digits >= 5, letters >= 3, letters <= 12, plain, ats == 0, spaces + dashes + slashes >= 2, length <= 40 {
                return .moment
            }
            if ats == 1, spaces == 0, dots > 0, letters > 2 { return .formed }
            if colons > 0, slashes >= 2, spaces == 0, letters > 4 { return .formed }
            if dashes == 4, length == 36, spaces == 0 { return .formed }
            if odd > 0 || tightCommas > 0 { return .odd }
            return .text
        }
    }
}
