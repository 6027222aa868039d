/// Reads decimal numbers into integers of their last place, without floating point.
public enum ScaledInteger {
    /// The number that `text` writes, times ten to the power of `scale`, rounded half away from zero.
    ///
    /// Accepted is what JSON accepts (`-12`, `12.50`, `1e3`), a leading `+`, and spaces around.
    /// - Parameter exactly: `nil` rather than rounding.
    /// - Returns: `nil` for anything else, and where the result needs more than 64 bits.
    public static func parse(_ text: some StringProtocol, scale: Int, exactly: Bool = false) -> Int64? {
        var rest = Substring(text).utf8[...]
        while rest.first == 0x20 { rest.removeFirst() }
        while rest.last == 0x20 { rest.removeLast() }
        let isNegative = rest.first == 0x2D
        if isNegative || rest.first == 0x2B { rest.removeFirst() }

        var digits: [UInt8] = []
        var places = 0
        var sawPoint = false
        while let byte = rest.first, byte != 0x65, byte != 0x45 {
            rest.removeFirst()
            if byte == 0x2E, !sawPoint, !digits.isEmpty {
                sawPoint = true
            } else if (0x30...0x39).contains(byte) {
                digits.append(byte - 0x30)
                if sawPoint { places += 1 }
            } else {
                return nil
            }
        }
        guard !digits.isEmpty, !(sawPoint && places == 0) else { return nil }
        var exponent = 0
        if !rest.isEmpty {
            rest.removeFirst()
            guard let power = Int(String(Substring(rest))), abs(power) <= 400 else { return nil }
            exponent = power
        }

        // The point moves right by the exponent and the scale; what is left of it is the result.
        let kept = digits.count - places + exponent + scale
        var value: Int64 = 0
        for index in 0..<max(kept, 0) {
            let digit = index < digits.count ? Int64(digits[index]) : 0
            let (product, tooBig) = value.multipliedReportingOverflow(by: 10)
            let (sum, stillTooBig) = product.addingReportingOverflow(isNegative ? -digit : digit)
            if tooBig || stillTooBig { return nil }
            value = sum
        }
        guard kept < digits.count else { return value }
        let dropped = kept < 0 ? [0] : digits[kept...]
        if exactly { return dropped.allSatisfy { $0 == 0 } && (kept >= 0 || digits.allSatisfy { $0 == 0 }) ? value : nil }
        guard let first = dropped.first, first >= 5 else { return value }
        let (rounded, tooBig) = value.addingReportingOverflow(isNegative ? -1 : 1)
        return tooBig ? nil : rounded
    }

    /// The same of bytes: plain numbers, as nearly all are, without taking memory.
    public static func parse(_ bytes: UnsafeBufferPointer<UInt8>, scale: Int) -> Int64? {
        var (value, digits, places) = (Int64(0), 0, 0)
        let isNegative = bytes.first == 0x2D
        var sawPoint = false
        for byte in bytes.dropFirst(isNegative ? 1 : 0) {
            if (0x30...0x39).contains(byte), digits < 18 {
                value = value * 10 + Int64(byte - 0x30)
                digits += 1
                if sawPoint { places += 1 }
            } else if byte == 0x2E, !sawPoint, digits > 0 {
                sawPoint = true
            } else {
                return parse(String(decoding: bytes, as: UTF8.self), scale: scale)
            }
        }
        guard digits > 0, places > 0 || !sawPoint, places <= scale, digits + scale - places <= 18 else {
            return parse(String(decoding: bytes, as: UTF8.self), scale: scale)
        }
        for _ in places..<scale { value *= 10 }
        return isNegative ? -value : value
    }

    /// The number that `value` is as an integer of its last place: 1250 of scale 2 is `12.50`.
    public static func text(_ value: Int64, scale: Int) -> String {
        guard scale > 0 else { return String(value) }
        let digits = String(value.magnitude)
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        return (value < 0 ? "-" : "") + padded.dropLast(scale) + "." + padded.suffix(scale)
    }
}
