/// Judges names of people in any script. What it does not know it takes for a name.
struct NameJudge: Sendable {
    let role: ColumnRole
    /// Most of the column is written in capitals, so that capitals say nothing.
    let isLoud: Bool

    /// What is odd about a name; the text is trimmed and not empty.
    func finding(_ text: String) -> Finding? {
        let folded = Folding.small(text)
        if isPlaceholder(text, folded) { return .placeholderName }
        if text.utf8.contains(0x40), MailSyntax.judge(text).isAddress { return .nameWithAddress }
        let digits = text.unicodeScalars.count { $0.properties.numericType == .decimal }
        if digits >= 5, digits * 2 >= text.unicodeScalars.count { return .nameWithDigits }
        if digits > 0, text.unicodeScalars.allSatisfy({ !$0.properties.isAlphabetic }) { return .nameWithDigits }
        if text.utf8.count > 100, text.unicodeScalars.count > 100 { return .longName }
        if Keyboard.isRun(folded) { return .keyboardName }
        if !isLoud, Self.isLoud(text) { return .capitals }
        return nil
    }

    /// Three capitals or more and no small letter, in a script that has both.
    static func isLoud(_ text: String) -> Bool {
        var (capitals, isPlain) = (0, true)
        for byte in text.utf8 {
            if byte >= 0x61, byte <= 0x7A { return false }
            if byte >= 0x80 { isPlain = false }
            if byte >= 0x41, byte <= 0x5A { capitals += 1 }
        }
        if isPlain { return capitals > 3 }
        capitals = 0
        for scalar in text.unicodeScalars {
            if scalar.properties.isLowercase { return false }
            if scalar.properties.isUppercase { capitals += 1 }
        }
        return capitals > 3
    }

    private func isPlaceholder(_ text: String, _ folded: String) -> Bool {
        // Null, None and Nn are names of people too, and Na is one in capitals only by haste.
        if Self.realSurnames.contains(folded), role != .firstName { return false }
        if text == "NA" || text == "N.A" { return !isLoud }
        if Placeholders.isFiller(folded) { return true }
        return role == .name ? Self.wholeNames.contains(folded) : role == .firstName && Self.firstNames.contains(folded)
    }

    private static let realSurnames: Set<String> = ["null", "none", "blank", "test", "nil", "temp", "bar", "sample", "foo", "nn"]
    private static let firstNames = Placeholders.words(
        "first name|firstname|first|vorname|prenom|prénom|mickey mouse|donald duck|customer|client|kunde|guest|gast|user|admin|nobody|noname|"
            + "no name|somebody|someone|anonymous|anonym|fname|name|your name|dear customer|valued customer|john doe|jane doe")
    private static let wholeNames = Placeholders.words(
        "mickey mouse|minnie mouse|donald duck|bugs bunny|john doe|jane doe|max mustermann|erika mustermann|first last|first name last name|"
            + "firstname lastname|your name|no name|noname|test user|test customer|test account|test person|anonymous|anonym|nobody|guest|"
            + "homer simpson|bart simpson|spongebob squarepants|batman|superman|santa claus|joe bloggs|jan kowalski test|darth vader|"
            + "harry potter test|asdf asdf|vorname nachname|prenom nom|customer|user|admin|administrator|name|full name")

    /// Made up only as a pair: each part may be a name.
    static func isMadeUp(first: String, last: String) -> Bool { wholeNames.contains("\(first) \(last)") }
}

/// Runs along the rows of a keyboard, and one letter again and again.
enum Keyboard {
    private static let rows = [
        "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "qsdfghjklm", "zxcvbnm", "yxcvbnm", "wxcvbn",
    ]
    .map { Array($0.utf8) }
    private static let neighbours: Set<UInt16> = {
        var pairs: Set<UInt16> = []
        for row in rows {
            for index in 1..<row.count {
                pairs.insert(UInt16(row[index - 1]) << 8 | UInt16(row[index]))
                pairs.insert(UInt16(row[index]) << 8 | UInt16(row[index - 1]))
            }
        }
        return pairs
    }()
    /// Names and words that happen to be such runs.
    private static let names: Set<String> = [
        "trew", "were", "tree", "poll", "pooi", "weer", "assa", "sass", "wert", "saas", "popo", "tyree",
    ]

    /// The text is folded.
    static func isRun(_ folded: String) -> Bool {
        let bytes = Array(folded.utf8)
        guard bytes.count >= 3, bytes.count <= 40, bytes.allSatisfy({ $0 >= 0x61 && $0 <= 0x7A }) else { return false }
        if bytes.allSatisfy({ $0 == bytes[0] }) { return true }
        guard bytes.count >= 4, !names.contains(folded) else { return false }
        // Runs of three and more that together are all of it: asdfgh, asdfasdf, qwerasdf.
        var at = 0
        var covered = true
        while at < bytes.count {
            var end = at + 1
            while end < bytes.count, neighbours.contains(UInt16(bytes[end - 1]) << 8 | UInt16(bytes[end])) { end += 1 }
            if end - at < 3 { covered = false }
            at = end
        }
        if covered { return true }
        // The hand on the home row: no name goes without a vowel for five letters there.
        return bytes.count >= 5 && bytes.allSatisfy { "sdfghjkl".utf8.contains($0) }
    }
}
