import RapportCore

/// Reads a text by the tokens of a format, byte by byte.
struct DateScanner {
    struct Parts {
        var day: CivilDate
        var milliseconds: Int64
        var offset: Int64?
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var at = 0

    /// `nil` where the text is not written so.
    static func parts(_ text: String, _ tokens: [DateFormat.Token]) -> Parts? {
        var text = text
        return text.withUTF8 { bytes in
            var scanner = DateScanner(bytes: bytes)
            return scanner.read(tokens)
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private mutating func read(_ tokens: [DateFormat.Token]) -> Parts? {
        var (year, month, day) = (0, 0, 0)
        var (hour, minute, second, fraction) = (0, 0, 0, 0)
        var afternoon: Bool?
        var offset: Int64?
        for token in tokens {
            switch token {
            case .literal(let character):
                for byte in character.utf8 {
                    guard next == byte else { return nil }
                    at += 1
                }
            case .year4:
                guard let number = digits(4, atLeast: 4) else { return nil }
                year = number
            case .year2:
                guard let number = digits(2, atLeast: 2) else { return nil }
                // POSIX: 69 to 99 are of the last century.
                year = number + (number < 69 ? 2_000 : 1_900)
            case .month:
                guard let number = digits(2) else { return nil }
                month = number
            case .monthName:
                guard let number = monthName() else { return nil }
                month = number
            case .day:
                guard let number = digits(2) else { return nil }
                day = number
            case .hour, .hour12:
                guard let number = digits(2), number < 24 else { return nil }
                hour = number
            case .minute:
                guard let number = digits(2, atLeast: 2), number < 60 else { return nil }
                minute = number
            case .second:
                guard let number = digits(2, atLeast: 2), number < 61 else { return nil }
                second = number
            case .fraction:
                guard let number = thousandths() else { return nil }
                fraction = number
            case .half:
                guard at + 2 <= bytes.count, bytes[at + 1] | 0x20 == UInt8(ascii: "m") else { return nil }
                let letter = bytes[at] | 0x20
                guard letter == UInt8(ascii: "a") || letter == UInt8(ascii: "p") else { return nil }
                afternoon = letter == UInt8(ascii: "p")
                at += 2
            case .offset:
                guard let found = zoneOffset() else { return nil }
                offset = found
            }
        }
        guard at == bytes.count, let civil = CivilDate(year: year, month: month, day: day) else { return nil }
        if let afternoon { hour = hour % 12 + (afternoon ? 12 : 0) }
        let inDay = Int64(((hour * 60 + minute) * 60 + second) * 1_000 + fraction)
        return Parts(day: civil, milliseconds: inDay, offset: offset)
    }

    private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func digits(_ most: Int, atLeast least: Int = 1) -> Int? {
        var (count, number) = (0, 0)
        while count < most, at + count < bytes.count, (0x30...0x39).contains(bytes[at + count]) {
            number = number * 10 + Int(bytes[at + count] - 0x30)
            count += 1
        }
        guard count >= least else { return nil }
        at += count
        return number
    }

    /// A fraction of a second of any length, of which what is finer than a millisecond is cut.
    private mutating func thousandths() -> Int? {
        let start = at
        guard var number = digits(3) else { return nil }
        for _ in (at - start)..<3 { number *= 10 }
        while let byte = next, (0x30...0x39).contains(byte) { at += 1 }
        return number
    }

    /// The first three letters tell; the rest of the word goes with them, accents and all.
    private mutating func monthName() -> Int? {
        let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        let word = String(decoding: bytes[at...], as: UTF8.self).prefix { $0.isLetter }
        guard let index = names.firstIndex(of: String(word.lowercased().prefix(3))) else { return nil }
        at += word.utf8.count
        return index + 1
    }

    /// `Z`, `+02:00` or `+0200`, in milliseconds.
    private mutating func zoneOffset() -> Int64? {
        guard let sign = next else { return nil }
        at += 1
        if sign == UInt8(ascii: "Z") { return 0 }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), let hours = digits(2, atLeast: 2) else { return nil }
        if next == UInt8(ascii: ":") { at += 1 }
        guard let minutes = digits(2, atLeast: 2) else { return nil }
        return Int64((hours * 60 + minutes) * 60_000) * (sign == UInt8(ascii: "-") ? -1 : 1)
    }
}
