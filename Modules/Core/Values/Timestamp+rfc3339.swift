extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC with milliseconds: `2026-11-21T20:50:27.000Z`.
    public var rfc3339: String {
        let days = Int(milliseconds.flooredDivision(by: 86_400_000))
        let date = CivilDate(daysSince1970: days)
        let rest = Int(milliseconds - Int64(days) * 86_400_000)
        return String(unsafeUninitializedCapacity: 32) { buffer in
            var at = 0
            func put(_ value: Int, _ width: Int) {
                var divisor = 1
                for _ in 1..<width { divisor *= 10 }
                var value = value
                for _ in 0..<width {
                    buffer[at] = UInt8(48 + (value / divisor) % 10)
                    at += 1
                    value %= divisor
                    divisor /= 10
                }
            }
            func put(_ byte: Character) {
                buffer[at] = byte.asciiValue ?? 0
                at += 1
            }
            put(min(max(date.year, 0), 9999), 4)
            put("-")
            put(date.month, 2)
            put("-")
            put(date.day, 2)
            put("T")
            put(rest / 3_600_000, 2)
            put(":")
            put(rest / 60_000 % 60, 2)
            put(":")
            put(rest / 1_000 % 60, 2)
            put(".")
            put(rest % 1_000, 3)
            put("Z")
            return at
        }
    }

    public var description: String { rfc3339 }

    /// Reads RFC 3339 (`2026-11-21T20:50:27.123+01:00`; a space for the `T` and a missing fraction are allowed, as section
    /// 5.6 notes). A fraction finer than a millisecond is cut. `nil` for anything else, impossible days included.
    public init?(rfc3339 text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20 else { return nil }
        func number(_ from: Int, _ count: Int) -> Int? {
            guard from + count <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[from..<from + count] {
                guard (48...57).contains(byte) else { return nil }
                value = value * 10 + Int(byte) - 48
            }
            return value
        }
        guard let year = number(0, 4), bytes[4] == 45, let month = number(5, 2), bytes[7] == 45, let day = number(8, 2),
            bytes[10] | 0x20 == 0x74 || bytes[10] == 32, let hour = number(11, 2), bytes[13] == 58,
            let minute = number(14, 2), bytes[16] == 58, let second = number(17, 2),
            let date = CivilDate(year: year, month: month, day: day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var at = 19
        var fraction = 0
        if bytes[at] == 46 {
            at += 1
            let start = at
            while at < bytes.count, (48...57).contains(bytes[at]) {
                if at - start < 3 { fraction = fraction * 10 + Int(bytes[at]) - 48 }
                at += 1
            }
            guard at > start else { return nil }
            for _ in 0..<max(0, 3 - (at - start)) { fraction *= 10 }
        }
        guard at < bytes.count else { return nil }
        var offset = 0
        switch bytes[at] {
        case 0x5A, 0x7A:
            guard at + 1 == bytes.count else { return nil }
        case 43, 45:
            guard at + 6 == bytes.count, let hours = number(at + 1, 2), bytes[at + 3] == 58, let minutes = number(at + 4, 2),
                hours < 24, minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * (bytes[at] == 43 ? 1 : -1)
        default: return nil
        }
        let days = Int64(date.daysSince1970)
        let inDay = Int64(hour * 3_600_000 + minute * 60_000 + second * 1_000 + fraction)
        self.init(milliseconds: days * 86_400_000 + inDay - Int64(offset) * 60_000)
    }
}

extension Int64 {
    /// The quotient rounded towards minus infinity.
    public func flooredDivision(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor != 0 && (self < 0) != (divisor < 0) ? quotient - 1 : quotient
    }
}
