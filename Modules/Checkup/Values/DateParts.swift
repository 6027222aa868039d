import RapportCore

/// Which of day and month stands first where both are numbers.
public enum DateOrder: String, Sendable, Hashable { case dayFirst = "day_first", monthFirst = "month_first" }

/// A date as it is written, not yet checked against the calendar: `2024-02-31`, `31/02/2024`, `Feb 31, 2024 10:00`, `20240231`.
struct DateParts: Sendable, Hashable {
    /// -1 where the order is not known: then `first` and `second` are what stands there.
    var year: Int
    var month: Int
    var day: Int
    /// Two numbers whose order the column tells.
    private var isOpen = false
    /// Only the year is known.
    private(set) var isYear = false

    /// `nil` for text that is no date at all.
    init?(_ text: String) {
        var text = text
        let parts = text.withUTF8 { Self.scan($0) }
        guard let parts else { return nil }
        let (a, b, c) = parts.numbers
        let widths = parts.widths
        switch (parts.count, parts.named) {
        case (1, nil):
            guard widths.0 == 8, (1_000...2_999).contains(a / 10_000) || a == 0 else {
                guard widths.0 == 4, (1_850...2_150).contains(a) else { return nil }
                (year, month, day) = (a, 1, 1)
                isYear = true
                return
            }
            (year, month, day) = (a / 10_000, a / 100 % 100, a % 100)
        case (3, nil):
            if widths.0 == 4 {
                (year, month, day) = (a, b, c)
            } else if widths.2 == 4 || widths.2 == 2, widths.0 <= 2, widths.1 <= 2 {
                (year, month, day) = (Self.full(c, widths.2), a, b)
                isOpen = true
            } else {
                return nil
            }
            guard widths.1 <= 2 else { return nil }
        case (2, let named?):
            // `3 Feb 2024`, `Feb 3, 2024`, `2024 Feb 3`.
            if widths.0 == 4 {
                (year, month, day) = (a, named, b)
            } else {
                guard widths.0 <= 2, widths.1 == 4 || widths.1 == 2 else { return nil }
                (year, month, day) = (Self.full(b, widths.1), named, a)
            }
        case (2, nil) where widths.1 == 4 && widths.0 <= 2:
            (year, month, day) = (b, a, 1)
        case (2, nil) where widths.0 == 4 && widths.1 <= 2:
            (year, month, day) = (a, b, 1)
        case (1, let named?) where widths.0 == 4:
            (year, month, day) = (a, named, 1)
        default: return nil
        }
        guard year <= 9_999 else { return nil }
    }

    /// The numbers in the order in which a calendar reads them.
    func ordered(_ order: DateOrder) -> (year: Int, month: Int, day: Int) {
        isOpen && order == .dayFirst ? (year, day, month) : (year, month, day)
    }

    /// The day, `nil` where the calendar has none.
    func day(_ order: DateOrder) -> CivilDate? {
        let parts = ordered(order)
        return CivilDate(year: parts.year, month: parts.month, day: parts.day)
    }

    /// Fits no order: `31/02/2024`, `13/13/2024`.
    var isImpossible: Bool { day(.dayFirst) == nil && day(.monthFirst) == nil }
    /// `0000-00-00`: a program's word for nothing.
    var isZero: Bool { year == 0 && month == 0 && day == 0 }
    /// Tells which of day and month stands first: 1 the day, -1 the month, 0 nothing.
    var vote: Int {
        guard isOpen else { return 0 }
        if month > 12, day <= 12 { return 1 }
        if day > 12, month <= 12 { return -1 }
        return 0
    }

    /// POSIX: 69 to 99 are of the last century.
    private static func full(_ number: Int, _ width: Int) -> Int {
        width == 2 ? number + (number < 69 ? 2_000 : 1_900) : number
    }

    /// Up to three numbers, with how many digits each has, and the month that is named.
    private struct Scanned {
        var count = 0
        var numbers = (0, 0, 0)
        var widths = (0, 0, 0)
        var named: Int?

        var isFull: Bool { count == 3 || count == 2 && named != nil }

        mutating func append(_ number: Int, _ width: Int) {
            switch count {
            case 0: (numbers.0, widths.0) = (number, width)
            case 1: (numbers.1, widths.1) = (number, width)
            default: (numbers.2, widths.2) = (number, width)
            }
            count += 1
        }
    }

    private static func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> Scanned? {
        guard bytes.count >= 4, bytes.count <= 40 else { return nil }
        var found = Scanned()
        var at = 0
        while at < bytes.count {
            let byte = bytes[at]
            if byte >= 0x30, byte <= 0x39 {
                var (number, width) = (0, 0)
                while at < bytes.count, bytes[at] >= 0x30, bytes[at] <= 0x39, width < 9 {
                    number = number * 10 + Int(bytes[at] - 0x30)
                    width += 1
                    at += 1
                }
                // What follows a full date is its time.
                if found.isFull { return width <= 2 && at < bytes.count && bytes[at] == 0x3A ? found : nil }
                found.append(number, width)
            } else if (byte | 0x20) >= 0x61, (byte | 0x20) <= 0x7A {
                let start = at
                while at < bytes.count, (bytes[at] | 0x20) >= 0x61, (bytes[at] | 0x20) <= 0x7A { at += 1 }
                if found.isFull { return at - start == 1 && (byte | 0x20) == 0x74 || at - start == 2 ? found : nil }
                if at - start == 2, ["st", "nd", "rd", "th"].contains(word(bytes, start, at)) { continue }
                guard found.named == nil, let month = months[String(word(bytes, start, at).prefix(3))], at - start >= 3 else {
                    return nil
                }
                found.named = month
            } else if byte == 0x2D || byte == 0x2F || byte == 0x2E || byte == 0x20 || byte == 0x2C {
                at += 1
            } else {
                return nil
            }
        }
        return found
    }

    private static func word(_ bytes: UnsafeBufferPointer<UInt8>, _ from: Int, _ to: Int) -> String {
        String(decoding: bytes[from..<to].map { $0 | 0x20 }, as: UTF8.self)
    }

    /// By the first three letters, in English and, where they differ, in German, French, Spanish and Italian.
    private static let months: [String: Int] = {
        let names = [
            "jan ene gen", "feb fev", "mar mrz", "apr avr abr", "may mai mag", "jun giu", "jul lug", "aug ago aou", "sep set",
            "oct okt ott", "nov", "dec dez dic",
        ]
        var months: [String: Int] = [:]
        for (index, line) in names.enumerated() { for name in line.split(separator: " ") { months[String(name)] = index + 1 } }
        return months
    }()
}
