extension ColumnKind {
    /// What a sample of a column's folded values tells.
    struct Sample {
        var header: String
        /// Values that are there, with repetitions.
        var values: [[UInt16]]
        /// How many records were looked at, empty ones too.
        var records: Int
    }

    /// Guesses the kind from the values first and the header where they leave a doubt.
    static func guess(_ sample: Sample) -> ColumnKind {
        let values = sample.values
        guard values.count >= 3, values.count * 400 >= sample.records else { return .ignored }
        let distinct = Set(values)
        guard distinct.count > 1 else { return .ignored }
        let words = Set(sample.header.lowercased().split { !$0.isLetter }.map(String.init))
        func says(_ hints: String...) -> Bool {
            hints.contains { hint in words.contains { $0 == hint || hint.count > 3 && $0.contains(hint) } }
        }
        func share(_ test: ([UInt16]) -> Bool) -> Double { Double(values.count { test($0) }) / Double(values.count) }

        if share({ $0.contains(0x40) && !$0.contains(0x20) }) > 0.6 { return .email }
        let hosts = share { value in
            guard let dot = value.firstIndex(of: 0x2E), dot > 0, !value.contains(0x20) else { return false }
            return value.starts(with: httpMark) || value.starts(with: wwwMark) || value.contains(where: \.isSmallLetter)
        }
        if hosts > 0.8, says("web", "website", "site", "url", "homepage", "domain", "link", "www") || hosts > 0.95 { return .web }
        let saysPhone = says("phone", "fax", "mobile", "tel", "cell")
        let digits = share {
            $0.filter(\.isDigit).count >= 6 && $0.filter(\.isDigit).count <= 15 && $0.filter(\.isSmallLetter).count <= 4
        }
        if saysPhone, digits > 0.5 { return .phone }
        let saysDate = says("date", "dob", "birth", "born", "bday", "birthday", "until", "since")
        let dates = share { DateValue($0, dayFirst: true) != nil }
        let plainDates = share { $0.count == 8 && $0.allSatisfy(\.isDigit) }
        if dates > 0.8, saysDate || plainDates < 0.5 || dates > 0.95 { return .date }
        let numeric = share { value in
            value.allSatisfy { $0.isDigit || amountMarks.contains($0) } && value.contains(where: \.isDigit)
        }
        let repeats = 1 - Double(distinct.count) / Double(values.count)
        if says("zip", "postcode", "postal", "plz", "postleitzahl", "eircode"), share({ $0.count <= 10 }) > 0.8 {
            return .postcode
        }
        if numeric > 0.8 {
            if digits > 0.8, values.count(where: { $0.filter(\.isDigit).count >= 9 }) * 2 > values.count { return .phone }
            let lengths = Dictionary(grouping: values, by: \.count).mapValues(\.count)
            let uniform = Double(lengths.values.max() ?? 0) / Double(values.count)
            if uniform > 0.9, (lengths.max { $0.value < $1.value }?.key ?? 0) >= 4 { return .postcode }
            if distinct.count <= 12, distinct.count * 20 < values.count { return .category }
            return .number
        }
        if digits > 0.8 { return .phone }
        let hasBoth = share { value in value.contains(where: \.isDigit) && value.contains(where: \.isSmallLetter) }
        let short = share { $0.count <= 10 }
        if hasBoth > 0.7, short > 0.9 { return .postcode }
        if distinct.count <= 40, repeats > 0.9 { return .category }
        if hasBoth > 0.35, says("address", "street", "addr", "strasse", "adresse") || hasBoth > 0.5 { return .address }
        let long = values.reduce(0) { $0 + $1.split(separator: 0x20).count }
        let wordsEach = Double(long) / Double(values.count)
        if says("address", "street", "addr", "adresse") { return .address }
        return wordsEach > 8 ? .text : (says("note", "description", "comment", "remark", "text") ? .text : .name)
    }

    /// What stands beside the digits of an amount: point, comma, sign, currency, per cent.
    private static let amountMarks: Set<UInt16> = [0x20, 0x24, 0x25, 0x2B, 0x2C, 0x2D, 0x2E, 0xA3, 0xA5, 0x20AC]

    private static let httpMark = Array("http".utf16)
    private static let wwwMark = Array("www.".utf16)

    /// Whether days stand before months in a column of dates; `nil` where nothing tells.
    static func dayFirst(_ values: [[UInt16]]) -> Bool? {
        var day = 0
        var month = 0
        for value in values {
            let parts = DateValue.parts(value)
            guard parts.count == 3, parts[0].digits <= 2 else { continue }
            if parts[0].number > 12, parts[1].number <= 12 { day += 1 }
            if parts[1].number > 12, parts[0].number <= 12 { month += 1 }
        }
        return day == month ? nil : day > month
    }
}
