/// Judges names of people in any script. What it does not know it takes for a name.
struct NameJudge: Sendable {
    let role: ColumnRole
    /// Most of the column is written in capitals, so that capitals say nothing.
    let isLoud: Bool

    /// What is odd about a name; the text is trimmed and not empty.
    func finding(_ text: String) -> Finding? {
        let folded = Folding.small(text)
        if isPlaceholder(text, folded) { return .placeholderName }
        if Self.isPlainWord(text) {
            if text.utf8.count > 100 { return .longName }
            if Keyboard.isRun(folded) { return .keyboardName }
            return !isLoud && Self.isLoud(text) ? .capitals : nil
        }
        if text.utf8.contains(0x40), MailSyntax.judge(text).isAddress { return .nameWithAddress }
        let digits = text.unicodeScalars.count { $0.properties.numericType == .decimal }
        if digits >= 5, digits * 2 >= text.unicodeScalars.count { return .nameWithDigits }
        if digits > 0, text.unicodeScalars.allSatisfy({ !$0.properties.isAlphabetic }) { return .nameWithDigits }
        if text.utf8.count > 100, text.unicodeScalars.count > 100 { return .longName }
        if Keyboard.isRun(folded) { return .keyboardName }
        if !isLoud, Self.isLoud(text) { return .capitals }
        return nil
    }

    /// Letters of ASCII, and what stands between them in names.
    private static func isPlainWord(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A || byte == 0x20 || byte == 0x27 || byte == 0x2D || byte == 0x2E
        }
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
