/// A day as a column writes it, not checked against the calendar: 31 February of a typing error is evidence too.
struct DateValue: Sendable, Hashable {
    var year: Int
    /// 0: not stated.
    var month: Int
    var day: Int

    /// Reads `1980-02-01`, `01/02/1980`, `1.2.80`, `19800201`, `1 feb 1980`, `02/1980`, `abt 1980`, `1980?`; `nil` for anything else.
    init?(_ text: some Collection<UInt16>, dayFirst: Bool) {
        var units = Array(text)
        // A time after the date says nothing here.
        if let cut = units.firstIndex(where: { $0 == 0x74 || $0 == 0x20 }), cut >= 8, units[..<cut].filter(\.isDigit).count >= 6 {
            units = Array(units[..<cut])
        }
        if units.count == 8, units.allSatisfy(\.isDigit) {
            let number = units.reduce(0) { $0 * 10 + Int($1 - 0x30) }
            if (1000...2199).contains(number / 10_000) {
                self.init(year: number / 10_000, month: number / 100 % 100, day: number % 100)
            } else {
                let (a, b) = (number / 1_000_000, number / 10_000 % 100)
                self.init(year: number % 10_000, month: dayFirst ? b : a, day: dayFirst ? a : b)
            }
        } else {
            let parts = Self.parts(units)
            if parts.count == 3, parts[0].digits == 4 {
                self.init(year: parts[0].number, month: parts[1].number, day: parts[2].number)
            } else if parts.count == 3, parts[2].digits == 4 || parts[2].digits == 2 {
                let year = parts[2].digits == 4 ? parts[2].number : parts[2].number + (parts[2].number > 30 ? 1900 : 2000)
                let named = parts.firstIndex(where: \.isNamed)
                let dayIsFirst = named == 0 ? false : named == 1 ? true : dayFirst
                self.init(year: year, month: parts[dayIsFirst ? 1 : 0].number, day: parts[dayIsFirst ? 0 : 1].number)
            } else if parts.count == 1, parts[0].digits == 4 {
                self.init(year: parts[0].number, month: 0, day: 0)
            } else if parts.count == 2, let year = parts.first(where: { $0.digits == 4 }),
                let month = parts.first(where: { $0.digits <= 2 }), (1...12).contains(month.number)
            {
                self.init(year: year.number, month: month.number, day: 0)
            } else {
                return nil
            }
        }
        guard (1000...2199).contains(year), (0...31).contains(day), (0...31).contains(month), month <= 12 || day <= 12 || year > 0
        else { return nil }
        if month > 12 || month == 0 && day > 0, units.count != 8 { return nil }
    }

    private init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    struct Part {
        var number: Int
        var digits: Int
        var isNamed = false
    }

    /// The numbers and names of months in a text; empty where something else stands in it.
    static func parts(_ text: some Collection<UInt16>) -> [Part] {
        var parts: [Part] = []
        var letters: [UInt16] = []
        func month() -> Int? {
            guard letters.count >= 3, letters.count <= 10 else { return nil }
            return months[String(decoding: letters.prefix(4), as: UTF16.self)]
                ?? months[String(decoding: letters.prefix(3), as: UTF16.self)]
        }
        func flush() -> Bool {
            defer { letters = [] }
            if let number = month() {
                parts.append(Part(number: number, digits: 2, isNamed: true))
                return true
            }
            return qualifiers.contains(String(decoding: letters, as: UTF16.self))
        }
        var inNumber = false
        for unit in Array(text) + [0x20] {
            if unit.isDigit {
                guard letters.isEmpty || flush() else { return [] }
                if inNumber, let last = parts.indices.last, parts[last].digits < 9 {
                    parts[last].number = parts[last].number * 10 + Int(unit - 0x30)
                    parts[last].digits += 1
                } else {
                    parts.append(Part(number: Int(unit - 0x30), digits: 1))
                    inNumber = true
                }
            } else if unit.isSmallLetter {
                inNumber = false
                letters.append(unit)
            } else if [0x20, 0x2D, 0x2F, 0x2E, 0x2C].contains(unit) {
                inNumber = false
                guard letters.isEmpty || flush() else { return [] }
            } else if unit == 0x3F || unit == 0x7E {
                // `1843?` and `~1843` are guesses at a date.
                continue
            } else {
                return []
            }
            if parts.count > 3 { return [] }
        }
        return parts
    }

    /// How the months' names begin in some languages; three letters, or four where three leave a doubt.
    private static let months: [String: Int] = {
        let names = """
            jan ene gen|feb fev|mar mrz mae|apr avr abr|may mai mag maj|jun juin giu|jul juil lug
            aug aou ago|sep set|oct okt ott out|nov|dec dez dic
            """
        var months: [String: Int] = [:]
        for (number, forms) in names.split(whereSeparator: { $0 == "|" || $0.isNewline }).enumerated() {
            for form in forms.split(separator: " ") { months[String(form)] = number + 1 }
        }
        return months
    }()

    /// Words by which registers say that a date is a guess.
    private static let qualifiers: Set<String> = [
        "about", "abt", "approx", "circa", "ca", "c", "cca", "around", "before", "bef", "after", "aft", "est", "cal", "born", "b",
        "d", "um", "of",
        "the", "st", "nd", "rd", "th",
    ]
}
