/// The forms that values are told by. Never empty, without spaces at the ends.
struct CellText {
    let bytes: UnsafeBufferPointer<UInt8>

    var count: Int { bytes.count }

    private func isDigit(_ index: Int) -> Bool { index >= 0 && index < count && (0x30...0x39).contains(bytes[index]) }

    private func isLetter(_ index: Int) -> Bool {
        index >= 0 && index < count && ((0x41...0x5A).contains(bytes[index] & 0xDF) || bytes[index] >= 0x80)
    }

    private func digits(_ index: inout Int) -> Int {
        let from = index
        while isDigit(index) { index += 1 }
        return index - from
    }

    var holdsDigits: Bool { bytes.contains { (0x30...0x39).contains($0) } }

    // MARK: Numbers

    /// `-1.234,50  (12)  12 %  EUR 5  $1,000.00  1'000  .5  1e-3  5 kg  7-`
    var isNumber: Bool {
        var index = 0
        var bracket = false
        if bytes[0] == 0x28 {
            bracket = true
            index += 1
        }
        sign(&index)
        unit(&index, leading: true)
        sign(&index)
        guard mantissa(&index) else { return false }
        if index < count, bytes[index] & 0xDF == 0x45 {
            var exponent = index + 1
            if exponent < count, bytes[exponent] == 0x2B || bytes[exponent] == 0x2D { exponent += 1 }
            if digits(&exponent) > 0 { index = exponent }
        }
        unit(&index, leading: false)
        if bracket {
            guard index < count, bytes[index] == 0x29 else { return false }
            index += 1
        } else if index < count, bytes[index] == 0x2D, index == count - 1, bytes[0] != 0x2D {
            index += 1
        }
        return index == count
    }

    private func sign(_ index: inout Int) {
        if index < count, bytes[index] == 0x2B || bytes[index] == 0x2D {
            index += 1
        } else if index + 2 < count, bytes[index] == 0xE2, bytes[index + 1] == 0x88, bytes[index + 2] == 0x92 {
            index += 3
        }
    }

    /// A currency, a unit or a percent sign of at most three characters, and the space between it and the number. Before the
    /// number, letters are a currency's in upper case and a space follows: `A12` and `Day 1` are names.
    private func unit(_ index: inout Int, leading: Bool) {
        var at = index
        while at < count, bytes[at] == 0x20 { at += 1 }
        let from = at
        // No unit begins with a digit, a separator, a bracket or a sign.
        while at < count, at - from < 5, isLetter(at) || bytes[at] == 0x25 || bytes[at] == 0x24 { at += 1 }
        let letters = (from..<at).count { bytes[$0] & 0xC0 != 0x80 }
        guard at > from, letters <= 3 else { return }
        if leading, (from..<at).contains(where: { (0x61...0x7A).contains(bytes[$0]) }) { return }
        if leading, (0x41...0x5A).contains(bytes[at - 1]), at < count, bytes[at] != 0x20 { return }
        while at < count, bytes[at] == 0x20 { at += 1 }
        index = at
    }

    private func mantissa(_ index: inout Int) -> Bool {
        var group = digits(&index)
        let lead = group
        // What separates groups of three, and how often it has; a decimal separator comes once, last, and is another one.
        var grouping: UInt8 = 0
        var groups = 0
        while index + 1 < count, isDigit(index + 1), !(group == 0 && groups > 0) {
            let byte = bytes[index]
            guard byte == 0x2E || byte == 0x2C || byte == 0x27 || byte == 0x20 else { break }
            var after = index + 1
            group = digits(&after)
            if byte == 0x27 || byte == 0x20, group != 3 { return false }
            if groups > 0, byte == grouping {
                // 12.345.678 and, in India, 12,34,567.
                guard group == 3 || group == 2 else { return false }
            } else if groups > 0 {
                guard byte == 0x2E || byte == 0x2C else { return false }
                index = after
                return true
            } else if lead == 0, byte == 0x27 || byte == 0x20 {
                return false
            }
            grouping = byte
            groups += 1
            index = after
        }
        if groups > 1 { return group == 3 && lead <= 3 }
        return lead + groups > 0
    }

    // MARK: Dates and times

    /// `2024-05-01  1/5/24  1.5.2024 10:30  2024-05-01T10:30:00.5+02:00  10:30 pm  3 Jan 2024  Tue, 3. Januar 2024`
    var isMoment: Bool {
        var index = 0
        if date(&index) {
            if index == count { return true }
            guard bytes[index] == 0x20 || bytes[index] == 0x54 || bytes[index] == 0x2C else { return namedDate }
            index += 1
            while index < count, bytes[index] == 0x20 { index += 1 }
            return time(&index) && index == count
        }
        index = 0
        if time(&index), index == count { return true }
        return namedDate
    }

    private func date(_ index: inout Int) -> Bool {
        let first = digits(&index)
        guard (1...4).contains(first), index < count else { return false }
        let separator = bytes[index]
        guard separator == 0x2D || separator == 0x2F || separator == 0x2E else { return false }
        index += 1
        let second = digits(&index)
        guard (1...2).contains(second) || (second == 4 && first <= 2) else { return false }
        guard index < count, bytes[index] == separator else {
            // 2024-05, 05/2024; 5.2024 is a number.
            return separator != 0x2E && (first == 4) != (second == 4) && first + second >= 5
        }
        index += 1
        let third = digits(&index)
        return (third == 4 && first <= 2) || third == 2 || (third == 1 && first == 4)
    }

    private func time(_ index: inout Int) -> Bool {
        guard (1...2).contains(digits(&index)), index < count, bytes[index] == 0x3A else { return false }
        index += 1
        guard digits(&index) == 2 else { return false }
        if index < count, bytes[index] == 0x3A {
            index += 1
            guard digits(&index) == 2 else { return false }
            if isDigit(index + 1), bytes[index] == 0x2E || bytes[index] == 0x2C {
                index += 1
                _ = digits(&index)
            }
        }
        if index < count, bytes[index] == 0x20 { index += 1 }
        if index + 1 < count, bytes[index + 1] & 0xDF == 0x4D, bytes[index] & 0xDF == 0x41 || bytes[index] & 0xDF == 0x50 {
            index += 2
        } else if index < count, bytes[index] == 0x5A {
            index += 1
        } else if index < count, bytes[index] == 0x2B || bytes[index] == 0x2D {
            index += 1
            guard digits(&index) >= 2 else { return false }
            if index < count, bytes[index] == 0x3A {
                index += 1
                guard digits(&index) == 2 else { return false }
            }
        }
        return true
    }

    /// Numbers around the name of a month.
    private var namedDate: Bool {
        var (months, numbers, others) = (0, 0, 0)
        var index = 0
        while index < count {
            if isDigit(index) {
                guard digits(&index) <= 4 else { return false }
                numbers += 1
            } else if isLetter(index) {
                let from = index
                while isLetter(index) { index += 1 }
                guard index - from <= 12 else { return false }
                if Self.months.contains(word(from, index)) { months += 1 } else { others += 1 }
            } else {
                guard " ,.-/:+".utf8.contains(bytes[index]) else { return false }
                index += 1
            }
        }
        return months == 1 && (1...7).contains(numbers) && others <= 2
    }

    private func word(_ from: Int, _ to: Int) -> String {
        String(decoding: (from..<to).map { bytes[$0] < 0x80 ? bytes[$0] | 0x20 : bytes[$0] }, as: UTF8.self)
    }

    private static let months: Set<String> = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "january", "february",
        "march",
        "april", "june", "july", "august", "september", "october", "november", "december", "januar", "februar", "märz", "mär",
        "mai",
        "juni", "juli", "okt", "oktober", "dez", "dezember", "janvier", "février", "févr", "fév", "mars", "avril", "avr", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre", "déc", "enero", "ene", "febrero", "marzo", "abril",
        "abr",
        "mayo", "junio", "julio", "agosto", "ago", "septiembre", "octubre", "noviembre", "diciembre", "dic", "gennaio", "gen",
        "febbraio", "aprile", "maggio", "mag", "giugno", "giu", "luglio", "lug", "settembre", "set", "ottobre", "ott", "dicembre",
        "januari", "februari", "maart", "mrt", "mei", "augustus",
    ]

    // MARK: Addresses

    /// `+49 (30) 123-456`
    var isTelephone: Bool {
        guard count <= 24 else { return false }
        var digits = 0
        for byte in bytes {
            switch byte {
            case 0x30...0x39: digits += 1
            case 0x20, 0x28, 0x29, 0x2B, 0x2D, 0x2E, 0x2F: break
            default: return false
            }
        }
        return digits >= 6 && digits <= 15
    }

    var isUUID: Bool {
        guard count == 36 else { return false }
        return bytes.indices.allSatisfy { index in
            switch index {
            case 8, 13, 18, 23: bytes[index] == 0x2D
            default: isDigit(index) || (0x41...0x46).contains(bytes[index] & 0xDF)
            }
        }
    }

    /// A mail address or a URL.
    var isAddress: Bool {
        var (ats, dots, scheme) = (0, 0, false)
        for index in bytes.indices {
            switch bytes[index] {
            case 0x00...0x20, 0x22, 0x7C, 0x5E: return false
            case 0x40: ats += 1
            case 0x2E: if ats > 0 { dots += 1 }
            case 0x2C, 0x3B: if !scheme { return false }
            case 0x3A:
                if !scheme, index > 1, index + 2 < count, bytes[index + 1] == 0x2F, bytes[index + 2] == 0x2F {
                    guard (0..<index).allSatisfy({ isLetter($0) }) else { return false }
                    scheme = true
                } else if !scheme {
                    return false
                }
            default: break
            }
        }
        if scheme { return !bytes.indices.dropFirst(8).contains { bytes[$0] == 0x3A && $0 + 2 < count && bytes[$0 + 1] == 0x2F } }
        return ats == 1 && dots > 0 && bytes[0] != 0x40 && bytes[count - 1] != 0x2E
    }

    // MARK: Others

    /// Delimiters of other dialects, halves of quotes, commas with something right behind them.
    var isOdd: Bool {
        for index in bytes.indices {
            switch bytes[index] {
            case 0x00...0x09, 0x0B, 0x0C, 0x0E...0x1F, 0x22, 0x3B, 0x7C, 0x5E, 0x7E: return true
            case 0x2C: if index + 1 < count, bytes[index + 1] != 0x20, !isDigit(index + 1) { return true }
            // Digits on both sides, but neither date nor number.
            case 0x21, 0x23, 0x26, 0x2A, 0x3A, 0x3D: if isDigit(index - 1), isDigit(index + 1) { return true }
            default: break
            }
        }
        return [0x27, 0x60].contains(bytes[0]) || [0x27, 0x60].contains(bytes[count - 1])
    }
}
