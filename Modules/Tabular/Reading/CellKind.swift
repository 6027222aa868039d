/// What a value looks like, judged by its bytes alone.
public enum CellKind: Sendable, Hashable {
    case empty
    /// With sign, separators, unit, currency or percent sign.
    case number
    /// Date, time or both.
    case moment
    /// Mail address, URL, UUID, telephone number: text whose form cannot be chance.
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
        let value = CellText(bytes: UnsafeBufferPointer(rebasing: bytes[low..<high]))
        if value.holdsDigits {
            // Longer than any of them.
            if value.count <= 48 {
                if value.isNumber {
                    self = .number
                    return
                }
                if value.isMoment {
                    self = .moment
                    return
                }
            }
            if value.isTelephone || value.isUUID {
                self = .formed
                return
            }
        }
        if value.isAddress {
            self = .formed
        } else {
            self = value.isOdd ? .odd : .text
        }
    }
}
